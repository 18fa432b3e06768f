"""Find the look-alike of a paper, which is another paper that may be the same work."""

import sqlite3

from readq.store.papers import look_alikes
from readq.store.papers.look_alikes import Pair
from readq.tui.state.session import Session


def look_alike(connection: sqlite3.Connection, paper_id: int) -> tuple[int, Pair] | None:
    """Find a paper that may be the same work as the paper `paper_id`.

    Return the id of the paper found, and the stored pair of the two papers. The pair has the reasons why the papers may
    be the same work. Return None if there is no such paper.
    """
    pairs = look_alikes.of_paper(connection, paper_id)
    if not pairs:
        return None
    return (pairs[0].other if pairs[0].one == paper_id else pairs[0].one), pairs[0]


def look_alike_line(session: Session, paper_id: int, key: str | None) -> str:
    """Return a line about the look-alike of a paper: `looks like #12 (same title): M merges them or keeps them apart`.

    Return "" if the paper has no look-alike. `key` is the label of the key that merges two papers. If there is no such
    key, `key` is "" or None.
    """
    found = session.library.read(lambda connection: look_alike(connection, paper_id), None)
    if found is None:
        return ""
    number, pair = found
    why = f" ({', '.join(pair.why)})" if pair.why else ""
    return f"looks like #{number}{why}" + (f": {key} merges them or keeps them apart" if key else "")
