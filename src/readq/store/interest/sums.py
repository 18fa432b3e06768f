"""Keep the sums of interest: add decided papers, and subtract papers that were changed or whose decision was undone.

To count a paper means to add its words and the decision on it to the sums. Triggers write the papers that must be
counted again to the table `interest_pending`, so the code for decisions need not call this module. A counted paper is
stored with the exact weights that were added, so that the same weights can be subtracted later.
"""

import json
import operator
import sqlite3
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from readq.ranking.features import VERSION, Document, features
from readq.ranking.weights import Calibration, FeatureSums, Totals, decision_weight

NEWEST = 2_000
"""The maximum number of papers in the inbox that are counted in the sums and scored.

The newest papers are used.
"""

MOST_PENDING = 5_000
"""If more decided papers than this wait to be counted, only the papers with the newest decisions are counted.

To count a paper means to add it to the sums of interest. Papers that were counted before are always counted again.
"""


class Counted(NamedTuple):
    """A paper that is part of the sums.

    `verdict` is the weight of the decision on the paper: positive if the reader likes it, negative if it is dropped, 0
    if it is undecided. `words` maps the ids of the paper's features to their weights in this paper. A feature is a
    word, author, category or submitter.
    """

    paper_id: int
    verdict: int
    words: Mapping[int, int]


def packed(words: Mapping[int, int]) -> bytes:
    """Encode `words`, which maps ids to weights, as bytes: first all ids (4 bytes each), then all weights (2 each)."""
    ids, weights = array("I", words), array("H", words.values())
    if sys.byteorder == "big":
        ids.byteswap()
        weights.byteswap()
    return ids.tobytes() + weights.tobytes()


def unpacked(data: bytes) -> dict[int, int]:
    """Decode the result of `packed`: return a mapping from ids of features to weights.

    Raises struct.error for other data.
    """
    number = len(data) // 6
    values = struct.unpack(f"<{number}I{number}H", data)
    return dict(zip(values[:number], values[number:], strict=True))


def totals(connection: sqlite3.Connection) -> tuple[Totals, Calibration]:
    """Return the totals of the counted papers (the papers in the sums of interest), and the calibration of scores.

    Totals are, for example, the numbers of liked and of dropped papers. The calibration converts raw scores to numbers
    of interest, from 0 to 100.
    """
    row = connection.execute(
        "SELECT papers, liked, dropped, liked_weight, dropped_weight, centre, slope FROM interest"
    ).fetchone()
    return (Totals(*row[:5]), Calibration(*row[5:])) if row else (Totals(), Calibration())


def is_current(connection: sqlite3.Connection) -> bool:
    """Return whether the sums of interest are up to date.

    The sums are out of date if a changed paper, or a new paper in the inbox, waits to be counted.
    """
    if connection.execute("SELECT 1 FROM interest_pending LIMIT 1").fetchone():
        return False
    row = connection.execute("SELECT version FROM interest").fetchone()
    return (row is None or row[0] == VERSION) and not _new_papers(connection, 1)


def is_due(connection: sqlite3.Connection, decisions: int) -> bool:
    """Return whether it is worthwhile now to count the waiting papers, which means to add them to the sums of interest.

    This is the case if at least `decisions` changed papers wait. It is also the case if the reader has made enough
    decisions to predict interest, and a new paper in the inbox has no number of interest yet.
    """
    pending = connection.execute("SELECT count(*) FROM (SELECT 1 FROM interest_pending LIMIT ?)", (decisions,))
    ((number,),) = pending.fetchall()
    return number >= decisions or (totals(connection)[0].speaks and bool(_new_papers(connection, 1)))


def count_changed(connection: sqlite3.Connection, limit: int) -> tuple[int, bool]:
    """Count at most `limit` changed or new papers. Return their number, and whether any decision on them has changed.

    To count a paper means to add its words and the decision on it to the sums. Runs inside the caller's transaction.
    Call this function again until the returned number is 0.
    """
    version = connection.execute("SELECT version FROM interest").fetchone()
    if version is None or version[0] != VERSION:
        recount(connection)
    _skip_oldest(connection)
    ids = [row[0] for row in connection.execute("SELECT paper_id FROM interest_pending LIMIT ?", (limit,))]
    ids += _new_papers(connection, limit - len(ids))
    if not ids:
        return 0, False
    return len(ids), _count(connection, ids)


