"""Select papers that came into the library lately: those that wait for a decision, or those that were dropped."""

import json
import sqlite3
from collections.abc import Collection, Sequence

from readq.store.papers.queries import Selection
from readq.store.search.builtin_views import view_selection


def new_papers(since: str, newest_id: int | None, today: str) -> Selection:
    """Return the selection of new papers that wait for a decision and are not snoozed. `today` is the local ISO day.

    If `newest_id` is None, a paper is new if it was added at the time `since` (UTC text) or later.

    Otherwise, `newest_id` is the highest paper id in the library at the previous selection. A paper is then new if it
    was added after `since`, or if its id is higher. The id is needed because a long transaction can store a paper late,
    with an earlier time than `since`.
    """
    return view_selection("inbox", today).and_(_arrived(since, newest_id))


def dropped_papers(since: str, newest_id: int | None) -> Selection:
    """Return the selection of new papers that were dropped.

    `since` and `newest_id` have the same meaning as in `new_papers`.
    """
    return Selection("p.status = 'dropped'").and_(_arrived(since, newest_id))


def caught_by(view_id: int, action: str) -> Selection:
    """Return the selection of the papers that a watch caught and to which it applied `action`.

    A watch is a saved view that acts on the papers that arrive. `view_id` is its id.
    """
    return Selection("p.id IN (SELECT paper_id FROM caught WHERE view_id = ? AND action = ?)", (view_id, action))


def other_than(ids: Collection[int]) -> Selection:
    """Return the selection of all papers except the papers with the ids `ids`."""
    return Selection("p.id NOT IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))


def _arrived(since: str, newest_id: int | None) -> Selection:
    if newest_id is None:
        return Selection("p.id IN (SELECT id FROM paper WHERE added >= ?)", (since,))
    return Selection("p.id IN (SELECT id FROM paper WHERE added > ? OR id > ?)", (since, newest_id))


def undecided_among(connection: sqlite3.Connection, selection: Selection, ids: Sequence[int]) -> list[int]:
    """Return the ids among `ids` of the papers that are in the inbox and in `selection`, in ascending order."""
    rows = connection.execute(
        "SELECT p.id FROM paper p WHERE p.id IN (SELECT value FROM json_each(?)) AND p.status = 'inbox'"
        f" AND ({selection.where}) ORDER BY p.id",
        (json.dumps(list(ids)), *selection.params),
    )
    return [row[0] for row in rows]


def highest_id(connection: sqlite3.Connection) -> int:
    """Return the highest id of a paper in the library. Return 0 if the library is empty."""
    ((number,),) = connection.execute("SELECT coalesce(max(id), 0) FROM paper").fetchall()
    return int(number)
