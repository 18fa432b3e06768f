"""A review session: the queue of cards, the revealed parts of the current card, and the answers given."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from readq.model.values import Rating
from readq.review.queue import is_repeated
from readq.services.history import undo
from readq.services.history.steps import Outcome
from readq.services.review.cards import DueCard, RatedCard
from readq.text import counted

HIDDEN, NOTE, ABSTRACT = range(3)
"""How much of the current card is revealed: nothing, the note, or the note and the abstract."""


class Answer(NamedTuple):
    """An answer to a card: a rating, or None if the user postponed the card."""

    card: DueCard
    rating: Rating | None
    is_repeated: bool = False
    """Whether the card was put back to the end of the queue, to be asked again in this session."""


class ReviewSession:
    """The queue of cards in a review session. A card rated `again` is asked once more, after the other cards."""

    def __init__(self, cards: Iterable[DueCard]) -> None:
        self._queue = deque(cards)
        self._repeated: set[int] = set()
        self.answers: list[Answer] = []
        self.revealed = HIDDEN

    @property
    def card(self) -> DueCard | None:
        """The current card. It is None if all cards are answered."""
        return self._queue[0] if self._queue else None

    @property
    def remaining(self) -> int:
        """Number of cards that are not answered, including the current card."""
        return len(self._queue)

    def reveal(self, *, has_note: bool) -> None:
        """Reveal the next part of the current card: its note, then its abstract. Without `has_note`, skip the note."""
        self.revealed = NOTE if self.revealed == HIDDEN and has_note else ABSTRACT

    def answer(self, rating: Rating | None) -> DueCard:
        """Record the rating of the current card, and go on to the next card. Return the answered card.

        If `rating` is None, the card is postponed. Raises IndexError if no card is left.
        """
        card = self._queue.popleft()
        repeats = rating is not None and is_repeated(rating, repeat=card.card in self._repeated)
        if repeats:
            self._repeated.add(card.card)
            self._queue.append(card)
        self.answers.append(Answer(card, rating, repeats))
        self.revealed = HIDDEN
        return card

    def undo_answer(self) -> Answer | None:
        """Remove the last answer, make its card the current card, and reveal the whole card.

        Return the removed answer. Return None if there is no answer.
        """
        if not self.answers:
            return None
        answer = self.answers.pop()
        if answer.is_repeated:
            self._repeated.discard(answer.card.card)
            self._queue.pop()
        self._queue.appendleft(answer.card)
        self.revealed = ABSTRACT
        return answer


class UndoableJob:
    """An undoable write to the library. It records the number of its undo step."""

    def __init__(self, job: Callable[[Connection], RatedCard | Outcome]) -> None:
        self._job = job
        self._step: int | None = None

    def do(self, conn: Connection) -> None:
        """Run the job with the connection `conn`. Must be called in the writer thread."""
        self._step = self._job(conn).step

    def undo(self, conn: Connection, now: datetime) -> None:
        """Undo the step of the job. Must be called in the writer thread.

        If the job failed or changed nothing, do nothing.
        """
        if self._step is not None:
            undo.undo(conn, now, self._step)


def summary(answers: Sequence[Answer]) -> str:
    """Return a summary of the ratings: `12 cards rated: 1 again, 2 hard, 8 good, 1 easy`."""
    rated = [answer.rating for answer in answers if answer.rating is not None]
    if not rated:
        return "Nothing was rated."
    tally = [(rated.count(rating), rating.name.lower()) for rating in Rating]
    parts = ", ".join(f"{count:,} {name}" for count, name in tally if count)
    return f"{counted(len(rated), 'card')} rated: {parts}."
