"""The reader's own commands: what the config may say, and the words a command is started with."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import ConfigError, ReadqError
from readq.model.values import Paper, Sighting
from readq.services.papers.own_commands import OwnCommand, fill_words, input_text, parse_commands

PAPER = Paper(
    id=7, key="noether2026dreams", key_frozen=True, title="Causal Dreams", authors=("Ada Lovelace", "Emmy Noether"),
    abstract="One.\n\nTwo.", year=2026, published="2026-11-20", venue=None, arxiv_id="2611.00003", doi=None,
    url="https://arxiv.org/abs/2611.00003", pdf_url=None, status="inbox", starred=False, snoozed_until=None,
    tags=("rl", "nlp"), note=None, added="2026-11-20T00:00:00Z", decided=None, due=None, enrolled=False,
    sightings=(Sighting("hf-daily", "2026-11-20", 3, 41, 2, "carol"),),
)  # fmt: skip


def command(*run: str, **settings: Any) -> OwnCommand:  # noqa: ANN401
    (parsed,) = parse_commands({"mine": {"run": list(run), **settings}})
    return parsed


def test_every_setting_of_a_command() -> None:
    table = {"sioyek": {"key": "W", "run": ["sioyek", "{pdf}"], "input": "abstract", "show": True}}
    assert parse_commands(table) == [OwnCommand("sioyek", ("sioyek", "{pdf}"), "W", "abstract", True)]


def test_placeholders_are_fields_of_the_paper() -> None:
    words = fill_words(command("p", "{key}", "a{id}-{title}z", "{authors}", "{upvotes}", "{feed}"), PAPER, None)
    assert words == ["p", "noether2026dreams", "a7-Causal Dreamsz", "Ada Lovelace, Emmy Noether", "41", "hf-daily"]


def test_two_braces_are_one_brace() -> None:
    assert fill_words(command("awk", "{{print}} {{key}}"), PAPER, None) == ["awk", "{print} {key}"]


def test_the_path_of_the_pdf_is_a_placeholder() -> None:
    opens = command("sioyek", "{pdf}")
    assert fill_words(opens, PAPER, "/papers/a.pdf") == ["sioyek", "/papers/a.pdf"]
    with pytest.raises(
        ReadqError, match=r"mine was not started: this paper has no PDF file here \(download it first\)"
    ):
        fill_words(opens, PAPER, None)
    assert (opens.needs_pdf, command("p", "{pdf_url}").needs_pdf) == (True, False)


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("doi", " (readq edit 7 adds it)"),
        ("venue", " (readq edit 7 adds it)"),
        ("note", " (write one first)"),
        ("due", ""),
        ("interest", ""),
        ("snoozed_until", ""),
    ],
)
def test_a_field_that_is_not_known_is_named_and_what_adds_it(field: str, hint: str) -> None:
    with pytest.raises(ReadqError) as refused:
        fill_words(command("cite", f"{{{field}}}"), PAPER, None)
    assert str(refused.value) == f"mine was not started: this paper has no {field}{hint}"


def test_a_title_is_never_taken_for_an_option() -> None:
    with pytest.raises(ReadqError, match="grep would take '--file=/etc/passwd' for an option"):
        fill_words(command("grep", "{title}"), PAPER._replace(title="--file=/etc/passwd"), None)
    assert fill_words(command("grep", "-e{title}"), PAPER._replace(title="-x"), None) == ["grep", "-e-x"]


def test_the_input_is_a_field_with_its_lines_or_the_whole_paper() -> None:
    assert input_text(command("wc"), PAPER) == ""
    assert input_text(command("wc", input="abstract"), PAPER) == "One.\n\nTwo."
    assert input_text(command("wc", input="note"), PAPER) == ""
    assert input_text(command("wc", input="tags"), PAPER) == "rl, nlp"
    whole = json.loads(input_text(command("jq", input="json"), PAPER))
    assert (whole["key"], whole["sightings"][0]["upvotes"]) == ("noether2026dreams", 41)


@pytest.mark.parametrize(
    ("table", "setting", "what"),
    [
        ({"a": {"run": ["x", "{titel}"]}}, "commands.a.run", r"a paper has no field \{titel\} \(did you mean title\?"),
        ({"a": {"run": ["{key}"]}}, "commands.a.run", "the program itself cannot be a placeholder"),
        ({"a": {"run": "sioyek {pdf}"}}, "commands.a.run", "run must be a list of words"),
        ({"a": {"run": []}}, "commands.a.run", "run must be a list of words"),
        ({"a": {"run": ["x", 3]}}, "commands.a.run", "run must be a list of words"),
        ({"a": {}}, "commands.a.run", "run must be a list of words"),
        ({"a": {"run": ["x"], "input": "abstrakt"}}, "commands.a.input", "'abstrakt'.*did you mean abstract"),
        ({"a": {"run": ["x"], "input": ["title"]}}, "commands.a.input", "no field"),
        ({"a": {"run": ["x"], "shell": True}}, "commands.a.shell", "no setting 'shell'"),
        ({"a": {"run": ["x"], "show": "yes"}}, "commands.a.show", "true or false"),
        ({"a": {"run": ["x"], "key": 3}}, "commands.a.key", "a key in quotes"),
        ({"a b": {"run": ["x"]}}, "commands.a b", "is no name of a command"),
        ({"a": 3}, "commands.a", "a command is a table"),
    ],
)
def test_the_error_names_the_setting_that_is_wrong(table: dict[str, object], setting: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as refused:
        parse_commands(table)
    assert refused.value.setting == setting


@given(st.text(), st.text(alphabet="{}ab-$`;|&*' \n\""))
def test_no_text_of_a_paper_makes_another_word_or_a_shell_command(title: str, around: str) -> None:
    word = f"x{around.replace('{', '').replace('}', '')}{{title}}"
    try:
        words = fill_words(command("program", word, "last"), PAPER._replace(title=title), None)
    except ReadqError:
        return
    assert len(words) == 3
    assert words[0] == "program"
    assert words[1].startswith("x")
