import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from readq import clock
from readq.errors import LibraryLockedError, UsageError
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.tui.state import library_cache
from readq.tui.state.library_cache import LibraryCache, ListQuery
from readq.tui.state.line_marks import status_of

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


def test_a_row_is_read_together_with_its_page(cache: LibraryCache) -> None:
    ids, *_ = cache.list_papers(ListQuery())
    row = cache.row(ids[0], ids)
    assert row is not None
    assert row.title == "Attention Is Enough"
    assert cache.cached_row(ids[4]) is not None


def test_row_35_a_locked_library_returns_cached_values(cache: LibraryCache, library_path: str) -> None:
    ids, *_ = cache.list_papers(ListQuery())
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


def test_numbers_that_were_never_read_are_not_taken_for_an_empty_library(
    cache: LibraryCache, library_path: str
) -> None:
    with lock(library_path):
        cache.refresh_counts()
        assert not cache.is_counted
    assert cache.poll_changes()
    cache.refresh_counts()
    assert cache.is_counted
    assert cache.counts.inbox == 5


def test_row_38_damage_sets_the_error_and_raises_nothing(cache: LibraryCache, raw: Raw) -> None:
    ids, *_ = cache.list_papers(ListQuery())
    cache.row(ids[0], ids)
    raw("ALTER TABLE note RENAME TO lost")
    cache.refresh_rows()
    assert cache.cached_row(ids[0]) is not None
    assert cache.paper(ids[0]) is None
    assert cache.error is not None


def test_writes_by_another_process_are_reported_once(cache: LibraryCache, raw: Raw) -> None:
    cache.list_papers(ListQuery())
    assert not cache.poll_changes()
    raw("UPDATE paper SET status = 'dropped' WHERE id = 1")
    assert cache.poll_changes()
    assert not cache.poll_changes()


def test_a_new_day_is_reported_once(library_path: str) -> None:
    moment = datetime(2026, 11, 24, 3, 59, tzinfo=UTC)
    with closing(LibraryCache(library_path, lambda: moment)) as cache:
        assert not cache.poll_changes()
        moment += timedelta(minutes=1)
        assert cache.poll_changes()
        assert not cache.poll_changes()


def replace_library(path: str, statement: str) -> None:
    """Replace the library file by a changed copy, as a restore does."""
    copy = f"{path}.copy"
    shutil.copyfile(path, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(statement)
    os.replace(copy, path)


def test_row_44_a_replaced_library_is_reopened(cache: LibraryCache, library_path: str) -> None:
    ids, *_ = cache.list_papers(ListQuery())
    cache.row(ids[0], ids)
    replace_library(library_path, "UPDATE paper SET title = 'From the Backup' WHERE id = 1")
    assert cache.poll_changes()
    assert not cache.poll_changes()
    cache.refresh_rows()
    row = cache.cached_row(1)
    assert row is not None
    assert row.title == "From the Backup"
    replace_library(library_path, "DELETE FROM paper")
    assert cache.poll_changes()
    assert len(cache.list_papers(ListQuery()).ids) == 0


def test_row_44_a_replaced_and_locked_library_is_reopened_after_the_lock(
    cache: LibraryCache, library_path: str
) -> None:
    replace_library(library_path, "UPDATE paper SET status = 'dropped'")
    with lock(library_path):
        assert not cache.poll_changes()
        assert len(cache.list_papers(ListQuery()).ids) == 5
    assert cache.poll_changes()
    assert len(cache.list_papers(ListQuery()).ids) == 0


def test_row_44_a_foreign_file_sets_the_error_and_the_old_library_stays_open(
    cache: LibraryCache, library_path: str
) -> None:
    replace_library(library_path, "PRAGMA application_id = 17")
    assert not cache.poll_changes()
    assert cache.error is not None
    assert "another program" in str(cache.error)
    os.unlink(library_path)
    assert not cache.poll_changes()
    assert len(cache.list_papers(ListQuery()).ids) == 5


def test_a_list_has_the_status_of_each_paper(cache: LibraryCache, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'queued' WHERE id IN (1, 2)")
    raw("UPDATE paper SET status = 'done' WHERE id = 4")
    ids, statuses, *_ = cache.list_papers(ListQuery("all", sort="title"))
    assert list(ids) == [1, 2, 3, 4, 5]
    assert [status_of(code) for code in statuses] == ["queued", "queued", "inbox", "done", "inbox"]


def test_a_bad_query_leaves_the_current_query(cache: LibraryCache) -> None:
    cache.list_papers(ListQuery("inbox", "garden"))
    with pytest.raises(UsageError):
        cache.list_papers(ListQuery("inbox", "colour:blue"))
    assert cache.list_query.text == "garden"


def test_the_last_word_is_a_prefix_while_typing(cache: LibraryCache) -> None:
    assert len(cache.list_papers(ListQuery("inbox", "gard"), typing=True).ids) == 1
    assert len(cache.list_papers(ListQuery("inbox", "gard")).ids) == 0


def test_a_newly_created_library_is_opened(tmp_path: Path, library_path: str) -> None:
    later = tmp_path / "later.db"
    cache = LibraryCache(str(later), clock.now)
    assert len(cache.list_papers(ListQuery()).ids) == 0
    assert not cache.poll_changes()
    import_paths(str(later), [str(tmp_path / "daily.json")], ImportOptions(), clock.now())
    assert cache.poll_changes()
    assert len(cache.list_papers(ListQuery()).ids) == 5
    cache.close()


@pytest.fixture
def many(cache: LibraryCache, monkeypatch: pytest.MonkeyPatch) -> LibraryCache:
    """A library in which lists are partial from 3 papers on, with at most 2 papers."""
    monkeypatch.setattr(library_cache, "_MANY_PAPERS", 3)
    monkeypatch.setattr(library_cache, "_NEWEST", 2)
    monkeypatch.setattr(library_cache, "_LEAST_SHOWN", 2)
    cache.refresh_counts()
    return cache


def test_a_frequent_word_lists_the_newest_papers_first_while_typing(many: LibraryCache) -> None:
    query = ListQuery(text="abstract")
    whole = many.complete_list(many._connection, query, typing=False).ids
    assert list(many.list_papers(query, typing=True).ids) == sorted(whole)[-2:]
    assert many.is_partial
    complete = many.complete_list(many._connection, query, typing=True)
    assert complete.ids == whole
    many.put_complete_list(complete)
    assert many.list_papers(query, typing=True).ids == whole
    assert not many.is_partial


@pytest.mark.parametrize(
    ("query", "typing"),
    [
        (ListQuery(text="abstract"), False),
        (ListQuery(text="abstract", sort="title"), True),
        (ListQuery(text="deep"), True),
        (ListQuery(text="abstract NOT deep"), True),
        (ListQuery(text="upvotes:40.."), True),
        (ListQuery(), True),
    ],
)
def test_other_lists_are_complete(many: LibraryCache, query: ListQuery, typing: bool) -> None:
    whole = many.complete_list(many._connection, query, typing=typing)
    assert many.list_papers(query, typing=typing).ids == whole.ids
    assert not many.is_partial
