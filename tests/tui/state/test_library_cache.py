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
from readq.tui.state.library_cache import LibraryCache, ListQuery

Raw = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def cache(library_path: str) -> Iterator[LibraryCache]:
    library = LibraryCache(library_path, clock.now)
    yield library
    library.close()


def lock(path: str) -> "closing[sqlite3.Connection]":
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return closing(connection)


def test_a_page_of_rows_is_read_with_the_first_of_them(cache: LibraryCache) -> None:
    ids = cache.list_papers(ListQuery())
    row = cache.row(ids[0], ids)
    assert row is not None
    assert row.title == "Attention Is Enough"
    assert cache.cached_row(ids[4]) is not None


def test_row_35_a_locked_library_answers_from_what_was_read(cache: LibraryCache, library_path: str) -> None:
    ids = cache.list_papers(ListQuery())
    cache.row(ids[0], ids)
    cache.refresh_counts()
    with lock(library_path):
        cache.refresh_counts()
        assert cache.stale
        cache.refresh_rows()
        assert cache.counts.inbox == 5
        assert cache.cached_row(ids[0]) is not None
        assert cache.paper(ids[0]) is None
        with pytest.raises(LibraryLockedError):
            cache.list_papers(ListQuery("queue"))
    assert cache.poll_changes()
    cache.refresh_counts()
    assert not cache.stale


def test_row_38_a_damaged_library_is_remembered_and_breaks_no_drawing(cache: LibraryCache, raw: Raw) -> None:
    ids = cache.list_papers(ListQuery())
    cache.row(ids[0], ids)
    raw("ALTER TABLE note RENAME TO lost")
    cache.refresh_rows()
    assert cache.cached_row(ids[0]) is not None
    assert cache.paper(ids[0]) is None
    assert cache.error is not None


def test_what_others_write_is_noticed_once(cache: LibraryCache, raw: Raw) -> None:
    cache.list_papers(ListQuery())
    assert not cache.poll_changes()
    raw("UPDATE paper SET status = 'dropped' WHERE id = 1")
    assert cache.poll_changes()
    assert not cache.poll_changes()


def replaced(path: str, statement: str) -> None:
    """Put a changed copy in the library's place, as a restore does."""
    copy = f"{path}.copy"
    shutil.copyfile(path, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(statement)
    os.replace(copy, path)


def test_row_44_a_library_that_was_replaced_is_read_anew(cache: LibraryCache, library_path: str) -> None:
    ids = cache.list_papers(ListQuery())
    cache.row(ids[0], ids)
    replaced(library_path, "UPDATE paper SET title = 'From the Backup' WHERE id = 1")
    assert cache.poll_changes()
    assert not cache.poll_changes()
    cache.refresh_rows()
    row = cache.cached_row(1)
    assert row is not None
    assert row.title == "From the Backup"
    replaced(library_path, "DELETE FROM paper")
    assert cache.poll_changes()
    assert len(cache.list_ids(ListQuery())) == 0


def test_row_44_one_that_was_replaced_and_is_locked_is_read_when_it_can_be(
    cache: LibraryCache, library_path: str
) -> None:
    replaced(library_path, "UPDATE paper SET status = 'dropped'")
    with lock(library_path):
        assert not cache.poll_changes()
        assert len(cache.list_ids(ListQuery())) == 5
    assert cache.poll_changes()
    assert len(cache.list_ids(ListQuery())) == 0


def test_row_44_what_is_no_library_is_told_and_the_old_one_stays(cache: LibraryCache, library_path: str) -> None:
    replaced(library_path, "PRAGMA application_id = 17")
    assert not cache.poll_changes()
    assert cache.error is not None
    assert "another program" in str(cache.error)
    os.unlink(library_path)
    assert not cache.poll_changes()
    assert len(cache.list_ids(ListQuery())) == 5


def test_papers_that_came_later_are_counted(cache: LibraryCache, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'queued' WHERE id IN (1, 2)")
    cache.list_papers(ListQuery())
    assert cache.count_unlisted() == 0
    raw("UPDATE paper SET status = 'inbox' WHERE id = 2")
    assert cache.count_unlisted() == 1


def test_a_bad_query_changes_nothing(cache: LibraryCache) -> None:
    cache.list_papers(ListQuery("inbox", "garden"))
    with pytest.raises(UsageError):
        cache.list_papers(ListQuery("inbox", "colour:blue"))
    assert cache.list_query.text == "garden"


def test_the_last_word_is_a_prefix_while_typing(cache: LibraryCache) -> None:
    assert len(cache.list_ids(ListQuery("inbox", "gard"), typing=True)) == 1
    assert len(cache.list_ids(ListQuery("inbox", "gard"))) == 0


def test_a_library_that_comes_to_be_is_noticed(tmp_path: Path, library_path: str) -> None:
    later = tmp_path / "later.db"
    cache = LibraryCache(str(later), clock.now)
    assert len(cache.list_papers(ListQuery())) == 0
    assert not cache.poll_changes()
    importing.import_paths(str(later), [str(tmp_path / "daily.json")], importing.ImportOptions(), clock.now())
    assert cache.poll_changes()
    assert len(cache.list_papers(ListQuery())) == 5
    cache.close()