def count_new(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """Add to the sums the papers among `ids` that are in the inbox and not counted yet.

    Runs inside the caller's transaction.
    """
    rows = connection.execute(
        "SELECT id FROM paper WHERE id IN (SELECT value FROM json_each(?)) AND status = 'inbox'"
        " AND id NOT IN (SELECT paper_id FROM interest_paper)",
        (json.dumps(list(ids)),),
    )
    if new := [row[0] for row in rows]:
        _count(connection, new)


def recount(connection: sqlite3.Connection) -> None:
    """Delete all sums and numbers of interest. List all decided papers as waiting, so that they are counted again.

    To count a paper means to add it to the sums. Runs inside the caller's transaction.
    """
    for table in ("interest_word", "interest_paper", "interest_pending", "interest"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("INSERT INTO interest VALUES (1, ?, 0, 0, 0, 0, 0, 0.0, 1.0)", (VERSION,))
    connection.execute(
        "INSERT INTO interest_pending (paper_id) SELECT id FROM paper WHERE status <> 'inbox' OR starred = 1"
    )


def _skip_oldest(connection: sqlite3.Connection) -> None:
    """If too many papers are listed as changed, keep only those with the newest decisions.

    Papers that were counted before are kept, too.
    """
    ((number,),) = connection.execute("SELECT count(*) FROM interest_pending").fetchall()
    if number > MOST_PENDING:
        connection.execute(
            "DELETE FROM interest_pending WHERE paper_id NOT IN (SELECT paper_id FROM interest_paper)"
            " AND paper_id NOT IN (SELECT p.id FROM interest_pending c JOIN paper p ON p.id = c.paper_id"
            "  WHERE p.status <> 'inbox' OR p.starred = 1 ORDER BY p.decided DESC, p.id DESC LIMIT ?)",
            (MOST_PENDING,),
        )


def _new_papers(connection: sqlite3.Connection, limit: int) -> list[int]:
    rows = connection.execute(
        "SELECT id FROM (SELECT id FROM paper WHERE status = 'inbox' ORDER BY seen DESC LIMIT ?)"
        " WHERE id NOT IN (SELECT paper_id FROM interest_paper) LIMIT ?",
        (NEWEST, limit),
    )
    return [row[0] for row in rows]


def counted(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Counted]:
    """Return the papers among `ids` that are part of the sums of interest.

    Each paper has its verdict (the weight of the decision on it) and the weights of its words, as they were added to
    the sums.
    """
    rows = connection.execute(
        "SELECT paper_id, verdict, words FROM interest_paper WHERE paper_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return [Counted(row[0], row[1], unpacked(row[2])) for row in rows]


def _count(connection: sqlite3.Connection, ids: Sequence[int]) -> bool:
    """Subtract the papers `ids` with their former weights, and add them with their present ones.

    Return whether a verdict changed.
    """
    before = counted(connection, ids)
    after, added = _present(connection, ids)
    difference = _Difference()
    for sign, papers in ((-1, before), (1, after)):
        for paper in papers:
            difference.add(paper, sign)
    _put_difference(connection, difference, added)
    marks = (json.dumps(ids),)
    connection.execute("DELETE FROM interest_pending WHERE paper_id IN (SELECT value FROM json_each(?))", marks)
    connection.execute(
        "DELETE FROM interest_paper WHERE paper_id NOT IN (SELECT id FROM paper)"
        " AND paper_id IN (SELECT value FROM json_each(?))",
        marks,
    )
    connection.executemany(
        "INSERT INTO interest_paper (paper_id, verdict, words) VALUES (?, ?, ?)"
        " ON CONFLICT (paper_id) DO UPDATE SET verdict = excluded.verdict, words = excluded.words",
        [(paper.paper_id, paper.verdict, packed(paper.words)) for paper in after],
    )
    verdicts = ({paper.paper_id: paper.verdict for paper in papers if paper.verdict} for papers in (before, after))
    return next(verdicts) != next(verdicts)


class _Difference:
    """The amounts that some papers add to the sums. `papers`, `liked` and `dropped` map the ids of words to amounts."""

    def __init__(self) -> None:
        self.papers: Counter[int] = Counter()
        self.liked: dict[int, int] = {}
        self.dropped: dict[int, int] = {}
        self.totals = Totals()

    def add(self, paper: Counted, sign: int) -> None:
        """Add a paper, or subtract it if `sign` is -1."""
        if sign > 0:
            # Counted by the interpreter's own code, in a tenth of the time of a Python loop.
            self.papers.update(paper.words.keys())
        else:
            self.papers.subtract(paper.words.keys())
        liked, dropped = sign * max(paper.verdict, 0), sign * max(-paper.verdict, 0)
        one = Totals(sign, sign * (paper.verdict > 0), sign * (paper.verdict < 0), liked, dropped)
        self.totals = Totals(*map(operator.add, self.totals, one))
        for sums, verdict in ((self.liked, liked), (self.dropped, dropped)):
            if verdict:
                for word, weight in paper.words.items():
                    sums[word] = sums.get(word, 0) + verdict * weight


def _put_difference(connection: sqlite3.Connection, difference: _Difference, added: Mapping[str, int]) -> None:
    """Add `difference` to the sums in the library.

    `added` maps words that the library does not have yet to their ids.
    """
    papers, liked, dropped = difference.papers, difference.liked.get, difference.dropped.get
    connection.executemany(
        "INSERT INTO interest_word (id, word, papers, liked, dropped) VALUES (?, ?, ?, ?, ?)",
        [(id_, word, papers[id_], liked(id_, 0), dropped(id_, 0)) for word, id_ in added.items()],
    )
    first = min(added.values(), default=sys.maxsize)
    rows = [(number, liked(id_, 0), dropped(id_, 0), id_) for id_, number in papers.items() if id_ < first]
    connection.executemany(
        "UPDATE interest_word SET papers = papers + ?, liked = liked + ?, dropped = dropped + ? WHERE id = ?",
        [row for row in rows if any(row[:3])],
    )
    fewer = [id_ for id_, number in papers.items() if number < 0]
    connection.execute(
        "DELETE FROM interest_word WHERE papers = 0 AND id IN (SELECT value FROM json_each(?))", (json.dumps(fewer),)
    )
    connection.execute(
        "UPDATE interest SET papers = papers + ?, liked = liked + ?, dropped = dropped + ?,"
        " liked_weight = liked_weight + ?, dropped_weight = dropped_weight + ?",
        difference.totals,
    )


_PRESENT = """
SELECT p.id, p.title, p.abstract, p.authors, p.primary_class,
  (SELECT submitted_by FROM sighting WHERE paper_id = p.id AND submitted_by IS NOT NULL ORDER BY day, feed_id LIMIT 1),
  CASE WHEN p.starred = 1 OR p.status IN ('queued', 'reading', 'done') THEN 1 WHEN p.status = 'dropped' THEN -1 ELSE 0
  END, coalesce(p.decided, p.added)
FROM paper p WHERE p.id IN (SELECT value FROM json_each(?))
"""


def _present(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[list[Counted], dict[str, int]]:
    """Return the papers `ids` with their present words and weights.

    Return also the ids of words that are not in the library yet.
    """
    # A paper that was decided on together with others has the instant of that step.
    bulk = {row[0] for row in connection.execute("SELECT at FROM step WHERE papers > 1 AND undone IS NULL")}
    found: list[tuple[int, int, dict[str, int]]] = []
    for number, title, abstract, authors, category, submitter, sign, at in connection.execute(
        _PRESENT, (json.dumps(ids),)
    ):
        weight = decision_weight(date.fromisoformat(at[:10]), bulk=sign < 0 and at in bulk) if sign else 0
        document = Document(title, abstract, tuple(authors.splitlines()), category, submitter)
        found.append((number, sign * weight, features(document)))
    known, added = _word_ids(connection, set().union(*(words for _, _, words in found)))
    id_of = known.__getitem__
    return [
        Counted(number, verdict, dict(zip(map(id_of, words), words.values(), strict=True)))
        for number, verdict, words in found
    ], added


def _word_ids(connection: sqlite3.Connection, words: set[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the ids of all words, and the ids of those that the library does not have. Writes nothing."""
    listed = json.dumps(list(words))
    statement = "SELECT word, id FROM interest_word WHERE word IN (SELECT value FROM json_each(?))"
    known: dict[str, int] = dict(connection.execute(statement, (listed,)))
    ((last,),) = connection.execute("SELECT coalesce(max(id), 0) FROM interest_word").fetchall()
    added = dict(zip(words - known.keys(), range(last + 1, last + 1 + len(words)), strict=False))
    return known | added, added


def word_sums(connection: sqlite3.Connection, words: Iterable[int]) -> dict[int, FeatureSums]:
    """Return the sums of interest for the features with the ids `words`, as a dict by id. Leaves out unknown ids.

    A feature is a word, author, category or submitter.
    """
    rows = connection.execute(
        "SELECT id, papers, liked, dropped FROM interest_word WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(words)),),
    )
    return {row[0]: FeatureSums(*row[1:]) for row in rows}
