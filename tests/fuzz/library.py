"""Store papers that survived a parser, and check the library: sound, nothing hostile in it, and all of it readable."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from outcomes import Fault, fault_of, limited
from parsers import NOW, TODAY

from readq.formats.bibtex import reader
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Status
from readq.services.citing.anki_notes import anki_notes
from readq.services.citing.export_formats import FORMATS
from readq.services.dump.read_folder import read_dump
from readq.services.dump.write_folder import dump
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest
from readq.services.safety.check import check
from readq.store.library import open_for_reading
from readq.store.papers import queries
from readq.store.papers.citations import citables
from readq.text import is_printable

_IDENTITY = "identity"
"""A problem that mutated records make rightly: they give one identifier to different works."""


def fault_in_library(papers: Sequence[FetchedPaper]) -> Fault | None:
    """Return what goes wrong when papers are stored, checked, exported and dumped, or None."""
    with tempfile.TemporaryDirectory(prefix="readq-fuzz-") as folder:
        path = Path(folder, "library.db")
        try:
            with limited():
                return _fault(papers, path, Path(folder))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return fault_of(error)


def keep_apart(papers: Sequence[FetchedPaper], path: Path) -> None:
    """Store papers in a library at `path`, without what could join them to one."""
    path.unlink(missing_ok=True)
    apart = [replace(paper, identifiers=(), name=None, key=None, fields=()) for paper in papers]
    entries = [Entry(paper, None, TODAY.isoformat(), Status.QUEUED) for paper in apart]
    ingest(str(path), entries, NOW)


def guilty(papers: Sequence[FetchedPaper], fault: Fault) -> Sequence[FetchedPaper]:
    """Return as few of the papers as still have the fault in a library."""
    half = len(papers) // 2
    for part in (papers[:half], papers[half:]):
        found = fault_in_library(part) if len(part) < len(papers) else None
        if found and found.key == fault.key:
            return guilty(part, fault)
    return papers


def _fault(papers: Sequence[FetchedPaper], path: Path, folder: Path) -> Fault | None:
    day = TODAY.isoformat()
    for feed in ("growth", None):
        entries = [Entry(paper, feed, day, Status.QUEUED, origin=None if feed else "file:-") for paper in papers]
        report = ingest(str(path), entries, NOW)
        texts = [*(part.why for part in report.rejected), *report.messages]
        if wrong := [text for text in texts if not text.strip() or "\n" in text]:
            return Fault("message of the import", repr(wrong[0])[:2000])
    if not path.exists():
        return None
    problems = [one for one in check(str(path), NOW).problems if one.kind != _IDENTITY]
    if problems:
        return Fault(f"check finds {problems[0].kind}", repr(problems)[:2000])
    with contextlib.closing(open_for_reading(str(path))) as connection:
        return _unprintable(connection) or _unreadable(connection, folder)


def _unprintable(connection: sqlite3.Connection) -> Fault | None:
    """Return the first column with a text that a terminal cannot show safely, or None."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*_search*'")
    for (table,) in tables.fetchall():
        rows = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in rows.description]
        for row in rows:
            for name, value in zip(names, row, strict=True):
                if isinstance(value, str) and not is_printable(value):
                    return Fault(f"hostile text in {table}.{name}", repr(value)[:2000])
    return None


def _unreadable(connection: sqlite3.Connection, folder: Path) -> Fault | None:
    """Write every export and a dump, and read them again."""
    ids = [number for (number,) in connection.execute("SELECT id FROM paper ORDER BY id")]
    pairs = sorted(citables(connection, ids), key=lambda pair: pair[1].key.casefold())
    papers = [paper for _, paper in pairs]
    for name, form in FORMATS.items():
        if form.has_cards:
            parts = form.card_parts(anki_notes(connection, pairs))
        elif form.is_table:
            parts = form.table_parts(map(queries.as_json, queries.each_paper(connection, ids)))
        else:
            parts = form.parts(papers)
        text = "".join(parts)
        if "\x00" in text or not is_printable(text):
            return Fault(
                f"hostile text in an export to {name}",
                next(repr(line) for line in text.split("\n") if not is_printable(line))[:2000],
            )
        if form.is_latex:
            read, rejected = reader.read(text)
            if rejected or len(read) != len(papers):
                return Fault(
                    f"an export to {name} is not read again", f"{len(read)} of {len(papers)}: {rejected!r}"[:2000]
                )
    target = folder / "dump"
    dump(connection, str(target))
    found = read_dump(str(target))
    with contextlib.closing(found.papers):
        is_whole = len(found.papers) == len(papers)
    if found.rejected or not is_whole:
        return Fault("a dump is not read again", repr(found.rejected)[:2000])
    return None
