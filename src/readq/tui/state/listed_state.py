"""Read the present statuses of the listed papers, and the number of matching papers that are not listed.

This visits all papers, so it runs in the reader thread, in steps short enough for the UI thread to go on between them.
"""

import sqlite3
from array import array
from datetime import datetime
from itertools import repeat
from typing import NamedTuple

from readq.services import views
from readq.store.papers import queries
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.line_marks import GONE

_CHUNK = 10_000


class ListedState(NamedTuple):
    """The code of the status of each listed paper, GONE for a removed one, and the number of unlisted papers."""

    statuses: bytes
    unlisted: int


def read_listed_state(
    connection: sqlite3.Connection, ids: "array[int]", query: ListQuery, now: datetime
) -> ListedState:
    """Return the present state of the list with the papers `ids`, which was loaded with `query`."""
    everything, codes = queries.ids_and_statuses(connection, queries.Selection())
    table: dict[int, int] = {}
    for start in range(0, len(everything), _CHUNK):
        table.update(zip(everything[start : start + _CHUNK], codes[start : start + _CHUNK], strict=True))
    statuses = bytearray()
    for start in range(0, len(ids), _CHUNK):
        statuses += bytes(map(table.get, ids[start : start + _CHUNK], repeat(GONE)))
    matching = queries.list_ids(connection, views.selection(query.view, query.text, now))
    listed = set(ids)
    unlisted = 0
    for start in range(0, len(matching), _CHUNK):
        unlisted += len(set(matching[start : start + _CHUNK]) - listed)
    return ListedState(bytes(statuses), unlisted)
