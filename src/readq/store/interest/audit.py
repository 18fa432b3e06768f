"""Check the stored sums from which interest is computed, and compute them again.

The sums are compared with the papers whose decisions were counted in them."""

import sqlite3
import struct

from readq.store.interest.sums import recount, unpacked

_VERDICT = (
    "CASE WHEN p.starred = 1 OR p.status IN ('queued', 'reading', 'done') THEN 1"
    " WHEN p.status = 'dropped' THEN -1 ELSE 0 END"
)
_MISCOUNTED = (
    "SELECT i.paper_id FROM interest_paper i LEFT JOIN paper p ON p.id = i.paper_id"
    f" WHERE (p.id IS NULL OR (i.verdict > 0) - (i.verdict < 0) <> {_VERDICT})"
    " AND i.paper_id NOT IN (SELECT paper_id FROM interest_pending) ORDER BY i.paper_id"
)


def find_faults(connection: sqlite3.Connection) -> list[str]:
    """Return faults in the sums of interest, one line each.

    The sums are faulty if they differ from the sums over the papers that were counted, or if a paper was counted with
    another decision than it has now. Return [] if there are no faults.
    """
    found = [f"#{row[0]} is not counted as it is" for row in connection.execute(_MISCOUNTED)]
    try:
        sums, totals = _added_up(connection)
    except struct.error:
        return [*found, "the words of a counted paper cannot be read"]
    stored = {row[0]: row[1:] for row in connection.execute("SELECT id, papers, liked, dropped FROM interest_word")}
    if stored != sums:
        found.append("sums of words differ from the counted papers")
    row = connection.execute("SELECT papers, liked, dropped, liked_weight, dropped_weight FROM interest").fetchone()
    if (row or (0,) * 5) != totals:
        found.append("totals differ from the counted papers")
    return found


def repair(connection: sqlite3.Connection) -> None:
    """Delete all sums of interest. They are then computed again from papers and decisions when they are needed next."""
    recount(connection)


def _added_up(connection: sqlite3.Connection) -> tuple[dict[int, tuple[int, ...]], tuple[int, ...]]:
    sums: dict[int, list[int]] = {}
    totals = [0] * 5
    for verdict, data in connection.execute("SELECT verdict, words FROM interest_paper"):
        liked, dropped = max(verdict, 0), max(-verdict, 0)
        for place, value in enumerate((1, liked > 0, dropped > 0, liked, dropped)):
            totals[place] += value
        for word, weight in unpacked(data).items():
            row = sums.setdefault(word, [0, 0, 0])
            row[0] += 1
            row[1] += liked * weight
            row[2] += dropped * weight
    return {word: tuple(row) for word, row in sums.items()}, tuple(totals)
