"""Keep .bib files up to date: update them after changes of the library. Such files are called kept files.

A file in a git work tree is updated only when the user asks for it, because a commit should contain only changes that
its author has seen. A setting can allow automatic updates in git work trees.
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
    """The result of renewing a kept file, a .bib file that readq brings up to date after changes of the library."""

    file: BibFile
    update: BibUpdate | None = None
    """The changes in the file. None if the file could not be renewed."""
    error: ReadqError | None = None
    """The reason why the file could not be renewed, or None."""


def keep(
    connection: sqlite3.Connection, path: str, choice: Choice, now: datetime, wishes: Wishes, *, in_git: str
) -> BibUpdate:
    """Write the chosen papers to the .bib file at `path`, and keep the file up to date from now on. Return the update.

    `choice` determines the papers and the format. If the file is outside a git work tree, readq will update it
    automatically after each change of the library. If it is in a git work tree, `in_git` determines when it is updated:
    AUTOMATIC (after each change) or ON_DEMAND (when the user asks for it). Raises the same errors as
    `bib_update.update`.
    """
    renewal = in_git if is_in_git(path) else AUTOMATIC
    return update(connection, path, choice, now, wishes._replace(removes=True), renewal)


def is_in_git(path: str) -> bool:
    """Return whether the file at `path` is in a git work tree."""
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
    """Update the .bib files that readq keeps up to date, and return the result for each file.

    `kinds` tells which files are updated: AUTOMATIC stands for the files that are updated after each change of the
    library, ON_DEMAND for those that are updated when the user asks for it. If the update of a file fails, the reason
    is stored in the library, and the other files are still updated.
    """
    done: list[Renewal] = []
    for file in bib_files.kept(connection):
        if file.renewal in kinds:
            done.append(_renewed(connection, file, now, wishes))
    return done


def _renewed(connection: sqlite3.Connection, file: BibFile, now: datetime, wishes: Wishes) -> Renewal:
    try:
        if not os.path.exists(file.path):
            raise ReadqError(
                f"{file.path} is gone", "readq export --forget stops updating it; -o and --keep write it again"
            )
        done = update(connection, file.path, _choice(file), now, wishes._replace(removes=True))
    except ReadqError as error:
        if str(error) != file.error:
            with writing(connection):
                bib_files.record_failure(connection, file.id, str(error))
        return Renewal(file, None, error)
    return Renewal(file, done)


def _choice(file: BibFile) -> Choice:
    """Return the choice of a kept file. Raises ReadqError if this version of readq cannot read the stored choice."""
    try:
        choice = Choice(**json.loads(file.choice))
        _ = choice.form
    except (TypeError, ValueError, KeyError) as error:
        raise ReadqError(
            f"the options with which {file.path} is kept cannot be read",
            "readq export --forget, then -o and --keep again",
        ) from error
    return choice


def renew_after_change(connection: sqlite3.Connection, now: datetime) -> list[str]:
    """Update the .bib files that readq keeps up to date automatically. Return a line of text for each failed update.

    There is no line if the previous update of the file failed for the same reason.
    """
    done = renew(connection, now, kinds=(AUTOMATIC,), wishes=Wishes(is_quick=True))
    return [
        f"{one.file.path} is kept and was not renewed: {one.error}"
        for one in done
        if one.error is not None and str(one.error) != one.file.error
    ]


def forget(connection: sqlite3.Connection, path: str) -> None:
    """Stop keeping the .bib file at `path` up to date. The file itself is left unchanged.

    Raises ReadqError if readq does not keep this file up to date.
    """
    with writing(connection):
        if not bib_files.forget(connection, os.path.realpath(path)):
            raise ReadqError(f"{path} is not kept", "readq export --kept lists the files that are")
