"""Citations leave the library: keys, entries and .bib files. What leaves freezes its key."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError, not_written
from readq.model.values import Citable
from readq.paths import write_whole
from readq.store.connection.transactions import reading, writing
from readq.store.files.integrity import library_path
from readq.store.papers import citations

FORMATS = ("bibtex", "biblatex", "csl-json", "markdown")
"""What `export --format` takes."""

_KEY = re.compile(r"@\s*[A-Za-z]+\s*[{(]\s*([^,\s]+)")
_ENTRY = re.compile(r"^@(?!comment|string|preamble)", re.IGNORECASE | re.MULTILINE)


class ForeignFileError(ReadqError):
    """A file was not replaced because it holds what readq did not write."""


class Exported(NamedTuple):
    """What was exported. `text` is None when it went to a file.

    `provisional` are keys that may still change; `unicode` those of entries that need LuaLaTeX or XeLaTeX and a font
    with their letters. `frozen` is False when the library could not be written, so that no key was frozen.
    """

    entries: int
    provisional: tuple[str, ...]
    text: str | None
    unicode: tuple[str, ...] = ()
    frozen: bool = True


def copy_key(connection: sqlite3.Connection, paper_id: int) -> str:
    """The citation key of a paper, frozen when author and year are known. Raises ReadqError when it is gone."""
    with writing(connection):
        (cited,) = _citables(connection, [paper_id])
        citations.freeze_keys(connection, [paper_id], [cited.key])
    return cited.key


def copy_entry(connection: sqlite3.Connection, paper_id: int, form: str) -> str:
    """A paper's entry as `export` would write it, its key frozen. Raises ReadqError when the paper is gone."""
    with writing(connection):
        cited = _citables(connection, [paper_id])
        citations.freeze_keys(connection, [paper_id], [cited[0].key])
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
    with reading(connection):
        papers = citations.citables(connection, ids)
        provisional = tuple(citations.provisional_keys(connection, ids))
        own_digest = None if path is None else citations.exported_digest(connection, os.path.realpath(path))
    if ids and not papers:
        raise ReadqError("none of these papers is in the library", "they were removed meanwhile, or readq check tells")
    text = rendered(papers, form)
    digest = None
    if path is not None:
        # With no transaction open: a slow disk must not keep other processes from the library.
        _refuse_library(path, library_path(connection))
        if not force:
            _refuse_foreign(path, text, own_digest)
        digest = _write(path, text)
    frozen = _freeze(connection, ids, papers, path, digest, now) if papers else True
    demanding = _demanding(papers, form)
    return Exported(len(papers), provisional, text if path is None else None, demanding, frozen)


def _freeze(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    papers: Sequence[Citable],
    path: str | None,
    digest: str | None,
    now: datetime,
) -> bool:
    """Freeze the keys that have left; False for a library that cannot be written."""
    try:
        with writing(connection):
            citations.freeze_keys(connection, ids, [paper.key for paper in papers])
            if path is not None and digest is not None:
                citations.remember_exported(connection, os.path.realpath(path), digest, instant(now))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        return False
    return True


def _demanding(papers: Sequence[Citable], form: str) -> tuple[str, ...]:
    """The keys of entries with letters that pdfLaTeX has no way to print."""
    if form not in ("bibtex", "biblatex"):
        return ()
    from readq.latex.encode import needs_unicode_engine

    texts = {paper.key: " ".join([paper.title, *(author.name for author in paper.authors)]) for paper in papers}
    return tuple(sorted(key for key, text in texts.items() if not text.isascii() and needs_unicode_engine(text)))


def rendered(papers: Sequence[Citable], form: str) -> str:
    """The papers as text in one of FORMATS, ordered by key: the same papers give the same bytes."""
    if form == "csl-json":
        from readq.formats.csl_json import write as write_csl

        return write_csl(papers)
    if form == "markdown":
        from readq.formats.markdown import write as write_markdown

        return write_markdown(papers)
    from readq.formats.bibtex.writer import write as write_bibtex
    from readq.latex.encode import Dialect

    return write_bibtex(papers, Dialect(form))


def _citables(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Citable]:
    found = citations.citables(connection, ids)
    if not found:
        raise ReadqError(f"no paper {ids[0]}", "it was removed meanwhile")
    return found


def _refuse_library(path: str, library: str) -> None:
    if library and os.path.exists(path) and os.path.samefile(path, library):
        raise ReadqError(f"{path} is the library itself", "choose another file")


def _write(path: str, text: str) -> str | None:
    """Write a file and return the digest of what it holds then; None when it is no file that keeps anything."""
    try:
        write_whole(path, text)
    except OSError as error:
        raise not_written(path, error, "choose another file, or make room") from error
    return _digest(text.encode()) if os.path.isfile(path) else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _refuse_foreign(path: str, text: str, own_digest: str | None) -> None:
    """Raise when the file at `path` holds entries that readq did not write, by its last export or word for word."""
    if not os.path.isfile(path):
        return
    with open(path, "rb") as file:
        data = file.read()
    if _digest(data) == own_digest:
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
