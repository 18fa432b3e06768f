"""Backup, restore, check: nothing counts as saved before it was read back, nothing is replaced that is not kept."""

import contextlib
import os
import sqlite3
from datetime import datetime
from typing import NamedTuple

from readq.config import Config
from readq.errors import LibraryDiskError, LibraryError, ReadqError, UsageError
from readq.services import replay, surroundings
from readq.store import backup as backups
from readq.store import check as checks
from readq.store import replacement
from readq.store.backup import Backup
from readq.store.connect import DEFAULT_BUSY_TIMEOUT, SCHEMA_VERSION, explained, refuse_unless_library_file, writing
from readq.store.replacement import Replaced
from readq.store.soundness import Contents, open_as_is, read_back, schema_of
from readq.store.thinning import thinned

_REPAIR_BACKUPS_KEPT = 3


class BackedUp(NamedTuple):
    """A backup that was made: its path, its size in bytes, and what it holds."""

    path: str
    size: int
    contents: Contents


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


def back_up(
    library: str,
    file: str | None,
    now: datetime,
    *,
    force: bool = False,
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT,
) -> BackedUp:
    """Copy the library to `file`, by default to a new one in the folder of backups; those stay until you delete them.

    Raises ReadqError when there is no library, or a `file` already, unless `force`; LibraryError and its kinds.
    """
    if not os.path.lexists(library):
        raise ReadqError(f"there is no library at {library}", "nothing to back up")
    if file is not None and os.path.exists(file) and os.path.samefile(file, library):
        raise UsageError(f"{file} is the library itself", "give another name")
    refuse_unless_library_file(library)
    target = file or backups.new_path(library, backups.MANUAL, now)
    contents = backups.back_up(library, target, busy_timeout, force=force)
    return BackedUp(target, os.path.getsize(target), contents)


def automatic(library: str, now: datetime, config: Config) -> str | None:
    """Make the day's backup if the library has changed since the last one, thin the older ones, and return its path.

    None when there is nothing to do: switched off, no library, no change, one of today, or another process is at it. It
    takes as long as reading and writing the library twice, so not for a thread that answers keys. Raises LibraryError
    and its kinds.
    """
    if not config.automatic_backup or not os.path.isfile(library):
        return None
    try:
        made = backups.backups(library, backups.AUTOMATIC)
        if not is_due(made, backups.modified(library), now):
            return None
        with backups.alone(library) as is_alone:
            path = _made_and_thinned(library, now, config) if is_alone else None
    except ReadqError as error:
        backups.remember_failure(library, str(error))
        raise
    except OSError as error:
        refused = LibraryDiskError(f"cannot back up {library}: {error}", "check its folder and disk")
        backups.remember_failure(library, str(refused))
        raise refused from error
    backups.remember_failure(library, None)
    return path


def _made_and_thinned(library: str, now: datetime, config: Config) -> str | None:
    # Who was not alone a moment ago has made it by now.
    if not is_due(backups.backups(library, backups.AUTOMATIC), backups.modified(library), now):
        return None
    backups.sweep(library, now)
    path = backups.new_path(library, backups.AUTOMATIC, now)
    backups.back_up(library, path, config.busy_timeout)
    for old in thinned(backups.backups(library, backups.AUTOMATIC), now, config.backups_kept):
        backups.remove(old)
    return path


def is_due(made: list[Backup], modified: int, now: datetime) -> bool:
    """Whether none of the backups is of today (in the zone of `now`) or of this state of the library."""
    today = now.date()
    return not any(one.modified == modified or one.at.astimezone(now.tzinfo).date() == today for one in made)


