"""Export papers to a file or as text, and copy citation keys and entries.

Each function freezes the citation keys that it returns or writes. readq never changes a frozen key by itself; a person
can change it. If the author or the year of a paper is unknown, the key of the paper is not frozen.
"""

import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.latex.definitions import with_definitions
from readq.model.citable import Citable
from readq.services.citing import output_file
from readq.services.citing.export_formats import ExportFormat
from readq.spool import Spool
from readq.store.connection.transactions import reading, writing
from readq.store.files.integrity import library_path
from readq.store.papers import citations, key_lookup, queries

if TYPE_CHECKING:
    from readq.formats.field_choice import FieldChoice

_OWN_TEXTS = ("abstract", "keywords", "note", "annote")
"""The names of the fields made from the abstract, the tags or the note of a paper.

These texts are read from the library only if one of the fields is exported.
"""

_FROZEN_AT_ONCE = 1000
"""The number of citation keys that are frozen in one transaction. readq never changes a frozen key by itself."""


class Exported(NamedTuple):
    """The result of an export: the number of papers, and citation keys to warn about."""

    entries: int
    """The number of papers written."""
    provisional: tuple[str, ...]
    """Citation keys that may still change, because the author or the year of the paper is not known."""
    not_in_pdflatex: tuple[str, ...] = ()
    """Citation keys of entries with letters that pdfLaTeX cannot print.

    LuaLaTeX and XeLaTeX can print them if the document uses a font with these letters.
    """
    not_in_biber: tuple[str, ...] = ()
    """Citation keys that BibTeX accepts and biber rejects.

    biber stops at such a key, and LaTeX then prints no references.
    """
    former: tuple[tuple[str, str], ...] = ()
    """Pairs of an earlier citation key and the present key of the same paper. Empty unless the export is for BibTeX.

    BibTeX does not find the entry by the earlier key, so a document must cite the present key.
    """
    frozen: bool = True
    """Whether the citation keys were frozen, so that readq never changes them by itself.

    False if the library is read-only.
    """


def copy_key(connection: sqlite3.Connection, paper_id: int) -> str:
    """Return the citation key of a paper, for the user to copy.

    Freeze the key, so that readq never changes it by itself. If the author or the year of the paper is unknown, the key
    is not frozen. Raises ReadqError if the paper is not in the library.
    """
    return _freeze_one(connection, paper_id).key


def copy_entry(connection: sqlite3.Connection, paper_id: int, form: ExportFormat) -> str:
    """Return the entry of a paper in the format `form`, for the user to copy.

    The text is the same as in the output of `export`. Freeze the citation key of the paper, so that readq never changes
    it by itself. If the author or the year of the paper is unknown, the key is not frozen. Raises ReadqError if the
    paper is not in the library.
    """
    fields = chosen_fields(connection, [paper_id], form.choice)
    paper = _freeze_one(connection, paper_id, own_texts=has_own_texts(form, fields))
    return "".join(form.parts([paper], fields))


def _freeze_one(connection: sqlite3.Connection, paper_id: int, *, own_texts: bool = False) -> Citable:
    with writing(connection):
        paper = citations.citable(connection, paper_id, own_texts=own_texts)
        if paper is None:
            raise ReadqError(f"no paper {paper_id}", "it was removed in the meantime")
        citations.freeze_keys(connection, [(paper_id, hash(paper.key))])
    return paper


def export(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    target: str | Spool,
    form: ExportFormat,
    now: datetime,
    *,
    force: bool = False,
) -> Exported:
    """Write the papers `ids` to `target` in the format `form`. Return a report.

    The citation keys of the papers are frozen: readq never changes them by itself afterwards.

    If `target` is a path, the file at this path is replaced. If it is a `Spool`, a buffer for a text, the export is
    added to its end. `now` is recorded as the time of the export. Raises ForeignFileError if the file has text that
    readq did not write, unless `force` is True. Raises ReadqError if none of the papers is in the library, if `target`
    is the file of the library, or if the file cannot be written.
    """
    if isinstance(target, Spool):
        keys = _read(connection, ids, target, form)
        return keys.result(_freeze(connection, keys))
    with Spool() as spool:
        keys = _read(connection, ids, spool, form)
        # No transaction is open while the file is written: a slow disk must not lock other processes out.
        output_file.refuse_library(target, library_path(connection))
        if not force:
            output_file.refuse_foreign(target, spool, citations.exported_digest(connection, os.path.realpath(target)))
        digest = output_file.write(target, spool)
    exported = None if digest is None else (os.path.realpath(target), digest, instant(now))
    return keys.result(_freeze(connection, keys, exported))


