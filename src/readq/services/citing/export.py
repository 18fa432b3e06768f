"""Export papers to a file or as text, and copy citation keys and entries.

Each function freezes the citation keys that it returns or writes. Only a person can change a frozen key.
"""

import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.model.citable import Citable
from readq.services.citing import output_file
from readq.services.citing.export_formats import ExportFormat
from readq.store.connection.transactions import reading, writing
from readq.store.files.integrity import library_path
from readq.store.papers import citations


class Exported(NamedTuple):
    """The result of an export: the number of papers, their text, and keys to warn about."""

    entries: int
    """The number of papers written."""
    provisional: tuple[str, ...]
    """Keys that may still change, because the author or the year of the paper is not known."""
    text: str | None
    """The exported text; None if it was written to a file."""
    not_in_pdflatex: tuple[str, ...] = ()
    """Keys of entries that need LuaLaTeX or XeLaTeX, and a font with their letters."""
    not_in_biber: tuple[str, ...] = ()
    """Keys that BibTeX accepts and biber does not: biber stops at them, and prints none of the file's entries."""
    frozen: bool = True
    """False if the library is read-only, so that no key could be frozen."""


def copy_key(connection: sqlite3.Connection, paper_id: int) -> str:
    """Freeze and return the citation key of a paper.

    The key is returned but not frozen if the author or the year of the paper is unknown. Raises ReadqError if the paper
    is not in the library.
    """
    with writing(connection):
        (paper,) = _citables(connection, [paper_id])
        citations.freeze_keys(connection, [paper_id], [paper.key])
    return paper.key


def copy_entry(connection: sqlite3.Connection, paper_id: int, form: ExportFormat) -> str:
    """Freeze the citation key of a paper. Return the entry of the paper in the format `form`.

    The text is the same as in the output of `export`. Raises ReadqError if the paper is not in the library.
    """
    with writing(connection):
        papers = _citables(connection, [paper_id])
        citations.freeze_keys(connection, [paper_id], [papers[0].key])
    return form.write(papers)


def export(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    path: str | None,
    form: ExportFormat,
    now: datetime,
    *,
    force: bool = False,
) -> Exported:
    """Write papers to the file at `path`, or return their text if `path` is None. Freeze their citation keys.

    Raises ForeignFileError if the file has text that readq did not write, unless `force` is True. Raises ReadqError if
    none of the papers is in the library, if `path` is the library, or if the file cannot be written.
    """
    with reading(connection):
        papers = citations.citables(connection, ids)
        provisional = tuple(citations.provisional_keys(connection, ids))
        last_digest = None if path is None else citations.exported_digest(connection, os.path.realpath(path))
    if ids and not papers:
        raise ReadqError(
            "none of these papers is in the library", "they were removed in the meantime, or readq check finds out more"
        )
    text = form.write(papers)
    digest = None
    if path is not None:
        # No transaction is open while the file is written: a slow disk must not lock other processes out.
        output_file.refuse_library(path, library_path(connection))
        if not force:
            output_file.refuse_foreign(path, text, last_digest)
        digest = output_file.write(path, text)
    frozen = _freeze(connection, ids, papers, path, digest, now) if papers else True
    not_in_pdflatex = _not_in_pdflatex(papers) if form.is_latex else ()
    not_in_biber = _not_in_biber(papers) if form.name == "bibtex" else ()
    return Exported(len(papers), provisional, text if path is None else None, not_in_pdflatex, not_in_biber, frozen)


def _freeze(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    papers: Sequence[Citable],
    path: str | None,
    digest: str | None,
    now: datetime,
) -> bool:
    """Freeze the exported keys and store the digest of the file. Return False if the library is read-only."""
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


def _not_in_biber(papers: Sequence[Citable]) -> tuple[str, ...]:
    from readq.formats.bibtex.citation_keys import biber_key

    return tuple(sorted(paper.key for paper in papers if biber_key(paper.key) != paper.key))


def _not_in_pdflatex(papers: Sequence[Citable]) -> tuple[str, ...]:
    """Return the keys of papers with letters that pdfLaTeX cannot print."""
    from readq.latex.encode import needs_unicode_engine

    texts = {paper.key: " ".join([paper.title, *(author.name for author in paper.authors)]) for paper in papers}
    return tuple(sorted(key for key, text in texts.items() if not text.isascii() and needs_unicode_engine(text)))


def _citables(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Citable]:
    papers = citations.citables(connection, ids)
    if not papers:
        raise ReadqError(f"no paper {ids[0]}", "it was removed in the meantime")
    return papers
