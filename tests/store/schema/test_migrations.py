"""Migrations keep everything, or change nothing."""

import contextlib
import hashlib
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from readq.errors import LibraryDiskError, LibraryError, LibraryLockedError
from readq.services.safety import check as checking
from readq.store.connection.connect import prepare
from readq.store.files import backup
from readq.store.library import open_for_writing
from readq.store.schema import migrations
from readq.store.schema.migrations import upgrade
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION, STEPS, Step

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]


def _fill_shelf(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO shelf VALUES ('made by a function')")


NEXT: tuple[Step, ...] = (
    *STEPS,
    (
        "ALTER TABLE view ADD COLUMN colour TEXT",
        "CREATE TABLE shelf (name TEXT PRIMARY KEY) STRICT",
        _fill_shelf,
    ),
)
"""The steps to a schema after the present one."""

REBUILD: tuple[Step, ...] = (
    *STEPS,
    (
        "CREATE TABLE new_feed (id INTEGER PRIMARY KEY, name TEXT NOT NULL, spec TEXT, added TEXT NOT NULL) STRICT",
        "INSERT INTO new_feed SELECT * FROM feed",
        "DROP TABLE feed",
        "ALTER TABLE new_feed RENAME TO feed",
    ),
)


def migrate(path: str, steps: tuple[Step, ...], busy_timeout: float = 5) -> None:
    with contextlib.closing(sqlite3.connect(path, timeout=busy_timeout, isolation_level=None)) as connection:
        prepare(connection)
        upgrade(connection, steps)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def schema(path: str) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def made(library: str) -> list[backup.Backup]:
    return backup.list_backups(library, backup.BEFORE_MIGRATION)


def test_there_is_a_step_to_every_schema_and_a_library_of_each(builders: Mapping[int, Any]) -> None:
    assert set(builders) == set(range(1, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_row_74_a_library_of_every_schema_opens_whole(
    builders: Mapping[int, Callable[[str], None]], library: str, dump: Dump, now: datetime, version: int
) -> None:
    builders[version](library)
    before = dump(library)
    open_for_writing(library).close()
    after = dump(library)
    assert {table: [row[: len(before[table][0])] for row in after[table]] for table in before} == before
    assert schema(library) == SCHEMA_VERSION
    assert checking.check(library, now).problems == ()


def test_every_table_is_in_the_library_of_its_schema(old_library: str, dump: Dump) -> None:
    assert [table for table, rows in dump(old_library).items() if not rows] == []


def test_a_migration_keeps_every_row_and_makes_a_backup_first(old_library: str, dump: Dump) -> None:
    before = dump(old_library)
    migrate(old_library, NEXT)
    after = dump(old_library)
    assert after.pop("shelf") == [("made by a function",)]
    assert {table: [row[: len(before[table][0])] for row in after[table]] for table in before} == before
    assert schema(old_library) == len(NEXT)
    (one,) = made(old_library)
    assert dump(one.path) == before
    assert stat.S_IMODE(os.stat(one.path).st_mode) == 0o600
    assert os.path.basename(one.path).startswith(f"pre-migrate-{SCHEMA_VERSION}-{len(NEXT)}-")


def test_a_library_of_the_present_schema_is_not_changed(old_library: str) -> None:
    before = digest(old_library)
    migrate(old_library, STEPS)
    assert digest(old_library) == before
    assert made(old_library) == []


def test_a_rebuilt_parent_keeps_its_children(old_library: str, dump: Dump) -> None:
    before = dump(old_library)["sighting"]
    migrate(old_library, REBUILD)
    assert dump(old_library)["sighting"] == before != []


def failing(connection: sqlite3.Connection) -> None:
    raise sqlite3.OperationalError("out of luck")


class Failure(NamedTuple):
    step: Step
    says: str


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Failure(("DELETE FROM review",), "lose rows"), id="rows lost"),
        pytest.param(Failure(("DROP TABLE note",), "lose rows"), id="a table lost"),
        pytest.param(Failure(("DELETE FROM feed",), "refer to rows that are not there"), id="orphans made"),
        pytest.param(Failure(("CREATE TABLE x (a)", failing), "out of luck"), id="a function fails"),
        pytest.param(Failure(("CREATE TABLE x (a)", "SELEC"), "syntax error"), id="a statement fails"),
    ],
)
def test_a_migration_that_fails_changes_nothing_and_names_the_backup(
    old_library: str, dump: Dump, failure: Failure
) -> None:
    before = dump(old_library)
    with pytest.raises(LibraryError, match=failure.says) as caught:
        migrate(old_library, (*STEPS, failure.step))
    assert dump(old_library) == before
    assert schema(old_library) == SCHEMA_VERSION
    (one,) = made(old_library)
    assert one.path in str(caught.value)
    assert dump(one.path) == before


