"""Bring the scores of interest up to date.

A score, from 0 to 100, tells how well a paper matches the user's earlier decisions. Scores are computed from sums. A
paper is counted when its words, and the decision on it, are added to these sums.
"""

import sqlite3
from collections.abc import Collection

from readq.store.connection.transactions import writing
from readq.store.interest.scores import explanation, put_scores
from readq.store.interest.sums import count_changed, count_new, is_current, is_due

__all__ = ["count_arrived", "explanation", "is_current", "is_due", "refresh"]

_AT_ONCE = 2_500
"""The maximum number of papers that `refresh` counts in one transaction. Other writers wait half a second for it."""

_WITH_NEW = 1_000
"""The maximum number of changed papers that are counted in the transaction that stores new papers."""


def refresh(connection: sqlite3.Connection) -> int:
    """Bring the scores of interest of the papers in the inbox and the queue up to date.

    First, the words of new and changed papers, and the decisions on these papers, are added to the sums from which
    scores are computed. The number of these papers is returned. Then papers in the inbox and the queue get scores. If
    the user has made decisions since the last call, all these papers get new scores. If not, only the papers without
    a score get one. Everything is written in several short transactions.
    """
    if is_current(connection):
        return 0
    number, has_decided = 0, False
    while True:
        with writing(connection):
            counted, decided = count_changed(connection, _AT_ONCE)
            has_decided |= decided
            if not counted:
                put_scores(connection, only_new=not has_decided)
                return number
        number += counted


def count_arrived(connection: sqlite3.Connection, new: Collection[int]) -> None:
    """Count new papers and give them scores of interest, inside the transaction that stores these papers.

    `new` are the ids of the new papers. Only papers in the inbox get scores. Changed papers are counted too, but at
    most 1,000 of them, to keep the transaction short. The function `refresh` counts the rest later.
    """
    if is_current(connection):
        return
    _, has_decided = count_changed(connection, _WITH_NEW)
    count_new(connection, new)
    put_scores(connection, only_new=not has_decided)
