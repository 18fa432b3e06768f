import contextlib
import os
import pty
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from readq.cli.ui import refuse_without_terminal
from readq.errors import UsageError


def test_row_55_no_terminal_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "stdin").open("w+") as file:
        monkeypatch.setattr("sys.stdin", file)
        with pytest.raises(UsageError, match="needs a terminal"):
            refuse_without_terminal({"TERM": "xterm"})


@pytest.mark.parametrize(
    ("environ", "said"),
    [({"TERM": "dumb"}, "TERM is dumb"), ({"TERM": ""}, "TERM is not set"), ({}, "TERM is not set")],
)
def test_row_56_a_terminal_that_cannot_place_its_cursor_is_refused(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], said: str
) -> None:
    with _terminal() as file:
        monkeypatch.setattr("sys.stdin", file)
        monkeypatch.setattr("sys.stdout", file)
        with pytest.raises(UsageError, match=said):
            refuse_without_terminal(environ)
        refuse_without_terminal({"TERM": "xterm-256color"})


@contextlib.contextmanager
def _terminal() -> Iterator[TextIO]:
    master, slave = pty.openpty()
    with open(slave, closefd=True) as file:
        yield file
    os.close(master)
