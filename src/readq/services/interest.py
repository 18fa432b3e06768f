"""Compute scores of interest for new, changed and undecided papers.

A score, from 0 to 100, tells how similar a paper is to the papers that the reader kept earlier.
"""

import sqlite3
from collections.abc import Collection

from readq.store.connection.transactions import writing
from readq.store.interest.scores import explanation, put_scores
from readq.store.interest.sums import count_changed, count_new, is_current, is_due

__all__ = ["count_arrived", "explanation", "is_current", "is_due", "refresh"]

_AT_ONCE = 1_000
"""The maximum number of papers whose words are counted in one transaction, so that other writers wait only briefly."""


def refresh(connection: sqlite3.Connection) -> int:
    """Count the words of all new and changed papers, and compute scores for the papers in the inbox and the queue.

    Return the number of papers whose words were counted. Each transaction counts only some papers, to be short. If the
    reader has made decisions since the last call, all papers in the inbox and the queue get new scores. If not, only
    the papers without a score get one.
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
    """Count the words of the new papers `new` and compute their scores, inside the transaction that stores them.

    Only papers in the inbox are counted. The words of at most 1,000 changed papers are counted too, so that the
    transaction stays short. `refresh` counts the words of the other changed papers.
    """
    if is_current(connection):
        return
    _, has_decided = count_changed(connection, _AT_ONCE)
    count_new(connection, new)
    put_scores(connection, only_new=not has_decided)
