import os
import pty
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from readq.config import Config
from readq.errors import ConfigError, LibraryError, LibraryLockedError, UsageError
from readq.services.review.cards import ReviewChoice
from readq.store.library import open_for_reading
from readq.tui.app.start import build

READQ = Path(sys.executable).with_name("readq")
WRONG_QUERIES = ("colour:blue", '"unbalanced (', "(unbalanced", "year:soon", "-tag:")


def test_errors_of_opening_are_reported_before_the_ui_starts(library_path: str, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    foreign.write_text("not a library")
    with pytest.raises(LibraryError):
        build(str(foreign), Config())
    with pytest.raises(ConfigError):
        build(library_path, Config(keys={"explode": "x"}))


@pytest.mark.parametrize("query", WRONG_QUERIES)
def test_a_wrong_query_is_reported_before_the_ui_starts(library_path: str, query: str) -> None:
    with pytest.raises(UsageError):
        build(library_path, Config(), review=ReviewChoice(query))


def test_a_review_with_a_wrong_query_fails_like_a_list(library_path: str) -> None:
    def fail(command: str) -> tuple[int, str]:
        master, slave = pty.openpty()
        result = subprocess.run(
            [READQ, "--db", library_path, command, '"unbalanced ('],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            env={**os.environ, "TERM": "xterm-256color"},
            text=True,
            check=False,
            timeout=30,
        )
        os.close(slave)
        os.close(master)
        return result.returncode, result.stderr

    assert fail("review") == fail("list")
    status, err = fail("review")
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith("error: ")
    assert "column 1" in err


def test_the_start_imports_nothing_heavy() -> None:
    script = "import sys, readq.tui.app.start; print('\\n'.join(sys.modules))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    heavy = re.compile(
        r"^(sqlmodel|sqlalchemy|pydantic|httpx|bibtexparser|fsrs|feedparser|pylatexenc|textual\.widgets\._text_area)\b"
    )
    assert [name for name in found if heavy.match(name)] == []
    assert "readq.tui.screens.review.review_screen" not in found
    assert "readq.latex.decode" not in found


def test_the_ui_waits_at_its_start_for_a_library_that_is_locked(
    library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = sqlite3.connect(library_path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    opened: list[str] = []

    def open_when_released(path: str, busy_timeout: float) -> sqlite3.Connection:
        opened.append(path)
        connection.close()
        return open_for_reading(path, busy_timeout)

    monkeypatch.setattr("readq.tui.app.start.open_for_reading", open_when_released)
    app = build(library_path, Config())
    assert opened == [library_path]
    assert len(app.session.list_state.ids) > 0
    app.session.library.close()


def test_the_ui_gives_up_at_its_start_after_the_busy_timeout(library_path: str) -> None:
    with closing(sqlite3.connect(library_path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryLockedError):
            build(library_path, Config(busy_timeout=0.01))
