import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from readq import clock
from readq.errors import LibraryLockedError, UsageError
from readq.services.importing import import_files as importing
from readq.tui.state.library_cache import LibraryView, Shown

Raw = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def view(library_path: str) -> Iterator[LibraryView]:
    library = LibraryView(library_path, clock.now)
    yield library
    library.close()


def lock(path: str) -> "closing[sqlite3.Connection]":
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return closing(connection)


def test_a_page_of_rows_is_read_with_the_first_of_them(view: LibraryView) -> None:
    ids = view.show(Shown())
    row = view.row(ids[0], ids)
    assert row is not None
    assert row.title == "Attention Is Enough"
    assert view.cached(ids[4]) is not None


def test_row_35_a_locked_library_answers_from_what_was_read(view: LibraryView, library_path: str) -> None:
    ids = view.show(Shown())
    view.row(ids[0], ids)
    view.read_counts()
    with lock(library_path):
        view.read_counts()
        assert view.stale
        view.reread()
        assert view.counts.inbox == 5
        assert view.cached(ids[0]) is not None
        assert view.paper(ids[0]) is None
        with pytest.raises(LibraryLockedError):
            view.show(Shown("queue"))
    assert view.changed()
    view.read_counts()
    assert not view.stale


def test_row_38_a_damaged_library_is_remembered_and_breaks_no_drawing(view: LibraryView, raw: Raw) -> None:
    ids = view.show(Shown())
    view.row(ids[0], ids)
    raw("ALTER TABLE note RENAME TO lost")
    view.reread()
    assert view.cached(ids[0]) is not None
    assert view.paper(ids[0]) is None
    assert view.trouble is not None


def test_what_others_write_is_noticed_once(view: LibraryView, raw: Raw) -> None:
    view.show(Shown())
    assert not view.changed()
    raw("UPDATE paper SET status = 'dropped' WHERE id = 1")
    assert view.changed()
    assert not view.changed()


def replaced(path: str, statement: str) -> None:
    """Put a changed copy in the library's place, as a restore does."""
    copy = f"{path}.copy"
    shutil.copyfile(path, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(statement)
    os.replace(copy, path)


def test_row_44_a_library_that_was_replaced_is_read_anew(view: LibraryView, library_path: str) -> None:
    ids = view.show(Shown())
    view.row(ids[0], ids)
    replaced(library_path, "UPDATE paper SET title = 'From the Backup' WHERE id = 1")
    assert view.changed()
    assert not view.changed()
    view.reread()
    row = view.cached(1)
    assert row is not None
    assert row.title == "From the Backup"
    replaced(library_path, "DELETE FROM paper")
    assert view.changed()
    assert len(view.list_ids(Shown())) == 0


def test_row_44_one_that_was_replaced_and_is_locked_is_read_when_it_can_be(
    view: LibraryView, library_path: str
) -> None:
    replaced(library_path, "UPDATE paper SET status = 'dropped'")
    with lock(library_path):
        assert not view.changed()
        assert len(view.list_ids(Shown())) == 5
    assert view.changed()
    assert len(view.list_ids(Shown())) == 0


def test_row_44_what_is_no_library_is_told_and_the_old_one_stays(view: LibraryView, library_path: str) -> None:
    replaced(library_path, "PRAGMA application_id = 17")
    assert not view.changed()
    assert view.trouble is not None
    assert "another program" in str(view.trouble)
    os.unlink(library_path)
    assert not view.changed()
    assert len(view.list_ids(Shown())) == 5


def test_papers_that_came_later_are_counted(view: LibraryView, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'queued' WHERE id IN (1, 2)")
    view.show(Shown())
    assert view.unlisted() == 0
    raw("UPDATE paper SET status = 'inbox' WHERE id = 2")
    assert view.unlisted() == 1


def test_a_bad_query_changes_nothing(view: LibraryView) -> None:
    view.show(Shown("inbox", "garden"))
    with pytest.raises(UsageError):
        view.show(Shown("inbox", "colour:blue"))
    assert view.shown.query == "garden"


def test_the_last_word_is_a_prefix_while_typing(view: LibraryView) -> None:
    assert len(view.list_ids(Shown("inbox", "gard"), typing=True)) == 1
    assert len(view.list_ids(Shown("inbox", "gard"))) == 0


def test_a_library_that_comes_to_be_is_noticed(tmp_path: Path, library_path: str) -> None:
    later = tmp_path / "later.db"
    view = LibraryView(str(later), clock.now)
    assert len(view.show(Shown())) == 0
    assert not view.changed()
    importing.import_paths(str(later), [str(tmp_path / "daily.json")], importing.ImportOptions(), clock.now())
    assert view.changed()
    assert len(view.show(Shown())) == 5
    view.close()