class _Keys:
    """Collects the keys of the papers that are written. To save memory, only the hashes of most keys are kept.

    `entries` is the number of papers. `ids` and `hashes` are the ids of the papers whose keys are to be frozen, and the
    hashes of these keys.
    """

    def __init__(self, form: ExportFormat) -> None:
        self._form = form
        self.entries = 0
        self.ids = array("q")
        self.hashes = array("q")
        self.provisional: list[str] = []
        self._not_in_pdflatex: list[str] = []
        self._not_in_biber: list[str] = []
        self._former: list[tuple[str, str]] = []

    def noted(self, papers: Iterable[tuple[int, Citable]]) -> Iterator[Citable]:
        """Yield the papers, and collect their keys."""
        return (paper for _, paper in self.noted_pairs(papers))

    def noted_pairs(self, papers: Iterable[tuple[int, Citable]]) -> Iterator[tuple[int, Citable]]:
        """Yield the papers with their ids, and collect their keys."""
        from readq.model.citation_keys.syntax import biber_key

        is_latex, is_bibtex = self._form.is_latex, self._form.name == "bibtex"
        for paper_id, paper in papers:
            self.entries += 1
            if is_latex and _needs_unicode_engine(paper):
                self._not_in_pdflatex.append(paper.key)
            if is_bibtex:
                if biber_key(paper.key) != paper.key:
                    self._not_in_biber.append(paper.key)
                if paper.former_keys:
                    self._former += [(former, paper.key) for former in paper.former_keys]
            yield paper_id, paper

    def result(self, frozen: bool) -> Exported:
        """Return the report on the export."""
        not_in_pdflatex, not_in_biber = sorted(self._not_in_pdflatex), sorted(self._not_in_biber)
        return Exported(
            self.entries,
            tuple(self.provisional),
            tuple(not_in_pdflatex),
            tuple(not_in_biber),
            tuple(self._former),
            frozen,
        )


def _read(connection: sqlite3.Connection, ids: Sequence[int], spool: Spool, form: ExportFormat) -> _Keys:
    """Append the papers to `spool`, as one consistent state of the library."""
    keys = _Keys(form)
    chosen = chosen_fields(connection, ids, form.choice)
    with reading(connection):
        ordered = citations.in_key_order(connection, ids, ignoring_case=form.ignores_case)
        papers = citations.citables(connection, ordered, own_texts=has_own_texts(form, chosen))
        parts = _parts(connection, form, keys, papers, chosen)
        for part in with_definitions(parts) if form.is_latex else parts:
            spool.write(part)
        for paper_id, key_hash in citations.keys_to_freeze(connection, ids):
            keys.ids.append(paper_id)
            keys.hashes.append(key_hash)
        keys.provisional = citations.provisional_keys(connection, ids)
    if ids and not keys.entries:
        raise ReadqError(
            "none of these papers is in the library", "they were removed in the meantime, or readq check finds out more"
        )
    return keys


def chosen_fields(connection: sqlite3.Connection, ids: Sequence[int], choice: "FieldChoice | None") -> "FieldChoice":
    """Return the choice of fields to write, for an export of the papers `ids`.

    The result is `choice`, or the default choice if `choice` is None. The result also leaves out references to papers
    outside `ids`. A reference is a field such as `crossref`, which names another entry by its citation key.
    """
    from readq.formats.field_choice import USUAL

    exported: frozenset[str] | None = None

    def is_exported(key: str) -> bool:
        # Few entries refer to others, so the keys are read when the first one does.
        nonlocal exported
        if exported is None:
            exported = frozenset().union(*key_lookup.keys_of(connection, ids).values())
        return key in exported

    return (choice or USUAL)._replace(is_exported=is_exported)


def has_own_texts(form: ExportFormat, fields: "FieldChoice") -> bool:
    """Return whether entries in the format `form` with `fields` contain the abstract, tags or note of a paper.

    If so, these texts must be read from the library.
    """
    chosen = any(map(fields.asks_for, _OWN_TEXTS)) or (form.has_abstract and fields.has("abstract"))
    return form.has_choice and chosen


def _parts(
    connection: sqlite3.Connection,
    form: ExportFormat,
    keys: _Keys,
    papers: Iterable[tuple[int, Citable]],
    choice: "FieldChoice",
) -> Iterator[str]:
    """Yield the text of papers in a format, and note their keys."""
    if form.is_table:
        return form.table_parts(_rows(connection, keys.noted_pairs(papers)))
    if not form.has_cards:
        return form.parts(keys.noted(papers), choice)
    from readq.services.citing.anki_notes import anki_notes

    return form.card_parts(anki_notes(connection, keys.noted_pairs(papers)))


def _rows(connection: sqlite3.Connection, papers: Iterable[tuple[int, Citable]]) -> Iterator[dict[str, object]]:
    """Yield the papers with the user's own data. At most a few hundred are in memory at a time."""
    numbers = (paper_id for paper_id, _ in papers)
    while some := list(islice(numbers, queries.CHUNK)):
        yield from map(queries.as_json, queries.each_paper(connection, some))


def _freeze(connection: sqlite3.Connection, keys: _Keys, exported: tuple[str, str, str] | None = None) -> bool:
    """Freeze the exported keys. Return False if the library is read-only.

    `exported` has the path of the file, the digest of its text and the time. If it is given, these are stored first.
    Keys are frozen in several transactions, because the pages that a transaction changes stay in memory until its end.
    """
    try:
        if exported is not None and keys.entries:
            with writing(connection):
                citations.remember_exported(connection, *exported)
        # Once even without such keys: whether the library is read-only shows when it is written to.
        for start in range(0, max(len(keys.ids), 1), _FROZEN_AT_ONCE):
            part = slice(start, start + _FROZEN_AT_ONCE)
            with writing(connection):
                citations.freeze_keys(connection, list(zip(keys.ids[part], keys.hashes[part], strict=True)))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        return False
    return True


def _needs_unicode_engine(paper: Citable) -> bool:
    """Return whether the paper has letters that pdfLaTeX cannot print."""
    from readq.latex.encode import needs_unicode_engine

    names = " ".join([author.name for author in paper.authors])
    if paper.title.isascii() and names.isascii():
        return False
    return needs_unicode_engine(f"{paper.title} {names}")
