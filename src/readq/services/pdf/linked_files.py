"""Find the PDF file of a paper, and attach the user's files to papers. readq never moves these files."""

import errno
import os
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from readq.days import instant
from readq.errors import DiskError, ReadqError
from readq.paths import expand
from readq.store.connection.transactions import writing
from readq.store.papers import pdfs

_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024


def existing_path(connection: sqlite3.Connection, paper_id: int) -> str | None:
    """Return the path of a paper's PDF if the file exists. Otherwise return None."""
    row = pdfs.lookup(connection, paper_id)
    return row.path if row and os.path.isfile(row.path) else None


def attach(connection: sqlite3.Connection, paper_id: int, path: str, now: datetime) -> str:
    """Attach a PDF file of the user to a paper. Return the absolute path of the file.

    readq never moves or changes the file. Raises ReadqError if the file is missing, cannot be read, or is not a PDF.
    """
    path = expand(path)
    refuse_unless_pdf(path)
    with writing(connection):
        pdfs.attach(connection, paper_id, path, instant(now))
    return path


def link_missing(connection: sqlite3.Connection, files: Mapping[int, str], now: datetime) -> None:
    """Attach files of the user to those papers in `files` that have no PDF yet, inside the caller's transaction.

    `files` maps paper ids to paths.
    """
    for paper_id, path in files.items():
        if pdfs.lookup(connection, paper_id) is None:
            pdfs.attach(connection, paper_id, path, instant(now))


def refuse_unless_pdf(path: str) -> None:
    """Raise ReadqError if there is no readable PDF at `path`. The message names the path."""
    try:
        is_valid = _begins_as_pdf(path)
    except OSError as error:
        raise DiskError(f"cannot read {path}: {error.strerror}", "check the path") from error
    if not is_valid:
        raise ReadqError(f"{path} is not a PDF", "nothing was attached")


def is_pdf(path: str) -> bool:
    """Return whether there is a readable PDF at `path`."""
    try:
        return _begins_as_pdf(path)
    except (OSError, ValueError):
        return False


def _begins_as_pdf(path: str) -> bool:
    """Return whether the first KiB has the mark of a PDF (ISO 32000-2, 7.5.2). Raises FileNotFoundError.

    Pipes and devices are not opened, because reading them may block.
    """
    if not os.path.isfile(path):
        if os.path.exists(path):
            return False
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    with open(path, "rb") as file:
        return _MAGIC in file.read(_MAGIC_WITHIN)
