"""Check a library for faults, and repair it after a backup."""

import contextlib
import os
import sqlite3
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import LibraryError
from readq.services.review import card_check, future_check
from readq.services.safety import damage, identity_check, location_warnings
from readq.store.check import DAMAGE, Problem, find_problems, repair_problems
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.transactions import writing
from readq.store.files.backup import (
    AUTOMATIC,
    BEFORE_REPAIR,
    MANUAL,
    back_up,
    keep_newest,
    last_failure,
    list_backups,
    new_path,
)
from readq.store.files.integrity import count_contents, open_unmigrated, schema_version
from readq.store.library import open_for_writing
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION
from readq.text import counted

_REPAIR_BACKUPS_KEPT = 3


class FoundProblem(NamedTuple):
    """A fault in a library: its kind, a description of its place, and whether the check repaired it."""

    kind: str
    where: str
    repaired: bool


class CheckResult(NamedTuple):
    """The result of a check of a library."""

    problems: tuple[FoundProblem, ...]
    """The faults of the library."""
    warnings: tuple[str, ...] = ()
    """Warnings about the location and the backups of the library."""
    backup: str | None = None
    """The path of the backup that was made before a repair, or None if no repair was made."""

    @property
    def ok(self) -> bool:
        """Whether no faults were found."""
        return not self.problems


def check(
    library: str, now: datetime, *, repair: bool = False, busy_timeout: float = DEFAULT_BUSY_TIMEOUT
) -> CheckResult:
    """Check the library for faults, and return the result. If `repair` is True, make a backup and repair the faults.

    A missing library has no faults. A library with an older schema is checked only by the rules that hold for every
    schema. A damaged file is not repaired.

    Some faults make it dangerous to write to the library (the kinds in STOPS_WRITING). If such a fault remains, the
    library is marked as damaged, and other commands write nothing to it. If none remains, the mark is removed.

    Raises LibraryError or a subclass, and repairs nothing, if the file is not a library, cannot be read, or is locked.
    """
    if not os.path.lexists(library):
        unremembered = damage.remember(library, ())
        return CheckResult((), (unremembered,) if unremembered else ())
    try:
        with contextlib.closing(open_unmigrated(library, busy_timeout)) as connection:
            found = _problems(connection, now)
            backup = None
            remaining = found
            if repair and found and not _is_damaged(found):
                backup = _back_up_before_repair(library, now, busy_timeout)
                remaining = _repair(connection, found, now)
            is_older = schema_version(connection) < SCHEMA_VERSION
            warnings = _warnings(library, connection)
    except sqlite3.Error as error:
        raise library_error(error, library) from error
    if unremembered := damage.remember(library, remaining):
        warnings += (unremembered,)
    if repair and is_older and any(problem.kind == identity_check.KIND for problem in remaining):
        # Separating works needs the tables of the present schema.
        open_for_writing(library, busy_timeout).close()
        again = check(library, now, repair=True, busy_timeout=busy_timeout)
        remaining = [Problem(problem.kind, problem.where) for problem in again.problems if not problem.repaired]
        backup = again.backup
    every = dict.fromkeys((*found, *remaining))
    return CheckResult(tuple(FoundProblem(*problem, problem not in remaining) for problem in every), warnings, backup)


def _problems(connection: sqlite3.Connection, now: datetime) -> list[Problem]:
    found = find_problems(connection)
    if _is_damaged(found):
        return found
    found += identity_check.find_problems(connection)
    if schema_version(connection) == SCHEMA_VERSION:
        found += future_check.find_problems(connection, now) + card_check.find_problems(connection)
    return found


def _is_damaged(found: list[Problem]) -> bool:
    return any(problem.kind == DAMAGE for problem in found)


def _back_up_before_repair(library: str, now: datetime, busy_timeout: float) -> str:
    path = new_path(library, BEFORE_REPAIR, now)
    back_up(library, path, busy_timeout, allow_faults=True)
    keep_newest(library, BEFORE_REPAIR, _REPAIR_BACKUPS_KEPT)
    return path


def _repair(connection: sqlite3.Connection, found: list[Problem], now: datetime) -> list[Problem]:
    """Repair in one transaction, and return the remaining problems."""
    try:
        with writing(connection):
            repair_problems(connection)
            if schema_version(connection) == SCHEMA_VERSION:
                future_check.repair_problems(connection, now)
                card_check.repair_problems(connection)
                identity_check.repair_problems(connection, instant(now))
    except sqlite3.IntegrityError:
        # Rows contradict each other, and only the user can decide which is right.
        return found
    return _problems(connection, now)


def _warnings(library: str, connection: sqlite3.Connection) -> tuple[str, ...]:
    warnings = list(location_warnings.warnings(library, os.environ).values())
    if failure := last_failure(library):
        warnings.append(f"the last automatic backup failed: {failure}")
    if fewer := _lost_rows(library, connection):
        warnings.append(fewer)
    return tuple(warnings)


def _lost_rows(library: str, connection: sqlite3.Connection) -> str | None:
    """Return a warning if the library has fewer rows than its newest backup.

    Loss of SQLite's journal can cause this.
    """
    made = list_backups(library, AUTOMATIC) + list_backups(library, MANUAL)
    if not made:
        return None
    newest = max(made, key=lambda one: one.at)
    try:
        with contextlib.closing(open_unmigrated(newest.path, 0)) as backup:
            then, now = count_contents(backup), count_contents(connection)
    except (sqlite3.Error, LibraryError) as error:
        return f"the newest backup cannot be read: {error}"
    counts = zip(then._fields, then, now, strict=True)
    lost = [counted(before - after, name.removesuffix("s")) for name, before, after in counts if after < before]
    return f"{', '.join(lost)} fewer than in the backup {newest.path}" if lost else None
