"""Read and write which papers the watches caught.

A watch is a saved view with an action on the papers that arrive: it raises, lowers or drops them. A caught paper gets a
mark, which keeps the action that the watch had at that time. A mark does not count if its view was removed, or is no
longer a watch. Such a mark stays in the table, because undo can restore the view. Writes run inside the caller's
transaction.
"""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import NamedTuple, TypeVar

from readq.model.values import Caught, Watch
from readq.store.journal.steps import record

Marks = TypeVar("Marks", "array[int]", bytearray)

_IN_FORCE = "caught c JOIN view v ON v.id = c.view_id AND v.watch IS NOT NULL"

ORDER = (
    f"CASE WHEN p.id IN (SELECT c.paper_id FROM {_IN_FORCE} WHERE c.action = '{Watch.RAISE}') THEN 0"
    f" WHEN p.id IN (SELECT c.paper_id FROM {_IN_FORCE} WHERE c.action = '{Watch.LOWER}') THEN 2 ELSE 1 END"
)
"""SQL expression on table `paper p` for ORDER BY: 0 for a raised paper, 2 for a lowered paper, 1 for all others.

A paper that is both raised and lowered counts as raised. SQLite runs each subquery once, not once for each row.
"""

ACTION = (
    f"(SELECT c.action FROM {_IN_FORCE} WHERE c.paper_id = p.id"
    f" ORDER BY CASE c.action WHEN '{Watch.RAISE}' THEN 0 WHEN '{Watch.DROP}' THEN 1 ELSE 2 END LIMIT 1)"
)
"""SQL expression on table `paper p` for the action to show in a list: `raise`, `drop` or `lower`, or null.

If watches with different actions caught the paper, the first of these actions in this order is shown.
"""


def moves_rows(connection: sqlite3.Connection) -> bool:
    """Return whether a watch has raised or lowered any paper. If not, ORDER is 1 for all papers."""
    # The search goes by view, because views that are no longer watches may have many marks.
    caught = f"SELECT 1 FROM caught c WHERE c.action IN ('{Watch.RAISE}', '{Watch.LOWER}') AND c.view_id = v.id"
    row = connection.execute(f"SELECT 1 FROM view v WHERE v.watch IS NOT NULL AND EXISTS ({caught}) LIMIT 1").fetchone()
    return row is not None


class DatedList(NamedTuple):
    """A list of papers that is ordered by the day on which a feed listed each paper last.

    `statuses` has one byte for each of `ids`. `days` are pairs (ISO day, number of papers with this day), in the order
    of the list. The day is "" for papers without a day.
    """

    ids: "array[int]"
    statuses: bytes
    days: Sequence[tuple[str, int]]


def in_order(connection: sqlite3.Connection, listed: DatedList, *, reverse: bool) -> DatedList:
    """Return `listed` with raised papers first and lowered papers last among the papers of each day.

    If `reverse` is true, lowered papers come first on each day, and raised papers last. The order is that of ORDER.
    Sorting a long list by ORDER in SQLite would take twice the time.
    """
    if not moves_rows(connection):
        return listed
    raised, lowered = _with_action(connection, Watch.RAISE), _with_action(connection, Watch.LOWER)
    first, last = (lowered - raised, raised) if reverse else (raised, lowered - raised)
    at_first, at_last = (
        bytes(map(papers.__contains__, listed.ids)) if papers else bytes(len(listed.ids)) for papers in (first, last)
    )
    ids, statuses, start = listed.ids[:], bytearray(listed.statuses), 0
    for _, papers in listed.days:
        day = slice(start, start + papers)
        start = day.stop
        to_first, to_last = ([*compress(range(papers), marks[day])] for marks in (at_first, at_last))
        if to_first or to_last:
            ids[day] = _with_moved(ids[day], to_first, to_last)
            statuses[day] = _with_moved(statuses[day], to_first, to_last)
    return DatedList(ids, bytes(statuses), listed.days)


def _with_moved(values: Marks, to_first: list[int], to_last: list[int]) -> Marks:
    """Return `values` with those at the indexes `to_first` first, and those at `to_last` last. `values` is changed."""
    first, last = values[:0], values[:0]
    first.extend(map(values.__getitem__, to_first))
    last.extend(map(values.__getitem__, to_last))
    for index in sorted((*to_first, *to_last), reverse=True):
        del values[index]
    return first + values + last


def _with_action(connection: sqlite3.Connection, action: str) -> frozenset[int]:
    rows = connection.execute(
        "SELECT c.paper_id FROM view v JOIN caught c ON c.view_id = v.id WHERE v.watch IS NOT NULL AND c.action = ?",
        (action,),
    )
    return frozenset(row[0] for row in rows)


