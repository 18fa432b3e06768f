"""Find papers of the library that a .bib file contains in entries that readq did not write."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from readq.formats.bib_file.blocks import ENTRY, Block
from readq.formats.bib_file.content import Content
from readq.model.fetched_paper import FetchedPaper


def doubles(
    connection: sqlite3.Connection, content: Content, foreign: Sequence[Block], chosen: Sequence[int]
) -> dict[int, str]:
    """Return the papers of the library that a .bib file already contains in entries that readq did not write.

    The result maps the id of each such paper to the citation key of its entry in the file. `content` is the content of
    the file, and `foreign` are its macros and the entries that readq did not write. Only papers with ids in `chosen`
    are returned.
    """
    if not any(block.kind == ENTRY for block in foreign):
        return {}
    from readq.formats.bibtex.reader import read

    text = "\n".join(content.read(block.start, block.end).decode("utf-8", "replace") for block in foreign)
    papers = [paper for paper in read(text)[0] if paper.key]
    wanted = set(chosen)
    same: dict[int, str] = {}
    for paper, numbers in zip(papers, _stored(connection, papers), strict=True):
        for number in numbers:
            if number in wanted:
                same.setdefault(number, paper.key or "")
    return same


def _stored(connection: sqlite3.Connection, papers: Sequence[FetchedPaper]) -> list[list[int]]:
    """Return, for each of `papers`, the ids of the stored papers that are the same work."""
    from readq.model.identity.works import group_into_works
    from readq.model.metadata import first_metadata
    from readq.model.metadata_columns import stored_metadata
    from readq.services.importing import identification
    from readq.store.papers import lookup

    arriving = []
    for paper in papers:
        whole = replace(paper, identifiers=identification.identifiers_of(paper))
        arriving.append(identification.evidence_of(whole, first_metadata(whole), None))
    rows = lookup.metadata_of(connection, identification.candidates(connection, arriving, ()))
    metadata = {number: stored_metadata(row) for number, row in rows.items()}
    sorting = group_into_works(identification.stored_evidence(connection, metadata), arriving)
    return [work.papers for work in sorting.works]
