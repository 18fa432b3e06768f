"""Write the review cards of merged records, with the log of their answers.

All writes run inside the caller's transaction.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.model.records import AnswerRecord, CardRecord
from readq.model.values import CardState
from readq.store.journal.rating_numbers import References
from readq.store.papers.insert import insert
from readq.store.review import params
from readq.store.review.answers import write_card
from readq.store.review.cards import insert_answers, reserve_number


class LoggedAnswer(NamedTuple):
    """One answer to a card, with the states of the card before and after the answer."""

    answer: AnswerRecord
    before: CardState
    elapsed_days: int
    """The number of whole days since the previous answer to the card."""
    after: CardState


Replay = Callable[[Sequence[AnswerRecord], str], list[LoggedAnswer]]
"""A function that computes the states of a card before and after each of its answers.

Its arguments are all answers to the card, and the ISO day on which the card was due before the first answer.
"""


_COPIED = ("buried_until", "priority", "answer", "retired", "orphaned")
"""The fields of a CardRecord that are copied to columns of the same names."""


class CardWriter:
    """A writer of the review cards of papers, for one transaction.

    `replay` computes the states of a card from its answers. The time `at` (UTC text) is stored as the creation time of
    new cards.
    """

    def __init__(self, connection: sqlite3.Connection, replay: Replay, at: str) -> None:
        self._connection = connection
        self._replay = replay
        self._at = at
        self._numbers: _Numbers | None = None
        self._references = References(connection)

    def reword(self, paper_id: int, texts: Mapping[str, str]) -> None:
        """Change the questions of the cards of a paper. `texts` maps former texts of questions to new texts.

        A card keeps its id and its answers. If another card of the paper already has a new text, that card gets the
        former text in exchange. Such a card is an orphan without answers, which is in no record.
        """
        rows = self._connection.execute(
            "SELECT question, id FROM card WHERE kind = 'question' AND paper_id = ? ORDER BY id DESC", (paper_id,)
        )
        numbers: dict[str, int] = dict(rows.fetchall())
        former = {new: old for old, new in texts.items()}
        renamed = [(new, numbers[old]) for old, new in texts.items() if old in numbers]
        for text in former.keys() & numbers.keys() - texts.keys():
            start = text
            while start in former:
                start = former[start]
            renamed.append((start, numbers[text]))
        self._connection.executemany("UPDATE card SET question = ? WHERE id = ?", renamed)

    def put(self, paper_id: int, cards: Sequence[CardRecord]) -> None:
        """Insert or update the cards of a paper, with all their answers.

        Stored cards that are not in `cards` stay in the library. If `cards` has no card of the kind `paper`, the stored
        card of this kind is suspended.
        """
        if all(card.kind != "paper" for card in cards):
            self._connection.execute(
                "UPDATE card SET suspended = 1, buried_until = NULL, priority = 0"
                " WHERE kind = 'paper' AND paper_id = ?",
                (paper_id,),
            )
        assigned = ", ".join(f"{name} = ?" for name in _COPIED)
        for card in cards:
            number = self._card_number(paper_id, card)
            self._connection.execute(
                f"UPDATE card SET suspended = ?, {assigned}, created = coalesce(?, created) WHERE id = ?",
                (not card.enrolled, *(getattr(card, name) for name in _COPIED), card.created, number),
            )
            if card.answers:
                self._put_answers(number, card.answers)
            else:
                self._forget_answers(number)
            if card.due is not None:
                self._connection.execute("UPDATE card SET due = ? WHERE id = ?", (card.due, number))

    def clear(self, paper_id: int, cards: Sequence[CardRecord]) -> None:
        """Take the cards `cards` of a paper out of review, and mark their answers as undone.

        The rows of the cards stay in the library, because their questions may return to the note. Question cards become
        orphans and are not suspended. So if a question returns, its card is asked like a new card.
        """
        for card in cards:
            number = self._card_number(paper_id, card)
            self._forget_answers(number)
            self._connection.execute(
                "UPDATE card SET suspended = (kind = 'paper'), buried_until = NULL, priority = 0, retired = NULL,"
                " orphaned = iif(kind = 'question', coalesce(orphaned, ?), NULL) WHERE id = ?",
                (self._at[:10], number),
            )

    def _forget_answers(self, card: int) -> None:
        """Mark the answers to a card as undone, and set the card to its state before the first of them."""
        first = self._connection.execute(
            "SELECT due_before FROM review WHERE card_id = ? AND undone = 0 ORDER BY id LIMIT 1", (card,)
        ).fetchone()
        if first is not None:
            # The journal may name them, so the rows stay.
            self._connection.execute("UPDATE review SET undone = 1 WHERE card_id = ? AND undone = 0", (card,))
            write_card(self._connection, card, CardState(None, None, None, first[0], None, 0, 0))

    def _card_number(self, paper_id: int, card: CardRecord) -> int:
        row = self._connection.execute(
            # The kind is a literal because each kind has an index of its own.
            f"SELECT id FROM card WHERE kind = '{card.kind}' AND paper_id = ? AND question IS ? ORDER BY id LIMIT 1",
            (paper_id, card.question),
        ).fetchone()
        if row is not None:
            return int(row[0])
        # The day of a suspended card has no meaning: it is set when the card is enrolled.
        due = card.due or (card.answers[0].day if card.answers else self._at[:10])
        from readq.store.schema.orm_review import CardTable

        columns = ("paper_id", "kind", "question", "due", "created")
        row = (paper_id, card.kind, card.question, due, card.created or self._at)
        insert(self._connection, CardTable, [row], columns)
        ((number,),) = self._connection.execute("SELECT last_insert_rowid()").fetchall()
        return int(number)

    def _put_answers(self, card: int, answers: Sequence[AnswerRecord]) -> None:
        ((first_due,),) = self._connection.execute(
            "SELECT coalesce((SELECT due_before FROM review WHERE card_id = :card AND undone = 0 ORDER BY id LIMIT 1),"
            " due) FROM card WHERE id = :card",
            {"card": card},
        ).fetchall()
        logged = self._replay(answers, min(first_due, answers[0].day))
        numbers = self._answer_numbers(card, answers)
        self._connection.execute("DELETE FROM review WHERE card_id = ? AND undone = 0", (card,))
        insert_answers(
            self._connection,
            [
                (
                    number,
                    card,
                    *one.answer[:-1],
                    self._params(one.answer),
                    one.elapsed_days,
                    *one.after[:4],
                    *one.before,
                )
                for number, one in zip(numbers, logged, strict=True)
            ],
        )
        reserve_number(self._connection, numbers[-1])
        write_card(self._connection, card, logged[-1].after)

    def _params(self, answer: AnswerRecord) -> int:
        return params.add(self._connection, answer.algorithm, answer.weights)

    def _answer_numbers(self, card: int, answers: Sequence[AnswerRecord]) -> list[int]:
        """Return an id for each answer, in ascending order.

        A stored answer keeps its id. A new one gets its time in milliseconds since 1970, or a free id near it.
        """
        if self._numbers is None:
            self._numbers = _Numbers(number for (number,) in self._connection.execute("SELECT id FROM review"))
        present: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number, at, rating in self._connection.execute(
            "SELECT id, at, rating FROM review WHERE card_id = ? AND undone = 0 ORDER BY id DESC", (card,)
        ):
            present[at, rating].append(number)
        stored = [own.pop() if (own := present[answer.at, answer.rating]) else None for answer in answers]
        for number in filter(None, stored):
            self._numbers.release(number)
        # The journal may name answers that were taken back elsewhere, so their rows stay.
        self._connection.executemany(
            "UPDATE review SET undone = 1 WHERE id = ?", [(number,) for own in present.values() for number in own]
        )
        numbers: list[int] = []
        latest = 0
        for index, answer in enumerate(answers):
            preferred = stored[index] or _milliseconds(answer.at)
            # The journal refers to answers by number, so stored answers keep theirs, and new ones go in between.
            following = next((number for number in stored[index + 1 :] if number and number > preferred), None)
            latest = self._numbers.allocate(latest + 1, preferred, following)
            numbers.append(latest)
        pairs = zip(stored, numbers, strict=True)
        self._references.move({old: new for old, new in pairs if old is not None and old != new})
        return numbers


class _Numbers:
    """Chooses ids for answers. Each id is unique in the library."""

    def __init__(self, used: Iterable[int]) -> None:
        self._used = set(used)
        self._next: dict[int, int] = {}

    def release(self, number: int) -> None:
        self._used.discard(number)

    def allocate(self, least: int, preferred: int, below: int | None) -> int:
        """Return `preferred` or a free number near it: at least `least`, and less than `below` if possible."""
        number = self._free_from(max(least, preferred))
        if below is not None and number >= below:
            lower = min(preferred, below - 1)
            while lower >= least and lower in self._used:
                lower -= 1
            number = lower if lower >= least else number
        self._used.add(number)
        return number

    def _free_from(self, start: int) -> int:
        # Many answers may have the same instant, so each search begins where the last one ended.
        number = start
        while number in self._used:
            number = self._next.get(number, number + 1)
        if number != start:
            self._next[start] = number
        return number


def _milliseconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp()) * 1000
