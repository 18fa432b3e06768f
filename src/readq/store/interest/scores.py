"""Compute the interest of papers, a number from 0 to 100, from the sums of interest.

Explain the interest of a paper.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from readq.ranking.explanation import Explanation, explain
from readq.ranking.features import AUTHOR, CATEGORY, SUBMITTER, Document, spellings
from readq.ranking.weights import (
    Calibration,
    FeatureSums,
    Totals,
    calibrate,
    fair_score,
    feature_weights,
    raw_score,
    without,
)
from readq.store.interest.sums import NEWEST, Counted, counted, totals, unpacked, word_sums

_SAMPLE = 100
"""Scores are calibrated from at most this number of liked papers, and at most the same number of dropped papers.

The papers with the newest decisions are used.
"""

_QUEUED = 500
"""The maximum number of queued papers that get a number of interest.

The papers that were queued last get a number.
"""


def put_scores(connection: sqlite3.Connection, *, only_new: bool) -> None:
    """Compute and store the interest (0 to 100) of the newest papers in the inbox and in the queue.

    If `only_new` is true, skip papers whose interest is stored already, and do not calibrate the scores anew. With too
    few decisions to predict interest, delete the interest of all papers. Papers with any other status keep their last
    interest. Runs inside the caller's transaction.
    """
    of_all, calibration = totals(connection)
    if not of_all.speaks:
        connection.execute("UPDATE interest_paper SET score = NULL WHERE score IS NOT NULL")
        return
    papers = _waiting(connection, only_new)
    sample = [] if only_new else _sample(connection)
    sums = word_sums(connection, {word for paper in (*papers, *sample) for word in paper.words})
    if sample:
        calibration = _calibrated(sample, sums, of_all)
        connection.execute("UPDATE interest SET centre = ?, slope = ?", calibration)
    weights = feature_weights(sums, of_all)
    connection.executemany(
        "UPDATE interest_paper SET score = ?1 WHERE paper_id = ?2 AND score IS NOT ?1",
        [
            (
                round(
                    calibration.number(
                        fair_score(paper.words, paper.verdict, sums, of_all)
                        if paper.verdict
                        else raw_score(paper.words, weights)
                    )
                ),
                paper.paper_id,
            )
            for paper in papers
        ],
    )


def _calibrated(sample: Iterable[Counted[int]], sums: dict[int, FeatureSums], of_all: Totals) -> Calibration:
    liked: list[float] = []
    dropped: list[float] = []
    for paper in sample:
        (liked if paper.verdict > 0 else dropped).append(fair_score(paper.words, paper.verdict, sums, of_all))
    return calibrate(liked, dropped)


def _waiting(connection: sqlite3.Connection, only_new: bool) -> list[Counted[int]]:
    unscored = "score IS NULL AND " if only_new else ""
    found: list[Counted[int]] = []
    for status, order, most in (("inbox", "seen", NEWEST), ("queued", "decided", _QUEUED)):
        rows = connection.execute(
            f"SELECT paper_id, verdict, words FROM interest_paper WHERE {unscored}paper_id IN"
            f" (SELECT id FROM paper WHERE status = ? ORDER BY {order} DESC LIMIT ?)",
            (status, most),
        )
        found += (Counted(number, verdict, unpacked(words)) for number, verdict, words in rows)
    return found


def _sample(connection: sqlite3.Connection) -> Sequence[Counted[int]]:
    ids: list[int] = []
    for condition, order in (("verdict > 0", "verdict DESC"), ("verdict < 0", "verdict")):
        rows = connection.execute(
            f"SELECT paper_id FROM interest_paper WHERE {condition} ORDER BY {order}, paper_id DESC LIMIT ?", (_SAMPLE,)
        )
        ids += [row[0] for row in rows]
    return counted(connection, ids)


def explanation(connection: sqlite3.Connection, paper_id: int) -> Explanation | None:
    """Return the interest (0 to 100) of a paper, with the words that raise and lower it.

    Return None if there are too few decisions to predict interest, or if the paper was not counted in the sums. The
    result can differ from the stored interest if more decisions were counted since.
    """
    of_all, calibration = totals(connection)
    found = counted(connection, (paper_id,))
    if not of_all.speaks or not found:
        return None
    paper = found[0]
    sums = word_sums(connection, paper.words)
    weights = feature_weights(*without(paper.words, paper.verdict, sums, of_all))
    return explain(paper.words, weights, calibration, _names(connection, paper))


def _names(connection: sqlite3.Connection, paper: Counted[int]) -> dict[int, str]:
    row = connection.execute("SELECT title, abstract, authors FROM paper WHERE id = ?", (paper.paper_id,)).fetchone()
    spelt = spellings(Document(row[0], row[1], tuple(row[2].splitlines()))) if row else {}
    words = connection.execute(
        "SELECT id, word FROM interest_word WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(paper.words)),),
    )
    return {number: spelt.get(word, _plain(word)) for number, word in words}


def _plain(word: str) -> str:
    for beginning, shown in ((AUTHOR, ""), (CATEGORY, ""), (SUBMITTER, "by ")):
        if word.startswith(beginning):
            return shown + word.removeprefix(beginning)
    return word
