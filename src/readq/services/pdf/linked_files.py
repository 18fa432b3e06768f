"""Which file is the PDF of a paper, and the reader's own files, linked where they are."""

import errno
import os
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from readq.days import instant
from readq.errors import DiskError, ReadqError
from readq.paths import expand
from readq.store.connection.transactions import writing
from readq.store.papers import pdfs as pdf_rows

_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024


def there(connection: sqlite3.Connection, paper_id: int) -> str | None:
    """The file of a paper, if it has one that is still there."""
    row = pdf_rows.lookup(connection, paper_id)
    return row.path if row and os.path.isfile(row.path) else None


def attach(connection: sqlite3.Connection, paper_id: int, path: str, now: datetime) -> str:
    """Make the reader's own file that of a paper; it stays where it is, and readq never writes to it.

    Returns its absolute path. Raises ReadqError for a file that is none or no PDF.
    """
    path = expand(path)
    refuse_unless_pdf(path)
    with writing(connection):
        pdf_rows.attach(connection, paper_id, path, instant(now))
    return path


def link_missing(connection: sqlite3.Connection, files: Mapping[int, str], now: datetime) -> None:
    """Give papers that have no file yet the reader's own, inside the caller's transaction."""
    for paper_id, path in files.items():
        if pdf_rows.lookup(connection, paper_id) is None:
            pdf_rows.attach(connection, paper_id, path, instant(now))


def refuse_unless_pdf(path: str) -> None:
    """Raise ReadqError, which names the file, unless it is a PDF that can be read."""
    try:
        begins_well = _begins_as_pdf(path)
    except OSError as error:
        raise DiskError(f"cannot read {path}: {error.strerror}", "check the path") from error
    if not begins_well:
        raise ReadqError(f"{path} is no PDF", "nothing was attached")


def is_pdf(path: str) -> bool:
    """Whether there is a PDF at `path` that can be read."""
    try:
        return _begins_as_pdf(path)
    except (OSError, ValueError):
        return False


def _begins_as_pdf(path: str) -> bool:
    """By its first KiB (ISO 32000-2, 7.5.2). A pipe or a device is none, and is not waited for."""
    if not os.path.isfile(path):
        if os.path.exists(path):
            return False
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    with open(path, "rb") as file:
        return _MAGIC in file.read(_MAGIC_WITHIN)
