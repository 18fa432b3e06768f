"""Recognise papers of the library in entries of a .bib file that have other keys."""

import sqlite3
from collections.abc import Collection

from readq.formats.bib_file.blocks import ENTRY, blocks
from readq.model.authors.person_names import surname
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import title_key
from readq.store import bib_files
from readq.store.papers import citations
from readq.store.papers.key_lookup import of_titles


def doubles(
    connection: sqlite3.Connection, data: bytes, chosen: Collection[int], known: Collection[str]
) -> dict[int, str]:
    """Return the keys of entries of the file `data` that are papers of the library, by the ids of the papers.

    Only papers in `chosen` are looked for. Entries with keys in `known`, case-folded, are left out. An identifier in
    common decides, or else the title with a shared family name and years at most one apart.
    """
    foreign = [
        block
        for block in blocks(data)
        if block.kind == "string"
        or (block.kind == ENTRY and not block.is_commented and block.key.casefold() not in known)
    ]
    if not any(block.kind == ENTRY for block in foreign):
        return {}
    from readq.formats.bibtex.reader import read

    text = "\n".join(data[block.start : block.end].decode("utf-8", "replace") for block in foreign)
    papers = [paper for paper in read(text)[0] if paper.key]
    names = [name for paper in papers for name in paper.identifiers]
    by_name = bib_files.identified(connection, names)
    found: dict[int, str] = {}
    for paper in papers:
        for number in {by_name[name] for name in paper.identifiers if name in by_name} or _titled(connection, paper):
            if number in chosen:
                found.setdefault(number, paper.key or "")
    return found


def _titled(connection: sqlite3.Connection, paper: FetchedPaper) -> set[int]:
    """Return the papers with the title of `paper`, a shared family name, and a year at most one apart."""
    ids = sorted(of_titles(connection, [title_key(paper.title)]))
    families = {surname(author).casefold() for author in paper.authors}
    return {
        number
        for number, own in citations.citables(connection, ids)
        if families & {surname(author).casefold() for author in own.authors}
        and paper.year
        and own.year
        and abs(paper.year - own.year) <= 1
    }
