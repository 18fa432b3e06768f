"""Keep .bib files in step with the library: renew them after changes, when their bytes would differ.

In a work tree of git a file is renewed only when the reader asks for it, unless a setting says otherwise: a commit
should hold what its author looked at.
"""

import json
import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.errors import ReadqError
from readq.formats.bib_file.revision import Wishes
from readq.services.manuscripts.bib_update import BibUpdate, update
from readq.services.manuscripts.choice import Choice
from readq.store import bib_files
from readq.store.bib_files import AUTOMATIC, ON_DEMAND, BibFile
from readq.store.connection.transactions import writing


class Renewal(NamedTuple):
    """The renewal of a kept file. `error` is the reason why it failed; `update` is None then."""

    file: BibFile
    update: BibUpdate | None = None
    error: ReadqError | None = None


def keep(
    connection: sqlite3.Connection, path: str, choice: Choice, now: datetime, wishes: Wishes, *, in_git: str
) -> BibUpdate:
    """Write the chosen papers to the .bib file at `path`, and keep it: see `renew`.

    `in_git` is AUTOMATIC or ON_DEMAND, for a file in a work tree of git. Raises the errors of `bib_update.update`.
    """
    renewal = in_git if is_in_git(path) else AUTOMATIC
    return update(connection, path, choice, now, wishes._replace(removes=True), renewal)


def is_in_git(path: str) -> bool:
    """Return whether the file at `path` is in a work tree of git."""
    folder = os.path.dirname(os.path.realpath(path))
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent
    return True


def renew(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    kinds: Sequence[str] = (AUTOMATIC, ON_DEMAND),
    wishes: Wishes = Wishes(),  # noqa: B008 - immutable
) -> list[Renewal]:
    """Renew all kept files whose renewal is in `kinds`. A failed renewal is recorded, and the others go on."""
    done: list[Renewal] = []
    for file in bib_files.kept(connection):
        if file.renewal in kinds:
            done.append(_renewed(connection, file, now, wishes))
    return done


def _renewed(connection: sqlite3.Connection, file: BibFile, now: datetime, wishes: Wishes) -> Renewal:
    try:
        if not os.path.exists(file.path):
            raise ReadqError(f"{file.path} is gone", "readq export --forget lets it go; -o and --keep write it again")
        done = update(connection, file.path, _choice(file), now, wishes._replace(removes=True))
    except ReadqError as error:
        if str(error) != file.error:
            with writing(connection):
                bib_files.record_failure(connection, file.id, str(error))
        return Renewal(file, None, error)
    return Renewal(file, done)


def _choice(file: BibFile) -> Choice:
    """Return the choice of a kept file. Raises ReadqError if the library has one that this version cannot read."""
    try:
        choice = Choice(**json.loads(file.choice))
        _ = choice.form
    except (TypeError, ValueError, KeyError) as error:
        raise ReadqError(
            f"what {file.path} is kept for cannot be read", "readq export --forget, then -o and --keep again"
        ) from error
    return choice


def renew_after_change(connection: sqlite3.Connection, now: datetime) -> list[str]:
    """Renew the files that are kept automatically. Return a line about each failure that was not known before."""
    if not any(file.renewal == AUTOMATIC for file in bib_files.kept(connection)):
        return []
    done = renew(connection, now, kinds=(AUTOMATIC,), wishes=Wishes(is_quick=True))
    return [
        f"{one.file.path} is kept and was not renewed: {one.error}"
        for one in done
        if one.error is not None and str(one.error) != one.file.error
    ]


def forget(connection: sqlite3.Connection, path: str) -> None:
    """Stop keeping the file at `path`, which stays as it is. Raises ReadqError if it is not kept."""
    with writing(connection):
        if not bib_files.forget(connection, os.path.realpath(path)):
            raise ReadqError(f"{path} is not kept", "readq export --kept lists the files that are")
