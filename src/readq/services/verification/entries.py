"""Read the entries to verify: papers of the library, or the entries of a .bib file."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from readq.errors import NothingReadableError
from readq.formats.bibtex.charset import decode
from readq.formats.bibtex.reader import read
from readq.model.fetched_paper import FetchedPaper
from readq.model.identity.evidence import Identifier
from readq.registries.published_record import Claim
from readq.services.citing.input_file import read_input
from readq.store.papers import citations


class Verifiable(NamedTuple):
    """An entry to verify."""

    key: str
    """The citation key of the entry, or its place in the file if it has no key."""
    claim: Claim
    """The title, the authors and the year that the entry states."""
    identifiers: tuple[Identifier, ...] = ()
    entry_type: str = ""
    """The BibTeX type of the entry, such as `article`, or ""."""


def of_library(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Verifiable]:
    """Return the papers of the library with the ids `ids` as entries to verify, ordered by citation key."""
    found = [
        Verifiable(
            paper.key,
            Claim(paper.title, paper.authors, paper.year),
            tuple((scheme, value) for scheme, value in (("doi", paper.doi), ("arxiv", paper.arxiv_id)) if value),
            paper.entry_type or "",
        )
        for _, paper in citations.citables(connection, ids)
    ]
    return sorted(found, key=lambda one: (one.key.casefold(), one.key))


def of_file(path: str) -> list[Verifiable]:
    """Return the entries of the .bib file at `path`, in the order of the file. Entries without a title are left out.

    Raises ReadqError if the file cannot be read. Raises NothingReadableError if the file has no entry with a title.
    """
    papers, rejected = read(decode(read_input(path))[0])
    if not papers:
        why = f": {rejected[0].where}: {rejected[0].why}" if rejected else ""
        raise NothingReadableError(f"{path} has no entry with a title{why}")
    return [_of_paper(paper) for paper in papers]


def _of_paper(paper: FetchedPaper) -> Verifiable:
    claim = Claim(paper.title, paper.authors, paper.year)
    return Verifiable(paper.key or paper.where, claim, paper.identifiers, paper.entry_type or "")