def add(connection: sqlite3.Connection, view_id: int, action: str, papers: Sequence[int], at: str) -> None:
    """Record that the watch `view_id` caught papers at the time `at` (UTC text), and what it did with them (`action`).

    A paper that this watch caught before keeps its earlier mark.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO caught (paper_id, view_id, action, at) VALUES (?, ?, ?, ?)",
        ((paper, view_id, action, at) for paper in papers),
    )


def counts_since(connection: sqlite3.Connection, since: str) -> dict[int, int]:
    """Return how many papers each view caught since the time `since` (UTC text), by the ids of the views."""
    rows = connection.execute("SELECT view_id, count(*) FROM caught WHERE at >= ? GROUP BY view_id", (since,))
    return dict(rows.fetchall())


def of_papers(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Caught]]:
    """Return the watches that caught the papers `ids`, by paper id, in the order of the views."""
    rows = connection.execute(
        f"SELECT c.paper_id, v.name, c.action, c.at FROM {_IN_FORCE}"
        " WHERE c.paper_id IN (SELECT value FROM json_each(?)) ORDER BY v.position, v.name",
        (json.dumps(list(ids)),),
    )
    return _grouped(rows)


def records(connection: sqlite3.Connection, by_paper: str, bound: Mapping[str, str]) -> dict[int, list[Caught]]:
    """Return the marks of papers for a dump, by paper id, ordered by the names of the views.

    `by_paper` is an SQL condition on `paper_id`, with the values `bound`.
    """
    rows = connection.execute(
        "SELECT c.paper_id, v.name, c.action, c.at FROM caught c JOIN view v ON v.id = c.view_id"
        f" WHERE {by_paper} ORDER BY v.name",
        bound,
    )
    return _grouped(rows)


def _grouped(rows: Iterable[tuple[int, str, str, str]]) -> dict[int, list[Caught]]:
    groups: dict[int, list[Caught]] = {}
    for paper_id, *values in rows:
        groups.setdefault(paper_id, []).append(Caught(*values))
    return groups


def put_by_names(connection: sqlite3.Connection, step: int, marks: Mapping[int, Sequence[Caught]]) -> None:
    """Store marks from a dump, given by paper id, and record them in the journal step `step`.

    Skips the marks of views that the library does not have.
    """
    if not any(marks.values()):
        return
    views = dict(connection.execute("SELECT name, id FROM view").fetchall())
    wanted = {
        (paper_id, views[one.watch]): json.dumps([one.action, one.at])
        for paper_id, found in marks.items()
        for one in found
        if one.watch in views
    }
    present = {
        (paper_id, view_id): json.dumps(mark)
        for paper_id, view_id, *mark in connection.execute(
            "SELECT paper_id, view_id, action, at FROM caught WHERE paper_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(marks)),),
        )
    }
    new = {place: mark for place, mark in wanted.items() if mark != present.get(place)}
    connection.executemany(
        "INSERT OR REPLACE INTO caught (paper_id, view_id, action, at) VALUES (?, ?, ?, ?)",
        [(*place, *json.loads(mark)) for place, mark in new.items()],
    )
    record(
        connection,
        step,
        ((paper, f"caught:{view}", present.get((paper, view)), mark) for (paper, view), mark in new.items()),
    )


def remove_by_name(connection: sqlite3.Connection, step: int, paper_id: int, view: str) -> None:
    """Remove the mark of the view with the name `view` from a paper, and record the change in the journal step `step`.

    Does nothing if there is no such view.
    """
    for (number,) in connection.execute("SELECT id FROM view WHERE name = ?", (view,)).fetchall():
        before = state(connection, paper_id, number)
        put_state(connection, paper_id, number, None)
        record(connection, step, [(paper_id, f"caught:{number}", before, None)])


def state(connection: sqlite3.Connection, paper_id: int, view_id: int) -> str | None:
    """Return the mark of a view on a paper as JSON: its action and time. Return None if there is none."""
    row = connection.execute(
        "SELECT action, at FROM caught WHERE paper_id = ? AND view_id = ?", (paper_id, view_id)
    ).fetchone()
    return None if row is None else json.dumps(list(row))


def put_state(connection: sqlite3.Connection, paper_id: int, view_id: int, wanted: str | None) -> None:
    """Set the mark of a view on a paper. `wanted` is in the form that `state` returns."""
    connection.execute("DELETE FROM caught WHERE paper_id = ? AND view_id = ?", (paper_id, view_id))
    if wanted is not None:
        connection.execute(
            "INSERT INTO caught (paper_id, view_id, action, at) VALUES (?, ?, ?, ?)",
            (paper_id, view_id, *json.loads(wanted)),
        )


def restore(
    connection: sqlite3.Connection, paper_id: int, view_id: str, wanted: str | None, expected: str | None
) -> None:
    """Set the mark of a view on a paper to `wanted`, if it is `expected` at present. Both are as `state` returns them.

    `view_id` is the id of the view as text.
    """
    if state(connection, paper_id, int(view_id)) == expected:
        put_state(connection, paper_id, int(view_id), wanted)
