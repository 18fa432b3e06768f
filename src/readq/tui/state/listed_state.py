"""Read the statuses of the listed papers, count the matching papers that are not listed, and find removed papers.

The functions visit many papers, so they run in the reader thread or in the writer thread. They work in short pieces, so
that the UI thread can run between two pieces.
"""

import sqlite3
from array import array
from collections.abc import Collection
from datetime import datetime
from itertools import repeat
from typing import NamedTuple

from readq.services import views
from readq.services.history.undo import UndoResult
from readq.store.papers import queries
from readq.store.papers.decisions import existing
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.line_marks import GONE

_CHUNK = 10_000


class ListedState(NamedTuple):
    """The present statuses of the listed papers, and the number of unlisted papers."""

    statuses: bytes
    """One byte for each listed paper: the code of its status, or GONE if the paper was removed from the library."""
    unlisted: int
    """The number of papers that match the query of the list but are not listed, such as new papers."""


def read_listed_state(
    connection: sqlite3.Connection, ids: "array[int]", query: ListQuery, now: datetime
) -> ListedState:
    """Read the statuses of the listed papers, and count the unlisted papers that match the query of the list.

    `ids` are the listed papers, and `query` is the query with which the list was loaded. `now` is the present time.
    """
    everything, codes = queries.ids_and_statuses(connection, queries.Selection())
    table: dict[int, int] = {}
    for start in range(0, len(everything), _CHUNK):
        table.update(zip(everything[start : start + _CHUNK], codes[start : start + _CHUNK], strict=True))
    statuses = bytearray()
    for start in range(0, len(ids), _CHUNK):
        statuses += bytes(map(table.get, ids[start : start + _CHUNK], repeat(GONE)))
    matching, _ = queries.ids_and_statuses(connection, views.selection(query.view, query.text, now, connection))
    listed = set(ids)
    unlisted = 0
    for start in range(0, len(matching), _CHUNK):
        unlisted += len(set(matching[start : start + _CHUNK]) - listed)
    return ListedState(bytes(statuses), unlisted)


def gone_papers(connection: sqlite3.Connection, undone: UndoResult | None) -> tuple[UndoResult | None, Collection[int]]:
    """Return `undone` and the papers of this undo or redo that are not in the library any more.

    There are such papers after the undo of an import, for example.
    """
    papers = () if undone is None else undone.papers
    return undone, set(papers).difference(existing(connection, papers))
