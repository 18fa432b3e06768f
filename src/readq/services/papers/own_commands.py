"""Read the user's own commands from the table `commands` of the config, and fill in their arguments for a paper.

A command is a list of words, started without a shell. A placeholder such as `{title}` in a word is replaced by a field
of the paper. Because there is no shell, the text of a field is never parsed as code.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from readq.errors import ConfigError, ReadqError
from readq.model.values import Paper
from readq.nearest_name import suggestion
from readq.services.papers.paper_values import FIELDS, field_text
from readq.store.papers.queries import as_json
from readq.text import quoted

PDF, WHOLE_PAPER = "pdf", "json"
"""PDF is the name of the placeholder for the path of the PDF file.

WHOLE_PAPER is the value of `OwnCommand.input` that stands for the whole paper as JSON.
"""

_ADDED_BY = {
    PDF: "download it first",
    "note": "write one first",
    "tags": "tag it first",
    **dict.fromkeys(
        ("authors", "abstract", "year", "published", "venue", "arxiv_id", "doi", "url"), "readq edit {id} adds it"
    ),
}
"""Maps the fields that a user can add to a hint that says how. No hint can help where any other field is missing."""

_PARTS = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SETTINGS = ("key", "run", "input", "show")


class OwnCommand(NamedTuple):
    """A command that the user has defined in the config."""

    name: str
    run: tuple[str, ...]
    """The program and its arguments, which may contain placeholders."""
    key: str = ""
    """The keys that start the command in the UI, in the notation of the keymap, separated by commas.

    It is "" if no key starts the command.
    """
    input: str = ""
    """The content of the standard input: the name of a field, WHOLE_PAPER, or "" for an empty input."""
    show: bool = False
    """Whether the UI shows the output of the command."""

    @property
    def needs_pdf(self) -> bool:
        """Whether the command needs the path of the paper's PDF file."""
        return any(PDF in _placeholders(word) for word in self.run)


def parse_commands(table: Mapping[str, object]) -> list[OwnCommand]:
    """Return the commands in `table`, the table `commands` of the config, in the same order.

    Raises ConfigError for an invalid name or value, and for an unknown setting or placeholder. The message names the
    setting.
    """
    return [_parse(name, entry) for name, entry in table.items()]


def _parse(name: str, entry: object) -> OwnCommand:
    if not _NAME.fullmatch(name):
        raise _error(name, "", f"{quoted(name)} is no name of a command", "use letters, digits, - and _")
    if not isinstance(entry, Mapping):
        raise _error(name, "", "a command is a table", f'[commands.{name}] with run = ["program", "{{key}}"]')
    for setting in entry:
        if setting not in _SETTINGS:
            hint = suggestion(str(setting), _SETTINGS, f"known: {', '.join(_SETTINGS)}")
            raise _error(name, str(setting), f"there is no setting {quoted(setting)}", hint)
    run: Any = entry.get("run")
    if not isinstance(run, list) or not run or not all(isinstance(word, str) for word in run) or not run[0]:
        raise _error(name, "run", "run must be a list of words", 'such as ["sioyek", "{pdf}"]')
    for word in run:
        for field in _placeholders(word):
            _check_field(name, "run", field, (*FIELDS, PDF))
    if _placeholders(run[0]):
        raise _error(name, "run", "the program itself cannot be a placeholder", "write its name")
    source = entry.get("input", "")
    if source != "":
        _check_field(name, "input", source, (*FIELDS, WHOLE_PAPER))
    key, show = entry.get("key", ""), entry.get("show", False)
    if not isinstance(key, str):
        raise _error(name, "key", f"key must be a key in quotes, not {quoted(key)}", 'such as key = "W"')
    if not isinstance(show, bool):
        raise _error(name, "show", f"show must be true or false, not {quoted(show)}", None)
    return OwnCommand(name, tuple(run), key, str(source), show)


def _check_field(name: str, setting: str, field: object, known: Sequence[str]) -> None:
    if field not in known:
        shown = f"{{{field}}}" if setting == "run" else repr(field)
        raise _error(
            name, setting, f"a paper has no field {shown}", suggestion(str(field), known, f"known: {', '.join(known)}")
        )


def _error(name: str, setting: str, what: str, hint: str | None) -> ConfigError:
    place = f"commands.{name}" + (f".{setting}" if setting else "")
    return ConfigError(f"[commands.{name}] {what}", hint, setting=place)


def _placeholders(word: str) -> list[str]:
    return [match[1] for match in _PARTS.finditer(word) if match[1]]


def fill_words(command: OwnCommand, paper: Paper, pdf: str | None) -> list[str]:
    """Return the words of `command` with the placeholders replaced by the fields of `paper`.

    The first word is the program. `pdf` is the path of the paper's PDF, or None if the paper has no PDF. `{{` and `}}`
    become single braces. Raises ReadqError if the paper lacks a field that a word needs. Also raises ReadqError if the
    text of a field would make a word start with `-`, because the program would take this word for an option.
    """

    def value(name: str) -> str:
        text = (pdf or "") if name == PDF else field_text(paper, name)
        if not text:
            missing = "no PDF file here" if name == PDF else f"no {name}"
            hint = _ADDED_BY.get(name, "").format(id=paper.id) or None
            raise ReadqError(f"{command.name} was not started: this paper has {missing}", hint)
        return text

    def filled(word: str) -> str:
        text = _PARTS.sub(lambda match: value(match[1]) if match[1] else match[0][0], word)
        if text.startswith("-") and not word.startswith("-"):
            what = f"{command.name} was not started: {command.run[0]} would take {quoted(text)} for an option"
            raise ReadqError(what, "write the word as --option={field} in the config")
        return text

    return [filled(word) for word in command.run]


def input_text(command: OwnCommand, paper: Paper) -> str:
    """Return the text for the standard input of `command`, made from `paper`.

    A note and an abstract keep their line breaks.
    """
    if not command.input:
        return ""
    if command.input == WHOLE_PAPER:
        return json.dumps(as_json(paper), ensure_ascii=False) + "\n"
    whole = getattr(paper, command.input, None)
    return whole if isinstance(whole, str) else field_text(paper, command.input)
