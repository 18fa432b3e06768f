"""Keep the sums of interest: add decided papers, and subtract papers that were changed or whose decision was undone.

To count a paper means to add its words and the decision on it to the sums. The table `interest_pending` lists the
papers that must be counted, for the first time or again. Triggers write this table, so the code for decisions need not
call this module. A counted paper is stored with the exact weights that were added, so that the same weights can be
subtracted later.
"""

import functools
import json
import operator
import sqlite3
import struct
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date
from itertools import chain, groupby
from typing import Generic, NamedTuple

from readq.ranking.features import VERSION, Document, features
from readq.ranking.weights import Calibration, FeatureSums, Name, Totals, decision_weight

NEWEST = 2_000
"""The maximum number of papers in the inbox that are counted in the sums and scored.

The newest papers are used.
"""

MOST_PENDING = 5_000
"""The maximum number of decided papers that can wait to be counted for the first time.

To count a paper means to add it to the sums of interest. If more papers wait, those with the oldest decisions are
skipped. Papers that were counted before are always counted again.
"""


class Counted(NamedTuple, Generic[Name]):
    """A paper that is part of the sums, or is to be added to them."""

    paper_id: int
    verdict: int
    """The weight of the decision on the paper.

    The weight is positive for a paper that the user likes, negative for a dropped paper, 0 for an undecided paper.
    """
    words: Mapping[Name, int]
    """Maps each feature of the paper to its weight.

    A feature is a word, author, category or submitter. It is identified by its id, or by its text before it has an id.
    """


@functools.lru_cache(maxsize=1024)
def _layout(number: int) -> struct.Struct:
    return struct.Struct(f"<{number}I{number}H")


def packed(ids: Iterable[int], weights: Collection[int]) -> bytes:
    """Encode the ids of features and their weights as bytes.

    First come all ids (4 bytes each), then all weights (2 bytes each).
    """
    return _layout(len(weights)).pack(*ids, *weights)


def unpacked(data: bytes) -> dict[int, int]:
    """Decode the result of `packed`: return a mapping from ids of features to weights.

    Raises struct.error for other data.
    """
    number = len(data) // 6
    values = _layout(number).unpack(data)
    return dict(zip(values[:number], values[number:], strict=True))


def totals(connection: sqlite3.Connection) -> tuple[Totals, Calibration]:
    """Return the totals of the counted papers (the papers in the sums of interest), and the calibration of scores.

    Totals are, for example, the numbers of liked and of dropped papers. The calibration converts raw scores to
    interest, a number from 0 to 100.
    """
    row = connection.execute(
        "SELECT papers, liked, dropped, liked_weight, dropped_weight, centre, slope FROM interest"
    ).fetchone()
    return (Totals(*row[:5]), Calibration(*row[5:])) if row else (Totals(), Calibration())


def is_current(connection: sqlite3.Connection) -> bool:
    """Return whether the sums of interest are up to date: all changed papers and all new papers have been counted.

    Of the new papers, only those in the inbox matter.
    """
    if connection.execute("SELECT 1 FROM interest_pending LIMIT 1").fetchone():
        return False
    row = connection.execute("SELECT version FROM interest").fetchone()
    return (row is None or row[0] == VERSION) and not _new_papers(connection, 1)


def is_due(connection: sqlite3.Connection, decisions: int) -> bool:
    """Return whether it is time to count the waiting papers. To count a paper means to add it to the sums.

    It is time if `decisions` or more papers were decided on or edited since they were counted. It is also time if the
    user has decided on enough papers to predict interest, and the inbox has a new paper.
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
    """Delete all sums and the interest of all papers.

    List all decided papers as waiting, so that they are counted again. To count a paper means to add it to the sums.
    Runs inside the caller's transaction.
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


