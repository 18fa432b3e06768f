"""Citations leave the library: keys, entries and .bib files. What leaves freezes its key."""

import contextlib
import errno
import hashlib
import os
import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from readq.days import instant
from readq.errors import DiskError, ReadqError
from readq.model.values import Citable
from readq.paths import write_whole
from readq.store import citations
from readq.store.connect import writing

FORMATS = ("bibtex", "biblatex", "csl-json", "markdown")
"""What `export --format` takes."""

_DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
_KEY = re.compile(r"@\s*[A-Za-z]+\s*[{(]\s*([^,\s]+)")
_ENTRY = re.compile(r"^@(?!comment|string|preamble)", re.IGNORECASE | re.MULTILINE)


class ForeignFileError(ReadqError):
    """A file was not replaced because it holds what readq did not write."""


class Exported(NamedTuple):
    """What was exported; `provisional` are keys that may still change. `text` is None when it went to a file."""

    entries: int
    provisional: tuple[str, ...]
    text: str | None


def copy_key(connection: sqlite3.Connection, paper_id: int, _now: datetime) -> str:
    """The citation key of a paper, frozen when author and year are known. Raises ReadqError when it is gone."""
    with writing(connection):
        (cited,) = _citables(connection, [paper_id])
        citations.freeze_keys(connection, [paper_id])
    return cited.key


def copy_entry(connection: sqlite3.Connection, paper_id: int, form: str, _now: datetime) -> str:
    """A paper's entry as `export` would write it, its key frozen. Raises ReadqError when the paper is gone."""
    with writing(connection):
        cited = _citables(connection, [paper_id])
        citations.freeze_keys(connection, [paper_id])
    return rendered(cited, form)


def export(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    path: str | None,
    form: str,
    now: datetime,
    *,
    force: bool = False,
) -> Exported:
    """Write the papers in the form `form` (one of FORMATS) to a file, or return the text when `path` is None.

    A file that holds what readq did not write is left alone unless `force`. Raises ForeignFileError, ReadqError.
    """
    # Nothing to cite is nothing to freeze: the library may then be one that cannot be written, or none at all.
    with writing(connection) if ids else contextlib.nullcontext():
        text = rendered(citations.citables(connection, ids), form)
        provisional = tuple(citations.provisional_keys(connection, ids))
        if path is not None:
            digest = _write(connection, path, text, force)
            if ids and digest:
                citations.remember_exported(connection, os.path.realpath(path), digest, instant(now))
        if ids:
            citations.freeze_keys(connection, ids)
    return Exported(len(ids), provisional, text if path is None else None)


def rendered(papers: Sequence[Citable], form: str) -> str:
    """The papers as text in one of FORMATS, ordered by key: the same papers give the same bytes."""
    if form == "csl-json":
        from readq.bibtex.csl import write as write_csl

        return write_csl(papers)
    if form == "markdown":
        from readq.bibtex.markdown import write as write_markdown

        return write_markdown(papers)
    from readq.bibtex.latex import Dialect
    from readq.bibtex.writer import write as write_bibtex

    return write_bibtex(papers, Dialect(form))


def _citables(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Citable]:
    found = citations.citables(connection, ids)
    if not found:
        raise ReadqError(f"no paper {ids[0]}", "it was removed meanwhile")
    return found


def _write(connection: sqlite3.Connection, path: str, text: str, force: bool) -> str | None:
    """Write a file and return the digest of what it holds then; None when it is no file that keeps anything."""
    target = os.path.realpath(path)
    if os.path.exists(target) and any(
        os.path.samefile(target, row[2]) for row in connection.execute("PRAGMA database_list") if row[2]
    ):
        raise ReadqError(f"{path} is the library itself", "choose another file")
    if not force and os.path.isfile(target):
        _refuse_foreign(connection, target, path, text)
    try:
        write_whole(target, text)
    except OSError as error:
        kind = DiskError if error.errno in _DISK_FAULTS else ReadqError
        raise kind(f"cannot write {path}: {error.strerror}", "an older file is as it was") from error
    return _digest(text.encode()) if os.path.isfile(target) else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _refuse_foreign(connection: sqlite3.Connection, target: str, path: str, text: str) -> None:
    """Raise when the file at `target` holds what readq did not write, by its last export or word for word."""
    with open(target, "rb") as file:
        data = file.read()
    if _digest(data) == citations.exported_digest(connection, target):
        return
    present = data.decode("utf-8", errors="replace")
    ours = set(_blocks(text))
    blocks = _blocks(present)
    if not blocks and present.strip() not in ("", text.strip()):
        raise ForeignFileError(f"{path} holds text that readq did not write", "--force replaces the file")
    foreign = [block for block in blocks if block not in ours]
    if foreign:
        key = _KEY.match(foreign[0])
        name = f", {key[1]} for one" if key else ""
        more = "1 entry" if len(foreign) == 1 else f"{len(foreign)} entries"
        raise ForeignFileError(f"{path} holds {more} that readq did not write{name}", "--force replaces the file")


def _blocks(text: str) -> list[str]:
    """The entries of a .bib, each up to the next; what stands before the first is no entry."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    return [text[start:end].strip() for start, end in pairwise([*starts, len(text)])]
