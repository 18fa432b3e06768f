"""Pairs of papers that may be one work, until the reader says. Plain SQL, inside the caller's transaction.

Of a pair the lower number comes first. A pair that is settled to be apart stays, so that no import brings it up again.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from readq.store.journal.steps import record


class Pair(NamedTuple):
    """Two papers by number, and why they may be one."""

    one: int
    other: int
    why: tuple[str, ...]


def note(connection: sqlite3.Connection, pairs: Iterable[Pair]) -> list[Pair]:
    """Note pairs; those that were not known before are returned."""
    fresh = []
    for pair in pairs:
        one, other = sorted((pair.one, pair.other))
        added = connection.execute(
            "INSERT OR IGNORE INTO look_alike (paper_id, other_id, why) VALUES (?, ?, ?)",
            (one, other, "\n".join(pair.why)),
        ).rowcount
        if added:
            fresh.append(Pair(one, other, pair.why))
    return fresh


def unsettled(connection: sqlite3.Connection) -> list[Pair]:
    """All pairs that wait for the reader, the newest papers first."""
    rows = connection.execute(
        "SELECT paper_id, other_id, why FROM look_alike WHERE apart = 0 ORDER BY other_id DESC, paper_id DESC"
    )
    return [_pair(row) for row in rows]


def of_paper(connection: sqlite3.Connection, paper_id: int) -> list[Pair]:
    """Return the pairs of one paper that wait for the reader."""
    rows = connection.execute(
        "SELECT paper_id, other_id, why FROM look_alike WHERE apart = 0 AND (paper_id = :paper OR other_id = :paper)"
        " ORDER BY paper_id, other_id",
        {"paper": paper_id},
    )
    return [_pair(row) for row in rows]


def settle_apart(connection: sqlite3.Connection, step: int, one: int, other: int) -> bool:
    """Settle that two papers differ; False when that was settled before."""
    lower, higher = sorted((one, other))
    if _is_apart(connection, lower, higher):
        return False
    put_apart(connection, lower, higher, is_apart=True)
    record(connection, step, [(lower, f"apart:{higher}", 0, 1)])
    return True


def put_apart(connection: sqlite3.Connection, one: int, other: int, *, is_apart: bool) -> None:
    """Write whether two papers are settled to differ; a pair of which one is gone is left out."""
    connection.execute(
        "INSERT INTO look_alike (paper_id, other_id, why, apart) SELECT :one, :other, '', :apart"
        " WHERE EXISTS (SELECT 1 FROM paper WHERE id = :one) AND EXISTS (SELECT 1 FROM paper WHERE id = :other)"
        " ON CONFLICT (paper_id, other_id) DO UPDATE SET apart = excluded.apart",
        {"one": one, "other": other, "apart": int(is_apart)},
    )
    if not is_apart:
        # Noted by nobody but the reader, who takes it back.
        connection.execute(
            "DELETE FROM look_alike WHERE paper_id = ? AND other_id = ? AND apart = 0 AND why = ''", (one, other)
        )


def _is_apart(connection: sqlite3.Connection, one: int, other: int) -> bool:
    found = connection.execute(
        "SELECT 1 FROM look_alike WHERE paper_id = ? AND other_id = ? AND apart = 1", (one, other)
    ).fetchone()
    return found is not None


def _pair(row: tuple[int, int, str]) -> Pair:
    return Pair(row[0], row[1], tuple(filter(None, row[2].split("\n"))))
