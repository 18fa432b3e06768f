"""Read and write look-alikes. A look-alike is a pair of papers that may be the same work.

The lower paper id of a pair comes first. If the user decides that the papers are different works, the pair stays in
the table with this decision, so that no import reports it again. All functions run inside the caller's transaction.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import NamedTuple

from readq.store.journal.steps import record


class Pair(NamedTuple):
    """A pair of papers, with the ids `one` and `other`. `why` lists the reasons why they may be the same work."""

    one: int
    other: int
    why: tuple[str, ...]


def note(connection: sqlite3.Connection, pairs: Iterable[Pair]) -> list[Pair]:
    """Store pairs of papers that may be the same work. Return the pairs that were not stored before."""
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
    """Return all look-alikes (pairs of papers that may be the same work) on which the user has not decided.

    The pairs are in descending order of their higher paper id.
    """
    rows = connection.execute(
        "SELECT paper_id, other_id, why FROM look_alike WHERE apart = 0 ORDER BY other_id DESC, paper_id DESC"
    )
    return [_pair(row) for row in rows]


def of_paper(connection: sqlite3.Connection, paper_id: int) -> list[Pair]:
    """Return the look-alikes of a paper. Pairs on which the user has decided are left out.

    A look-alike is a pair of papers that may be the same work.
    """
    rows = connection.execute(
        "SELECT paper_id, other_id, why FROM look_alike WHERE apart = 0 AND (paper_id = :paper OR other_id = :paper)"
        " ORDER BY paper_id, other_id",
        {"paper": paper_id},
    )
    return [_pair(row) for row in rows]


def mark_different(connection: sqlite3.Connection, step: int, one: int, other: int) -> bool:
    """Record the user's decision that the papers `one` and `other` are different works. Return whether it is new.

    Records the change in the step `step` of the undo history. Does nothing if this decision is stored already.
    """
    lower, higher = sorted((one, other))
    if _is_different(connection, lower, higher):
        return False
    put_different(connection, lower, higher, is_different=True)
    record(connection, step, [(lower, f"apart:{higher}", 0, 1)])
    return True


def put_different(connection: sqlite3.Connection, one: int, other: int, *, is_different: bool) -> None:
    """Store whether the user decided that the papers `one` and `other` are different works.

    `one` is the lower of the ids. If `is_different` is false, a pair that was stored only for this decision is deleted.
    Does nothing if one of the papers does not exist. Records nothing in the undo history.
    """
    connection.execute(
        "INSERT INTO look_alike (paper_id, other_id, why, apart) SELECT :one, :other, '', :apart"
        " WHERE EXISTS (SELECT 1 FROM paper WHERE id = :one) AND EXISTS (SELECT 1 FROM paper WHERE id = :other)"
        " ON CONFLICT (paper_id, other_id) DO UPDATE SET apart = excluded.apart",
        {"one": one, "other": other, "apart": int(is_different)},
    )
    if not is_different:
        # A pair without reasons was stored only for the decision that is being reverted.
        connection.execute(
            "DELETE FROM look_alike WHERE paper_id = ? AND other_id = ? AND apart = 0 AND why = ''", (one, other)
        )


def kept_apart(connection: sqlite3.Connection, ids: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs among the papers `ids` that are different works by the user's decision. The lower id is first.

    No source may join the papers of such a pair.
    """
    rows = connection.execute(
        "SELECT paper_id, other_id FROM json_each(:ids) v CROSS JOIN look_alike l ON l.paper_id = v.value"
        " WHERE apart = 1 AND other_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(sorted(ids))},
    )
    return set(rows.fetchall())


def move(connection: sqlite3.Connection, step: int, keeper: int, other: int) -> None:
    """Give the pairs of the paper `other` to the paper `keeper`, into which it is merged.

    Call this function before `other` is deleted. If one of the two is kept apart from a third paper, the merged paper
    is, too. Records the changes in the step `step` of the undo history.
    """
    rows = connection.execute(
        "SELECT iif(paper_id = :other, other_id, paper_id) AS third, why, apart FROM look_alike"
        " WHERE (paper_id = :other OR other_id = :other) AND :keeper NOT IN (paper_id, other_id)",
        {"keeper": keeper, "other": other},
    ).fetchall()
    for third, why, apart in rows:
        before = state(connection, keeper, third)
        own_why, own_apart = json.loads(before) if before else ("", 0)
        after = json.dumps([own_why or why, max(own_apart, apart)], ensure_ascii=False)
        if after != before:
            _put_state(connection, keeper, third, after)
            record(connection, step, [(keeper, f"pair:{third}", before, after)])


def state(connection: sqlite3.Connection, one: int, other: int) -> str | None:
    """Return the pair of two papers as a JSON list: the reasons, and 1 if the user keeps them apart, else 0.

    Return None if the two are not stored as a pair.
    """
    row = connection.execute(
        "SELECT why, apart FROM look_alike WHERE paper_id = ? AND other_id = ?", sorted((one, other))
    ).fetchone()
    return None if row is None else json.dumps(row, ensure_ascii=False)


def restore(connection: sqlite3.Connection, one: int, other: int, wanted: str | None, expected: str | None) -> None:
    """Undo or redo a change of a pair of papers by a merge: set it to `wanted` if its present state is `expected`.

    Both are results of `state`. Does nothing if one of the papers does not exist.
    """
    if state(connection, one, other) == expected:
        _put_state(connection, one, other, wanted)


def _put_state(connection: sqlite3.Connection, one: int, other: int, wanted: str | None) -> None:
    pair = sorted((one, other))
    connection.execute("DELETE FROM look_alike WHERE paper_id = ? AND other_id = ?", pair)
    if wanted is not None:
        connection.execute(
            "INSERT INTO look_alike (paper_id, other_id, why, apart) SELECT :one, :other, :why, :apart"
            " WHERE EXISTS (SELECT 1 FROM paper WHERE id = :one) AND EXISTS (SELECT 1 FROM paper WHERE id = :other)",
            dict(zip(("one", "other", "why", "apart"), (*pair, *json.loads(wanted)), strict=True)),
        )


def _is_different(connection: sqlite3.Connection, one: int, other: int) -> bool:
    found = connection.execute(
        "SELECT 1 FROM look_alike WHERE paper_id = ? AND other_id = ? AND apart = 1", (one, other)
    ).fetchone()
    return found is not None


def _pair(row: tuple[int, int, str]) -> Pair:
    return Pair(row[0], row[1], tuple(filter(None, row[2].split("\n"))))