def counted(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Counted[int]]:
    """Return the papers among `ids` that are part of the sums of interest.

    Each paper has the verdict and the weights that were added to the sums.
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
    before, after = counted(connection, ids), _present(connection, ids)
    subtracted, difference = _Difference[int](), _Difference[str]()
    subtracted.add(before, -1)
    difference.add(after, 1)
    known, added = _word_ids(connection, difference.papers.keys())
    subtracted.join(difference, known)
    _put_difference(connection, subtracted, added)
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
        [(one.paper_id, one.verdict, packed(map(known.__getitem__, one.words), one.words.values())) for one in after],
    )
    verdicts = {each.paper_id: each.verdict for each in before if each.verdict}
    return verdicts != {one.paper_id: one.verdict for one in after if one.verdict}


class _Difference(Generic[Name]):
    """The amounts that some papers add to the sums. `papers`, `liked` and `dropped` map words to amounts.

    A word is identified by its text or by its id.
    """

    def __init__(self) -> None:
        self.papers: Counter[Name] = Counter()
        self.liked: defaultdict[Name, int] = defaultdict(int)
        self.dropped: defaultdict[Name, int] = defaultdict(int)
        self.totals = Totals()

    def add(self, papers: Iterable[Counted[Name]], sign: int) -> None:
        """Add papers. Subtract them if `sign` is -1."""
        verdict_of = operator.attrgetter("verdict")
        for verdict, group in groupby(sorted(papers, key=verdict_of), key=verdict_of):
            self._add([paper.words for paper in group], verdict, sign)

    def _add(self, papers: Sequence[Mapping[Name, int]], verdict: int, sign: int) -> None:
        """Add papers with the same verdict."""
        count = self.papers.update if sign > 0 else self.papers.subtract
        count(chain.from_iterable(papers))
        number, weight = sign * len(papers), sign * len(papers) * abs(verdict)
        liked, dropped = verdict > 0, verdict < 0
        self._add_totals(Totals(number, number * liked, number * dropped, weight * liked, weight * dropped))
        if verdict:
            # Small numbers are added faster than the products, which have more than 30 bits.
            weights: defaultdict[Name, int] = defaultdict(int)
            for words in papers:
                for word, own in words.items():
                    weights[word] += own
            sums = self.liked if liked else self.dropped
            for word, own in weights.items():
                sums[word] += sign * abs(verdict) * own

    def join(self, other: "_Difference[str]", ids: Mapping[str, Name]) -> None:
        """Add the amounts of `other`. `ids` maps its words to the words of this difference."""
        self._add_totals(other.totals)
        for mine, theirs in ((self.papers, other.papers), (self.liked, other.liked), (self.dropped, other.dropped)):
            for word, amount in zip(map(ids.__getitem__, theirs), theirs.values(), strict=True):
                mine[word] = mine.get(word, 0) + amount

    def _add_totals(self, more: Totals) -> None:
        self.totals = Totals(*map(operator.add, self.totals, more))


def _put_difference(connection: sqlite3.Connection, difference: _Difference[int], added: Mapping[str, int]) -> None:
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


def _present(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Counted[str]]:
    """Return the papers `ids` with their present words and weights."""
    # A paper that was decided on together with others has the instant of that step.
    bulk = {row[0] for row in connection.execute("SELECT at FROM step WHERE papers > 1 AND undone IS NULL")}
    found: list[Counted[str]] = []
    for number, title, abstract, authors, category, submitter, sign, at in connection.execute(
        _PRESENT, (json.dumps(ids),)
    ):
        weight = decision_weight(date.fromisoformat(at[:10]), bulk=sign < 0 and at in bulk) if sign else 0
        document = Document(title, abstract, tuple(authors.splitlines()), category, submitter)
        found.append(Counted(number, sign * weight, features(document)))
    return found


def _word_ids(connection: sqlite3.Connection, words: Set[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the ids of all words, and the ids of those that the library does not have. Writes nothing."""
    listed = json.dumps(list(words))
    statement = "SELECT word, id FROM interest_word WHERE word IN (SELECT value FROM json_each(?))"
    known: dict[str, int] = dict(connection.execute(statement, (listed,)))
    ((last,),) = connection.execute("SELECT coalesce(max(id), 0) FROM interest_word").fetchall()
    added = dict(zip(words - known.keys(), range(last + 1, last + 1 + len(words)), strict=False))
    return known | added, added


def word_sums(connection: sqlite3.Connection, words: Iterable[int]) -> dict[int, FeatureSums]:
    """Return a dict that maps each of `words`, ids of features, to its sums of interest. Leaves out unknown ids.

    A feature is a word, author, category or submitter.
    """
    rows = connection.execute(
        "SELECT id, papers, liked, dropped FROM interest_word WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(words)),),
    )
    return {row[0]: FeatureSums(*row[1:]) for row in rows}
