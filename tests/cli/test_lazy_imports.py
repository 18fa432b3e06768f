"""Frequent commands start fast: they import no costly library that they do not need."""

import json
import os
import subprocess
import sys

import pytest

COSTLY = {"sqlmodel", "sqlalchemy", "pydantic", "textual", "httpx", "bibtexparser", "fsrs", "rich", "platformdirs"}
SCRIPT = """
import json, sys
from readq.cli.main import main
status = main(json.loads(sys.argv[1]))
print(json.dumps([status, sorted(set(json.loads(sys.argv[2])) & set(sys.modules))]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["list"], set()),
        (["list", "graph", "tag:rl", "--json"], set()),
        (["show", "1"], set()),
        (["mark", "queued", "1"], set()),
        (["tag", "1", "-a", "rl"], set()),
        (["star", "1"], set()),
        (["note", "1", "--append", "x"], set()),
        (["enrol", "1"], set()),
        (["due"], set()),
        (["due", "--json"], {"fsrs"}),
        (["rate", "good", "1"], {"fsrs"}),
        (["undo"], set()),
        (["undo", "--list"], set()),
        (["redo"], set()),
        (["snooze", "3d", "1"], set()),
        (["merge", "1", "2"], set()),
        (["view", "list"], set()),
        (["view", "save", "a", "tag:rl"], set()),
        (["config", "path"], set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_imports_only_what_it_needs(six_papers: str, words: list[str], allowed: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(words), json.dumps(sorted(COSTLY))],
        env={**os.environ, "READQ_DB": six_papers},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    status, imported = json.loads(done.stderr.splitlines()[-1])
    assert status == 0
    assert set(imported) <= allowed


@pytest.mark.parametrize("words", [["list"], ["mark", "queued", "1"], ["show", "1"]], ids=" ".join)
def test_a_list_and_a_decision_import_neither_dataclasses_nor_logging(six_papers: str, words: list[str]) -> None:
    """They take 5 ms each of the 45 ms of such a command; what sources say of papers, and long commands, need them."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(words), json.dumps(["dataclasses", "logging", "readq.log_file"])],
        env={**os.environ, "READQ_DB": six_papers},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stderr.splitlines()[-1]) == [0, []]
