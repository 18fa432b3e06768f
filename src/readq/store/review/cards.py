"""Read review cards, count answers, and log new answers."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from readq.model.values import CardState
from readq.store.journal.steps import record
from readq.store.review.lapses import LAPSED
from readq.store.review.params import DEFAULT


class Card(NamedTuple):
    """A review card with its memory state. Days are local ISO days.

    `stability`, `difficulty`, `interval_days` and `last_day` are None until the card is answered for the first time, or
    until the log gets an entry that the paper was read to the end.
    """

    id: int
    paper_id: int
    kind: str
    """`paper` for the card that asks about the paper itself, `question` for the card of a question in the note."""
    question: str | None
    suspended: bool
    """Whether the card is not asked at all.

    A card is suspended if the user suspended or retired it, if the paper is dropped, or if the question has left its
    note.
    """
    buried_until: str | None
    """The card is not asked before this day. None if the card is not buried."""
    priority: int
    """Cards with a higher number are asked first."""
    due: str
    """The day from which the card is asked."""
    stability: float | None
    """The stability of the memory, in days."""
    difficulty: float | None
    """The difficulty of the card, from 1 to 10."""
    interval_days: int | None
    """The number of days from `last_day` to `due`."""
    last_day: str | None
    """The day of the latest answer. Without an answer, the day on which the paper was read to the end."""
    reps: int
    """The number of answers."""
    lapses: int
    """The number of lapses: days on which the user forgot a card that the user knew before."""
    answer: str | None
    """The answer to the question in the note."""
    retired: str | None
    """The day on which the user retired the card, or None."""
    orphaned: str | None
    """The day on which the question left the note, or None."""

    @property
    def state(self) -> CardState:
        """The scheduling state of the card."""
        return CardState(
            self.stability, self.difficulty, self.interval_days, self.due, self.last_day, self.reps, self.lapses
        )


MOST_PAPERS = 1_000
"""The maximum number of papers with due cards that are counted. Nobody reviews so many papers on a day."""


class DueCounts(NamedTuple):
    """Numbers of cards and papers on one local day."""

    due: int
    """The number of due cards."""
    papers: int
    """The number of papers that have a due card and no answer on the day, at most MOST_PAPERS."""
    answered: int
    """The number of cards whose latest answer is on the day."""


class AnswerFacts(NamedTuple):
    """Facts of an answer that do not change the schedule of its card. A fact that is not known is None."""

    prompt: str | None = None
    """The question: `claim`, `how`, `limit` or `use` for the card of a paper, otherwise the text of the question."""
    recalled: str | None = None
    """The text that the user typed before the answer was shown."""
    taken_ms: int | None = None
    """The number of milliseconds that the user took to answer."""
    sitting: int | None = None
    """The start of the review session, in milliseconds since 1970."""


class NewAnswer(NamedTuple):
    """An answer to log, with the schedule that FSRS computed for it.

    `stability`, `difficulty`, `interval_days` and `due` are the schedule, as in CardState.
    """

    rating: int
    """The rating, from 1 to 4."""
    at: str
    """The time of the answer (UTC text)."""
    at_ms: int
    """The time of the answer, in milliseconds since 1970."""
    day: str
    """The local ISO day for which the answer counts."""
    utc_offset: int
    """The offset of local time from UTC, in seconds."""
    elapsed_days: int
    """The number of days since the previous answer to the card."""
    stability: float
    difficulty: float
    interval_days: int
    due: str
    retention: float
    """The desired probability of recall, from 0 to 1."""
    algorithm: str
    """The name of the scheduler."""
    facts: AnswerFacts = AnswerFacts()


_NOT_DROPPED = "NOT EXISTS (SELECT 1 FROM paper d WHERE d.id = card.paper_id AND d.status = 'dropped')"

_CARD = (
    f"SELECT id, paper_id, kind, question, suspended OR orphaned IS NOT NULL OR NOT {_NOT_DROPPED}, buried_until,"
    " priority, due, stability, difficulty, interval_days, last_day, reps, lapses, answer, retired, orphaned FROM card"
)

_DUE = "suspended = 0 AND orphaned IS NULL AND due <= :horizon AND (buried_until IS NULL OR buried_until <= :today)"


def find_card(connection: sqlite3.Connection, card_id: int) -> Card | None:
    """Return the card with the id `card_id`. Return None if there is no such card."""
    return _first(connection, "id = ?", card_id)


def find_paper_card(connection: sqlite3.Connection, paper_id: int) -> Card | None:
    """Return the card of the kind `paper` that a paper has. Return None if it has none.

    A paper has at most one such card.
    """
    return _first(connection, "kind = 'paper' AND paper_id = ?", paper_id)


def find_cards(connection: sqlite3.Connection, card_ids: Sequence[int]) -> dict[int, Card]:
    """Return a dict that maps each of `card_ids` to the card with this id. Ids without a card are left out."""
    rows = connection.execute(f"{_CARD} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(card_ids)),))
    return {row[0]: _card(row) for row in rows}


def cards_of_papers(connection: sqlite3.Connection, paper_ids: Sequence[int]) -> list[Card]:
    """Return all cards of the papers with the ids `paper_ids`, ordered by id."""
    rows = connection.execute(
        f"{_CARD} WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(list(paper_ids)),)
    )
    return [_card(row) for row in rows]


class DueRow(NamedTuple):
    """A due card, with the values on which its place in a review depends."""

    id: int
    paper_id: int
    due: str
    """The ISO day on which the card became due."""
    reps: int
    """The number of answers."""
    priority: int
    """Cards with a higher number are asked first."""


class Preferred(NamedTuple):
    """The cards that are asked before all other cards: cards with a priority, and cards of starred or cited papers.

    `cited` are the ids of the papers that the user's drafts cite.
    """

    cited: Collection[int] = ()

    @property
    def condition(self) -> str:
        """SQL condition on table `card`: the card has a priority, or its paper is starred or cited."""
        listed = ",".join(map(str, self.cited))
        return f"(priority > 0 OR paper_id IN ({listed}) OR paper_id IN (SELECT id FROM paper WHERE starred = 1))"


class DueQuery(NamedTuple):
    """A selection of due cards."""

    today: str
    """The local ISO day of the review. Cards that are buried (put off) to a later day are left out."""
    horizon: str
    """The ISO day by which the cards must be due. Cards that become due on this day are included."""
    where: str = "1"
    """An SQL condition on table `paper p` for the papers of the cards."""
    params: tuple[object, ...] = ()
    """The values to bind in `where`."""


def due_rows(connection: sqlite3.Connection, query: DueQuery) -> list[DueRow]:
    """Return the due cards that `query` selects, longest overdue first.

    Leaves out cards that are suspended (taken out of review), cards that are buried (put off to a later day), and cards
    of dropped papers.
    """
    # For thousands of due cards, one pass over the index of dropped papers is faster than a look-up for each card.
    return list(
        _rows_where(connection, query, "card", "paper_id NOT IN (SELECT id FROM paper WHERE status = 'dropped')")
    )


def preferred_rows(connection: sqlite3.Connection, query: DueQuery, preferred: Preferred) -> list[DueRow]:
    """Return the due cards in `query` that are also in `preferred`, longest overdue first.

    Uses indexes to find these cards, so the time does not grow with the number of other due cards.
    """
    listed = ",".join(map(str, preferred.cited))
    papers = f"SELECT id FROM paper WHERE starred = 1 UNION SELECT id FROM paper WHERE id IN ({listed})"
    chosen = f"(SELECT id FROM card WHERE priority > 0 UNION SELECT id FROM card WHERE paper_id IN ({papers}))"
    return list(_rows_where(connection, query, f"{chosen} chosen CROSS JOIN card ON card.id = chosen.id", _NOT_DROPPED))


def other_rows(
    connection: sqlite3.Connection, query: DueQuery, preferred: Preferred, *, is_new: bool
) -> Iterator[DueRow]:
    """Yield the due cards in `query` that are not in `preferred`, longest overdue first.

    If `is_new` is true, yields the cards without answers, otherwise the cards with answers. Reads each row only when
    the caller asks for it.
    """
    # The index has the rows in this order, so that rows which nobody asks for are not read.
    index = "card_new" if is_new else "card_known"
    condition = f"NOT {preferred.condition} AND reps {'=' if is_new else '>'} 0 AND {_NOT_DROPPED}"
    return _rows_where(connection, query, f"card INDEXED BY {index}", condition)


def _rows_where(connection: sqlite3.Connection, query: DueQuery, table: str, condition: str) -> Iterator[DueRow]:
    """Yield the due cards of the SQL table `table` that fulfil an SQL condition, longest overdue first."""
    chosen = "" if query.where == "1" else f" AND paper_id IN (SELECT p.id FROM paper p WHERE {query.where})"
    due = _DUE.replace(":horizon", "?").replace(":today", "?")
    rows = connection.execute(
        f"SELECT card.id, paper_id, due, reps, priority FROM {table}"
        f" WHERE {due} AND {condition}{chosen} ORDER BY due, card.id",
        (query.horizon, query.today, *query.params),
    )
    return map(DueRow._make, rows)


def count_due(connection: sqlite3.Connection, today: str) -> DueCounts:
    """Return the numbers of due cards, of papers with due cards, and of answered cards on the local ISO day `today`.

    DueCounts explains these numbers.
    """
    # For thousands of due cards, one pass over the index of dropped papers is faster than a look-up for each card.
    rows = connection.execute(
        "WITH answered AS MATERIALIZED (SELECT id, paper_id FROM card WHERE last_day = :today AND reps > 0),"
        " open AS MATERIALIZED (SELECT paper_id FROM card INDEXED BY card_due"
        f" WHERE {_DUE} AND paper_id NOT IN (SELECT id FROM paper WHERE status = 'dropped'))"
        " SELECT (SELECT count(*) FROM open), (SELECT count(*) FROM (SELECT DISTINCT paper_id FROM open"
        f"  WHERE paper_id NOT IN (SELECT paper_id FROM answered) LIMIT {MOST_PAPERS})),"
        " (SELECT count(*) FROM answered)",
        {"today": today, "horizon": today},
    ).fetchall()
    return DueCounts._make(rows[0])


def answered_cards(connection: sqlite3.Connection, day: str) -> list[Card]:
    """Return the cards whose latest answer is on the local ISO day `day`."""
    return [_card(row) for row in connection.execute(f"{_CARD} WHERE last_day = ? AND reps > 0", (day,))]


def count_first_answered(connection: sqlite3.Connection, day: str) -> int:
    """Return the number of cards that were answered for the first time on the local ISO day `day`.

    Cards that were answered again on a later day do not count.
    """
    ((number,),) = connection.execute(
        "SELECT count(*) FROM card WHERE last_day = ? AND reps > 0 AND EXISTS (SELECT 1 FROM review r"
        " WHERE r.card_id = card.id AND r.undone = 0 AND r.kind = 'answer' AND r.reps_before = 0 AND r.day = last_day)",
        (day,),
    ).fetchall()
    return int(number)


def ratings_on(connection: sqlite3.Connection, card_ids: Sequence[int], day: str) -> dict[int, int]:
    """Return a dict that maps card ids to the rating of the latest answer on the local ISO day `day`.

    Cards without an answer on that day are left out.
    """
    # The row with the highest id gives the bare column.
    rows = connection.execute(
        "SELECT card_id, rating, max(id) FROM review WHERE card_id IN (SELECT value FROM json_each(?)) AND undone = 0"
        " AND day = ? AND kind = 'answer' GROUP BY card_id",
        (json.dumps(list(card_ids)), day),
    )
    return {row[0]: row[1] for row in rows}


def log_answer(connection: sqlite3.Connection, step: int, old: Card, answer: NewAnswer) -> int:
    """Log an answer to a card, and update the card. Return the id of the answer.

    `old` is the card before the answer. Records the change in the step `step` of the undo history.
    """
    # Numbers increase even if the clock was set back, so they give the order of answers.
    number = next_number(connection, answer.at_ms)
    reserve_number(connection, number)
    insert_answers(
        connection,
        [
            (
                number, old.id, answer.at, answer.day, answer.utc_offset, answer.rating, answer.retention,
                answer.algorithm, "answer", *answer.facts, DEFAULT, answer.elapsed_days, answer.stability,
                answer.difficulty, answer.interval_days, answer.due, *old.state,
            )
        ],
    )  # fmt: skip
    connection.execute(
        "UPDATE card SET stability = ?, difficulty = ?, interval_days = ?, due = ?, last_day = ?, reps = reps + 1,"
        f" lapses = lapses + (SELECT {LAPSED} FROM review r WHERE r.id = ?), buried_until = NULL WHERE id = ?",
        (answer.stability, answer.difficulty, answer.interval_days, answer.due, answer.day, number, old.id),
    )
    changes: list[tuple[int, str, object, object]] = [(old.paper_id, f"rating:{number}", None, number)]
    if old.buried_until is not None:
        changes.append((old.paper_id, f"buried_until:{old.id}", old.buried_until, None))
    record(connection, step, changes)
    return number


def insert_answers(connection: sqlite3.Connection, answers: Iterable[tuple[object, ...]]) -> None:
    """Insert rows into the log of answers.

    Each row of `answers` has these values in this order:

    - the id of the answer and the id of its card
    - the fields of `AnswerRecord` from the first to `sitting`
    - the id of the parameters in force
    - the number of days since the previous answer
    - the state of the card after the answer: the fields of `CardState` from the first to `due`
    - the state of the card before the answer: all fields of `CardState`
    """
    connection.executemany(
        "INSERT INTO review (id, card_id, at, day, utc_offset, rating, retention, algorithm, kind, prompt, recalled,"
        " taken_ms, sitting, params_id, elapsed_days, stability, difficulty, interval_days, due, stability_before,"
        " difficulty_before, interval_before, due_before, last_day_before, reps_before, lapses_before)"
        f" VALUES ({','.join('?' * 26)})",
        answers,
    )


def next_number(connection: sqlite3.Connection, at_ms: int) -> int:
    """Return an id for a new answer: `at_ms`, or one more than the highest id of any answer so far if that is greater.

    The ids of deleted answers count, too, because undo can restore these answers.
    """
    ((number,),) = connection.execute(
        "SELECT max(coalesce((SELECT max(id) FROM review), 0),"
        " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'review'), 0))"
    ).fetchall()
    return max(at_ms, int(number) + 1)


def reserve_number(connection: sqlite3.Connection, number: int) -> None:
    """Make sure that the ids of new answers are higher than `number`."""
    update = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'review'"
    if not connection.execute(update, (number,)).rowcount:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('review', ?)", (number,))


def _first(connection: sqlite3.Connection, condition: str, value: int) -> Card | None:
    row = connection.execute(f"{_CARD} WHERE {condition}", (value,)).fetchone()
    return _card(row) if row else None


def _card(row: tuple[object, ...]) -> Card:
    values = list(row)
    values[4] = bool(values[4])
    return Card._make(values)