def test_a_damaged_library_is_not_migrated(old_library: str) -> None:
    with contextlib.closing(sqlite3.connect(old_library)) as connection:
        ((page, size),) = connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'paper'"
        ).fetchall()
    with open(old_library, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    before = digest(old_library)
    with pytest.raises(LibraryError, match="damaged"):
        migrate(old_library, NEXT)
    assert digest(old_library) == before
    assert made(old_library) == []


def test_orphans_are_repaired_before_a_migration_not_by_it(old_library: str) -> None:
    with contextlib.closing(sqlite3.connect(old_library)) as connection, connection:
        connection.execute("DELETE FROM feed WHERE id = 2")
    before = digest(old_library)
    with pytest.raises(LibraryError, match="check --repair"):
        migrate(old_library, NEXT)
    assert digest(old_library) == before


def test_row_31_no_migration_without_room_for_the_backup(old_library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    free = 2 * os.path.getsize(old_library)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    with pytest.raises(LibraryDiskError, match="no room"):
        migrate(old_library, NEXT)
    assert schema(old_library) == SCHEMA_VERSION
    assert not os.path.exists(backup.backup_folder(old_library))


def test_row_31_no_migration_when_the_backup_cannot_be_made(old_library: str) -> None:
    Path(backup.backup_folder(old_library)).write_text("in the way")
    with pytest.raises(LibraryDiskError, match="backups"):
        migrate(old_library, NEXT)
    assert schema(old_library) == SCHEMA_VERSION


def test_three_backups_of_migrations_are_kept(old_library: str) -> None:
    every = []
    for _ in range(5):
        migrate(old_library, (*STEPS, ("SELECT 1",)))
        every.append(made(old_library)[0].path)
        with contextlib.closing(sqlite3.connect(old_library)) as connection:
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    assert [one.path for one in made(old_library)] == every[:1:-1]
    assert len(made(old_library)) == migrations.BACKUPS_KEPT


def test_a_second_process_finds_the_migration_done(old_library: str) -> None:
    with contextlib.closing(sqlite3.connect(old_library, isolation_level=None)) as second:
        prepare(second)
        second.execute("SELECT * FROM paper").fetchall()
        migrate(old_library, NEXT)
        upgrade(second, NEXT)
    assert len(made(old_library)) == 1


def test_a_migration_waits_for_a_writer_and_gives_up(old_library: str) -> None:
    with contextlib.closing(sqlite3.connect(old_library, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryLockedError):
            migrate(old_library, NEXT, busy_timeout=0)
    assert made(old_library) == []


_KILLED = """
import os, signal, sqlite3, sys
from readq.store.schema.migrations import STEPS, upgrade
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=1")
upgrade(connection, (*STEPS, ("UPDATE paper SET title = title || hex(randomblob(100000))",
                              lambda _: os.kill(os.getpid(), signal.SIGKILL))))
"""


def test_row_48_killed_within_a_migration(old_library: str, dump: Dump) -> None:
    before = dump(old_library)
    done = subprocess.run([sys.executable, "-c", _KILLED, old_library], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert dump(old_library) == before
    assert schema(old_library) == SCHEMA_VERSION
    migrate(old_library, NEXT)
    assert schema(old_library) == len(NEXT)


def test_changed_papers_are_listed_for_each_kept_file(old_library: str) -> None:
    with contextlib.closing(sqlite3.connect(old_library)) as connection:
        connection.execute("DELETE FROM bib_change")
        connection.execute("UPDATE bib_file SET renewal = 'automatic'")
        connection.execute(
            "INSERT INTO bib_file (id, path, sha256, at, renewal) VALUES (2, 'a.bib', '', '2026-11-20T08:00:00Z', NULL)"
        )
        for statement, paper in (
            ("UPDATE paper SET title = 'Other' WHERE id = 2", 2),
            ("INSERT INTO paper_tag (paper_id, tag) VALUES (4, 'late')", 4),
            ("DELETE FROM author WHERE paper_id = 1 AND position = 1", 1),
            ("UPDATE paper SET title = 'Again' WHERE id = 2", 2),
        ):
            connection.execute(statement)
            newest = connection.execute("SELECT file_id, paper_id FROM bib_change ORDER BY id DESC").fetchone()
            assert newest == (1, paper)
        connection.execute("UPDATE paper SET status = 'queued' WHERE id = 4")
        assert connection.execute("SELECT paper_id FROM bib_change ORDER BY id").fetchall() == [(4,), (1,), (2,)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM paper WHERE id = 1",
        "DELETE FROM pdf WHERE paper_id = 1",
        "UPDATE pdf SET path = '/home/reader/other.pdf' WHERE paper_id = 1",
    ],
)
def test_the_text_of_a_pdf_leaves_the_index_with_its_file(old_library: str, statement: str) -> None:
    count = "SELECT count(*) FROM pdf_search WHERE pdf_search MATCH 'laws'"
    with contextlib.closing(sqlite3.connect(old_library, isolation_level=None)) as connection:
        prepare(connection)
        assert connection.execute(count).fetchone() == (1,)
        connection.execute(statement)
        assert connection.execute(count).fetchone() == (0,)
        connection.execute("INSERT INTO pdf_search (pdf_search, rank) VALUES ('integrity-check', 1)")
