"""Check and repair: all that can be wrong with a library is looked for, and nothing is mended that is not kept."""

import contextlib
import os
import sqlite3
from datetime import datetime
from typing import NamedTuple

from readq.errors import LibraryError
from readq.services.review import card_check
from readq.services.safety import location_warnings
from readq.store import check as checks
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT, SCHEMA_VERSION
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.transactions import writing
from readq.store.files import backup as backups
from readq.store.files.integrity import count_contents, open_unmigrated, schema_version

_REPAIR_BACKUPS_KEPT = 3


class FoundProblem(NamedTuple):
    """Something wrong: of which kind, in words where, and whether it was mended."""

    kind: str
    where: str
    repaired: bool


class Checked(NamedTuple):
    """What a check came to. `warnings` are no faults of the library; `backup`: the one made before a repair."""

    problems: tuple[FoundProblem, ...]
    warnings: tuple[str, ...] = ()
    backup: str | None = None

    @property
    def ok(self) -> bool:
        """Whether there was nothing wrong."""
        return not self.problems


def check(library: str, now: datetime, *, repair: bool = False, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> Checked:
    """Look for everything that can be wrong with the library; with `repair` mend it, after a backup.

    No library has no problems. Of one of an older schema only the file is looked at. Raises LibraryError and its kinds
    for what is no library, cannot be read, or is locked; then nothing was mended.
    """
    if not os.path.lexists(library):
        return Checked(())
    try:
        with contextlib.closing(open_unmigrated(library, busy_timeout)) as connection:
            found = _problems(connection)
            backup = None
            left = found
            if repair and found and not _is_damaged(found):
                backup = _back_up_before_repair(library, now, busy_timeout)
                left = _repaired(connection, found)
            warnings = _warnings(library, connection)
    except sqlite3.Error as error:
        raise library_error(error, library) from error
    every = dict.fromkeys((*found, *left))
    return Checked(tuple(FoundProblem(*problem, problem not in left) for problem in every), warnings, backup)


def _problems(connection: sqlite3.Connection) -> list[checks.Problem]:
    found = checks.problems(connection)
    if _is_damaged(found) or schema_version(connection) < SCHEMA_VERSION:
        return found
    return found + card_check.problems(connection)


def _is_damaged(found: list[checks.Problem]) -> bool:
    return any(problem.kind == checks.DAMAGE for problem in found)


def _back_up_before_repair(library: str, now: datetime, busy_timeout: float) -> str:
    path = backups.new_path(library, backups.BEFORE_REPAIR, now)
    backups.back_up(library, path, busy_timeout, allow_faults=True)
    backups.keep_newest(library, backups.BEFORE_REPAIR, _REPAIR_BACKUPS_KEPT)
    return path


def _repaired(connection: sqlite3.Connection, found: list[checks.Problem]) -> list[checks.Problem]:
    """Mend in one transaction, and return what is wrong afterwards."""
    try:
        with writing(connection):
            checks.repair(connection)
            if schema_version(connection) == SCHEMA_VERSION:
                card_check.repair(connection)
    except sqlite3.IntegrityError:
        # Rows that contradict each other: which of them is right, only the reader can say.
        return found
    return _problems(connection)


def _warnings(library: str, connection: sqlite3.Connection) -> tuple[str, ...]:
    warnings = list(location_warnings.warnings(library, os.environ).values())
    if failure := backups.last_failure(library):
        warnings.append(f"the last automatic backup failed: {failure}")
    if fewer := _fewer_than_backed_up(library, connection):
        warnings.append(fewer)
    return tuple(warnings)


def _fewer_than_backed_up(library: str, connection: sqlite3.Connection) -> str | None:
    """What a library that lost its journal on the way would show: fewer rows than its last backup has."""
    made = backups.list_backups(library, backups.AUTOMATIC) + backups.list_backups(library, backups.MANUAL)
    if not made:
        return None
    newest = max(made, key=lambda one: one.at)
    try:
        with contextlib.closing(open_unmigrated(newest.path, 0)) as backup:
            then, now = count_contents(backup), count_contents(connection)
    except (sqlite3.Error, LibraryError) as error:
        return f"the newest backup cannot be read: {error}"
    lost = [f"{before - after:,} {name}" for name, before, after in zip(then._fields, then, now, strict=True)
            if after < before]  # fmt: skip
    return f"{', '.join(lost)} fewer than in the backup {newest.path}" if lost else None
