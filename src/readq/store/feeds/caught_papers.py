"""Read and write the marks that watches leave on the papers that they catch.

A watch is a saved view that acts on the papers that arrive: it raises, lowers or drops them. A mark is a row of the
table `caught`: it says that a watch caught a paper, when, and what the watch did with it. A mark does not count if the
view was removed or is no longer a watch. It stays in the table, because undo can restore the view. Writes run inside
the caller's transaction.
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

# SQLite runs each subquery once for the whole statement, not once for each row.
ORDER = (
    f"CASE WHEN p.id IN (SELECT c.paper_id FROM {_IN_FORCE} WHERE c.action = '{Watch.RAISE}') THEN 0"
    f" WHEN p.id IN (SELECT c.paper_id FROM {_IN_FORCE} WHERE c.action = '{Watch.LOWER}') THEN 2 ELSE 1 END"
)
"""SQL expression on table `paper p` for ORDER BY: 0 for a raised paper, 2 for a lowered paper, 1 for all others.

Watches raise and lower papers. A paper that is both raised and lowered counts as raised.
"""

ACTION = (
    f"(SELECT c.action FROM {_IN_FORCE} WHERE c.paper_id = p.id"
    f" ORDER BY CASE c.action WHEN '{Watch.RAISE}' THEN 0 WHEN '{Watch.DROP}' THEN 1 ELSE 2 END LIMIT 1)"
)
"""SQL expression on table `paper p`: what watches did with the paper, `raise`, `drop` or `lower`.

Lists show this action. It is null if no watch caught the paper. For a paper with several actions, it is the first of
`raise`, `drop`, `lower`.
"""

RECORDS = (
    "SELECT c.paper_id, v.name, c.action, c.at FROM caught c JOIN view v ON v.id = c.view_id WHERE {papers}"
    " ORDER BY v.name"
)
"""SQL statement that reads which watches caught which papers, for a dump. The watches are ordered by name.

`{papers}` stands for a condition on the column `paper_id`. The first column of the result is the id of the paper, the
others are those of `Caught`.
"""


def moves_rows(connection: sqlite3.Connection) -> bool:
    """Return whether a watch has raised or lowered any paper. If not, ORDER has the value 1 for all papers."""
    # The search goes by view, because views that are no longer watches may have many marks.
    caught = f"SELECT 1 FROM caught c WHERE c.action IN ('{Watch.RAISE}', '{Watch.LOWER}') AND c.view_id = v.id"
    row = connection.execute(f"SELECT 1 FROM view v WHERE v.watch IS NOT NULL AND EXISTS ({caught}) LIMIT 1").fetchone()
    return row is not None


class DatedList(NamedTuple):
    """A list of papers, ordered by the day on which a feed last listed each paper."""

    ids: "array[int]"
    statuses: bytes
    """One byte for each paper in `ids`: the code of its status."""
    days: Sequence[tuple[str, int]]
    """Pairs (ISO day, number of papers with this day), in the order of the list.

    The day is "" for papers without a day.
    """


def in_order(connection: sqlite3.Connection, listed: DatedList, *, reverse: bool) -> DatedList:
    """Return `listed` with the papers of each day sorted anew: raised papers first and lowered papers last.

    Watches raise and lower papers. If `reverse` is true, lowered papers come first on each day, and raised papers last.
    """
    if not moves_rows(connection):
        return listed
    # Sorting a long list by ORDER in SQLite would take twice the time.
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
    """Return all values, those at the indexes `to_first` first and those at `to_last` last. This changes `values`."""
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
    """Store the marks of a watch: it caught the papers with the ids `papers` at the time `at` (UTC text).

    `view_id` is the id of the watch. `action` is what it did with the papers. If a paper has a mark of this watch
    already, the earlier mark is kept.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO caught (paper_id, view_id, action, at) VALUES (?, ?, ?, ?)",
        ((paper, view_id, action, at) for paper in papers),
    )


def counts_since(connection: sqlite3.Connection, since: str) -> dict[int, int]:
    """Return a dict that maps view ids to the number of papers that the watch caught since `since` (UTC text)."""
    rows = connection.execute("SELECT view_id, count(*) FROM caught WHERE at >= ? GROUP BY view_id", (since,))
    return dict(rows.fetchall())


def of_papers(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Caught]]:
    """Return a dict that maps each of the paper ids `ids` to the watches that caught the paper.

    Leaves out papers that no watch caught. The watches are in the order of the views.
    """
    rows = connection.execute(
        f"SELECT c.paper_id, v.name, c.action, c.at FROM {_IN_FORCE}"
        " WHERE c.paper_id IN (SELECT value FROM json_each(?)) ORDER BY v.position, v.name",
        (json.dumps(list(ids)),),
    )
    return _grouped(rows)


def _grouped(rows: Iterable[tuple[int, str, str, str]]) -> dict[int, list[Caught]]:
    groups: dict[int, list[Caught]] = {}
    for paper_id, *values in rows:
        groups.setdefault(paper_id, []).append(Caught(*values))
    return groups


def put_by_names(connection: sqlite3.Connection, step: int, marks: Mapping[int, Sequence[Caught]]) -> None:
    """Store which watches caught which papers, and record this in the step `step` of the undo history.

    `marks` maps the id of each paper to the watches that caught the paper. A watch is a saved view that acts on the
    papers that arrive. Skips a watch if the library has no saved view with its name.
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
    """Delete a watch's mark on a paper. `view` is the name of the watch. Does nothing if there is no such view.

    Records the change in the step `step` of the undo history.
    """
    for (number,) in connection.execute("SELECT id FROM view WHERE name = ?", (view,)).fetchall():
        before = state(connection, paper_id, number)
        put_state(connection, paper_id, number, None)
        record(connection, step, [(paper_id, f"caught:{number}", before, None)])


def state(connection: sqlite3.Connection, paper_id: int, view_id: int) -> str | None:
    """Return a watch's mark on a paper, as a JSON list of two elements: the action and the time.

    Return None if the watch did not catch the paper.
    """
    row = connection.execute(
        "SELECT action, at FROM caught WHERE paper_id = ? AND view_id = ?", (paper_id, view_id)
    ).fetchone()
    return None if row is None else json.dumps(list(row))


def put_state(connection: sqlite3.Connection, paper_id: int, view_id: int, wanted: str | None) -> None:
    """Set or delete a watch's mark on a paper. `wanted` is a result of `state`; None deletes the mark."""
    connection.execute("DELETE FROM caught WHERE paper_id = ? AND view_id = ?", (paper_id, view_id))
    if wanted is not None:
        connection.execute(
            "INSERT INTO caught (paper_id, view_id, action, at) VALUES (?, ?, ?, ?)",
            (paper_id, view_id, *json.loads(wanted)),
        )


def restore(
    connection: sqlite3.Connection, paper_id: int, view_id: str, wanted: str | None, expected: str | None
) -> None:
    """Undo or redo a change of a watch's mark on a paper.

    Sets the mark to `wanted` if its present state is `expected`. Otherwise does nothing. Both states are results of
    `state`. `view_id` is the id of the watch as text.
    """
    if state(connection, paper_id, int(view_id)) == expected:
        put_state(connection, paper_id, int(view_id), wanted)
