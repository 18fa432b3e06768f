"""Every command, option, key, query field, setting, variable and exit status is on a help page that says what it is."""

import argparse
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import readq
from readq import errors
from readq.cli.command_table import COMMANDS
from readq.cli.command_tree import command_tree, parsers
from readq.cli.setup.help import TOPICS, page
from readq.config import COLORS, LIST_COLUMNS, SETTINGS, TABLES
from readq.config_text import MEANINGS
from readq.model.values import Paper, Rating, Sighting, Status
from readq.net.endpoints import Endpoints
from readq.services.citing.export_formats import FORMATS
from readq.services.importing.input_formats import FORMATS as INPUTS
from readq.store.papers.queries import SORTS
from readq.store.search.query_parser import FIELDS
from readq.store.search.vocabulary import choices
from readq.tui.keys.action import SCOPES
from readq.tui.keys.keymap import Keymap, key_label

SOURCE = Path(readq.__file__).parent
SHARED = ("help", "db", "config", "json", "verbose")


@pytest.fixture(scope="module")
def declared() -> dict[str, argparse.ArgumentParser]:
    return parsers(command_tree())


def words(text: str) -> str:
    return " ".join(text.split())


def missing(names: Iterable[str], text: str) -> list[str]:
    """Return the names that do not stand in the text as words of their own."""
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]


def sections(text: str) -> dict[str, str]:
    """Return the section of each command on the page of all commands."""
    parts = re.split(r"(?m)^  (?=[a-z])", text)
    return {part.split(maxsplit=1)[0]: part for part in parts[1:]}


def test_every_command_is_on_a_page_that_tells_when_to_use_it() -> None:
    prose = "\n".join(page(topic) for topic in TOPICS if topic != "commands")
    assert missing([f"readq {name}" for name in COMMANDS], prose) == []


def test_every_argument_and_option_is_explained(declared: dict[str, argparse.ArgumentParser]) -> None:
    on_page = sections(page("commands"))
    assert list(on_page) == list(COMMANDS)
    unexplained = []
    for name, parser in declared.items():
        for action in (action for action in parser._actions if action.dest not in SHARED):
            option = action.option_strings or [str(action.metavar or action.dest)]
            is_named = missing(option, on_page[name]) == []
            if not (is_named and action.help and words(action.help) in words(on_page[name])):
                unexplained.append(f"{name} {option}")
    assert unexplained == []


def test_the_options_of_every_command_are_explained() -> None:
    text = page("commands")
    options = ("-h", "--help", "--db", "--config", "--json", "-v", "--verbose", "--version")
    assert [option for option in options if not re.search(rf"{option}\b", text)] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("list", SORTS),
        ("export", FORMATS),
        ("import", INPUTS),
        ("import", map(str, Status)),
        ("mark", map(str, Status)),
        ("rate", (rating.name.lower() for rating in Rating)),
    ],
)
def test_the_values_of_an_option_are_named(run_cli: Callable[..., Any], name: str, values: Iterator[str]) -> None:
    assert missing(values, run_cli(name, "--help").out) == []


def test_every_field_of_queries_and_its_values_are_explained() -> None:
    text = page("queries")
    assert [name for name in FIELDS if f"  {name}:" not in text] == []
    assert missing((value for field in ("status", "is", "has") for value in choices(field)), text) == []


def test_every_setting_is_explained() -> None:
    text = page("config")
    assert MEANINGS.keys() == SETTINGS.keys() | TABLES.keys()
    named = [f"\n  {name} " for name in SETTINGS] + [f"\n  [{name}] " for name in TABLES]
    assert [name for name in named if name not in text] == []
    assert [name for name, meaning in MEANINGS.items() if meaning not in words(text)] == []
    assert missing((*LIST_COLUMNS, *COLORS), text) == []


def test_every_key_is_explained() -> None:
    lines = page("keys").splitlines()
    keymap, text = Keymap(), words(page("keys"))
    unexplained = []
    for scope in SCOPES:
        for action in keymap.actions(scope):
            keys = " ".join(map(key_label, keymap.keys(scope, action.name)))
            if keys and not (any(line.startswith(f"  {keys} ") for line in lines) and action.description in text):
                unexplained.append(action.name)
    assert unexplained == []


def test_every_variable_of_the_environment_is_explained() -> None:
    source = "".join(path.read_text() for path in SOURCE.rglob("*.py"))
    text = page("config")
    assert missing(set(re.findall(r"READQ_[A-Z_]+(?![A-Z_{])", source)), text) == []
    assert missing(Endpoints._fields, text) == []


def test_every_exit_status_is_explained() -> None:
    def statuses(kind: type[errors.ReadqError]) -> Iterator[int]:
        yield kind.exit_status
        for below in kind.__subclasses__():
            yield from statuses(below)

    assert [status for status in statuses(errors.ReadqError) if f"\n  {status}  " not in page("scripts")] == []


def test_every_field_of_a_paper_in_json_is_explained() -> None:
    table = page("scripts").partition("JSON OF A PAPER")[2].partition("EXIT STATUS")[0]
    assert missing((*Paper._fields, *Sighting._fields), table) == []
