"""Rank due cards: cards with priority first, then cards of papers cited in drafts, then cards of starred papers.

All other cards come last.
"""

import contextlib
import os
import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from readq.config import Config
from readq.errors import ReadqError
from readq.services.citing.document import read_aux
from readq.store.papers.key_lookup import of_keys
from readq.store.papers.lookup import starred_among
from readq.store.review.cards import DueRow

REST, STARRED, CITED, PRIORITISED = range(4)
"""The ranks of cards, in ascending order. Cards of a higher rank are asked first."""

_LARGEST = 16_000_000
"""The maximum number of bytes that are read from a .bib file."""

_IN_BIB = re.compile(
    r"^[ \t]*@(?!comment|preamble|string)[a-z]+[ \t]*[{(][ \t]*([^\s,{}()]+)[ \t]*,", re.IGNORECASE | re.MULTILINE
)


def cited_papers(connection: sqlite3.Connection, config: Config) -> set[int]:
    """Return the ids of the papers that the user's drafts cite. Drafts that cannot be read are left out."""
    return of_keys(connection, draft_keys(config.drafts)) if config.drafts else set()


def rank(connection: sqlite3.Connection, rows: Sequence[DueRow], cited: Collection[int]) -> list[tuple[DueRow, int]]:
    """Return pairs of a card and its rank (such as STARRED). The cards are in the same order as in `rows`.

    `cited` are the ids of the papers that the user's drafts cite.
    """
    starred = starred_among(connection, {row.paper_id for row in rows})
    return [(row, _rank(row, cited, starred)) for row in rows]


def _rank(row: DueRow, cited: Collection[int], starred: Collection[int]) -> int:
    if row.priority > 0:
        return PRIORITISED
    if row.paper_id in cited:
        return CITED
    return STARRED if row.paper_id in starred else REST


def draft_keys(paths: Iterable[str]) -> set[str]:
    """Return the citation keys in the .aux and .bib files at `paths`.

    An .aux file has the keys that the document cites, together with the .aux files of the parts that the document
    includes. A .bib file has the keys of its entries. Files that cannot be read are skipped.
    """
    keys: set[str] = set()
    for path in paths:
        place = os.path.expanduser(path)
        # To open a named pipe would wait for a writer.
        if not os.path.isfile(place):
            continue
        with contextlib.suppress(OSError, ReadqError):
            keys.update(_bib_keys(place) if path.lower().endswith(".bib") else read_aux(place).keys)
    return keys


def _bib_keys(path: str) -> list[str]:
    with open(path, "rb") as file:
        return _IN_BIB.findall(file.read(_LARGEST).decode("utf-8", "replace"))
