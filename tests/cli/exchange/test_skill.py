"""The page for agents is right: each command line on it is one that readq takes, and each of its rules holds."""

import json
from collections.abc import Callable
from typing import Any

from documented_lines import refused, shown_lines

from readq.cli.command_table import COMMANDS
from readq.model.values import Status

Run = Callable[..., Any]


def test_every_line_of_the_page_is_a_command_line(run_cli: Run) -> None:
    lines = shown_lines(run_cli("skill").out)
    assert len(lines) > 12
    assert [why for words in lines if (why := refused(words))] == []


def test_the_page_has_a_head_that_agents_read(run_cli: Run) -> None:
    _, head, _ = run_cli("skill").out.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    assert fields["name"] == "readq"
    assert 50 < len(fields["description"]) <= 1024


def test_the_page_names_what_there_is(run_cli: Run) -> None:
    result = run_cli("skill", "--json")
    text = json.loads(result.out)["text"]
    assert all(f"`{status}`" in text for status in Status)
    assert {"remove", "merge", "edit", "restore"} <= set(COMMANDS)


def test_the_lines_that_only_look_and_change_run(six_papers: str, run_cli: Run) -> None:
    lines = shown_lines(run_cli("skill").out.replace("vaswani2017attention", "lovelace2026decay"))
    offline = [words for words in lines if words[0] not in ("add", "undo", "export")]
    for words in offline:
        words = [{"2401.12947": "2", "12": "3"}.get(word, word) for word in words]
        result = run_cli(*words)
        assert (result.status, result.err) == (0, "") or words[0] == "due", words


def test_changes_print_the_numbers_of_their_steps_as_the_page_says(six_papers: str, run_cli: Run) -> None:
    changes = (("mark", "reading", 3), ("tag", 3, "-a", "x"), ("note", 3, "--append", "x"), ("snooze", "2w", 4))
    assert all("(step " in run_cli(*words).out for words in changes)
    assert run_cli("rate", "good", 2, "--json").json[0]["step"] is not None
    assert run_cli("rate", "good", 1).err == ""