def restore(library: str, file: str, *, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> Replaced:
    """Put a copy of the backup `file` in the library's place, after a look at every page of it; keep what was there.

    Raises ReadqError when there is no such file, UsageError when it is the library; LibraryError and its kinds: then
    nothing has changed.
    """
    _refuse_as_source(library, file)
    return replacement.put_in_place(file, library, busy_timeout)


def verify(library: str, file: str) -> Contents:
    """What the backup `file` holds, sound as it is. Raises as `restore` does."""
    _refuse_as_source(library, file)
    try:
        return read_back(file)
    except LibraryError as error:
        raise type(error)(error.message, "nothing was changed; choose another backup") from error


def _refuse_as_source(library: str, file: str) -> None:
    if not os.path.exists(file):
        raise ReadqError(f"there is no file {file}", f"backups are in {backups.folder_of(library)}")
    if os.path.exists(library) and os.path.samefile(file, library):
        raise UsageError(f"{file} is the library itself", "name a backup")


def check(library: str, now: datetime, *, repair: bool = False, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> Checked:
    """Look for everything that can be wrong with the library; with `repair` mend it, after a backup.

    No library has no problems. Of one of an older schema only the file is looked at. Raises LibraryError and its kinds
    for what is no library, cannot be read, or is locked; then nothing was mended.
    """
    if not os.path.lexists(library):
        return Checked(())
    try:
        with contextlib.closing(open_as_is(library, busy_timeout)) as connection:
            found = _problems(connection)
            backup = None
            left = found
            if repair and found and not _is_damaged(found):
                backup = _back_up_before_repair(library, now, busy_timeout)
                left = _repaired(connection, found)
            warnings = _warnings(library, connection)
    except sqlite3.Error as error:
        raise explained(error, library) from error
    every = dict.fromkeys((*found, *left))
    return Checked(tuple(FoundProblem(*problem, problem not in left) for problem in every), warnings, backup)


def _problems(connection: sqlite3.Connection) -> list[checks.Problem]:
    found = checks.problems(connection)
    if _is_damaged(found) or schema_of(connection) < SCHEMA_VERSION:
        return found
    return found + replay.problems(connection)


def _is_damaged(found: list[checks.Problem]) -> bool:
    return any(problem.kind == checks.DAMAGE for problem in found)


def _back_up_before_repair(library: str, now: datetime, busy_timeout: float) -> str:
    path = backups.new_path(library, backups.BEFORE_REPAIR, now)
    backups.back_up(library, path, busy_timeout, faulty=True)
    backups.keep_newest(library, backups.BEFORE_REPAIR, _REPAIR_BACKUPS_KEPT)
    return path


def _repaired(connection: sqlite3.Connection, found: list[checks.Problem]) -> list[checks.Problem]:
    """Mend in one transaction, and return what is wrong afterwards."""
    try:
        with writing(connection):
            checks.repair(connection)
            if schema_of(connection) == SCHEMA_VERSION:
                replay.repair(connection)
    except sqlite3.IntegrityError:
        # Rows that contradict each other: which of them is right, only the reader can say.
        return found
    return _problems(connection)


def _warnings(library: str, connection: sqlite3.Connection) -> tuple[str, ...]:
    warnings = list(surroundings.warnings(library, os.environ).values())
    if failure := backups.last_failure(library):
        warnings.append(f"the last automatic backup failed: {failure}")
    if fewer := _fewer_than_backed_up(library, connection):
        warnings.append(fewer)
    return tuple(warnings)


def _fewer_than_backed_up(library: str, connection: sqlite3.Connection) -> str | None:
    """What a library that lost its journal on the way would show: fewer rows than its last backup has."""
    from readq.store.soundness import contents

    made = backups.backups(library, backups.AUTOMATIC) + backups.backups(library, backups.MANUAL)
    if not made:
        return None
    newest = max(made, key=lambda one: one.at)
    try:
        with contextlib.closing(open_as_is(newest.path, 0)) as backup:
            then, now = contents(backup), contents(connection)
    except (sqlite3.Error, LibraryError) as error:
        return f"the newest backup cannot be read: {error}"
    lost = [f"{before - after:,} {name}" for name, before, after in zip(then._fields, then, now, strict=True)
            if after < before]  # fmt: skip
    return f"{', '.join(lost)} fewer than in the backup {newest.path}" if lost else None
