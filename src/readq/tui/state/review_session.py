"""A sitting of review: which card is asked now, which come after it, and the way back. Knows nothing of a screen."""

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
"""How much of the card is revealed."""


class Answer(NamedTuple):
    """What was done with a card: its rating, or None when it was put off. `again_later`: it is asked once more."""

    card: DueCard
    rating: Rating | None
    again_later: bool = False


class Sitting:
    """Cards in the order they are asked. `again` asks a card once more, after the others."""

    def __init__(self, cards: Iterable[DueCard]) -> None:
        self._waiting = deque(cards)
        self._repeated: set[int] = set()
        self.answers: list[Answer] = []
        self.revealed = HIDDEN

    @property
    def card(self) -> DueCard | None:
        """The card that is asked now; None when the sitting is over."""
        return self._waiting[0] if self._waiting else None

    @property
    def left(self) -> int:
        """How many cards are still to be asked, this one included."""
        return len(self._waiting)

    def reveal(self, *, has_note: bool) -> None:
        """Show the next part: the note where there is one, then the abstract."""
        self.revealed = NOTE if self.revealed == HIDDEN and has_note else ABSTRACT

    def answer(self, rating: Rating | None) -> DueCard:
        """Rate the card that is asked, or put it off, and go on. Raises IndexError when the sitting is over."""
        card = self._waiting.popleft()
        again_later = rating is not None and is_repeated(rating, repeat=card.card in self._repeated)
        if again_later:
            self._repeated.add(card.card)
            self._waiting.append(card)
        self.answers.append(Answer(card, rating, again_later))
        self.revealed = HIDDEN
        return card

    def back(self) -> Answer | None:
        """Take the last answer back and ask its card again, revealed; None when there is none."""
        if not self.answers:
            return None
        answer = self.answers.pop()
        if answer.again_later:
            self._repeated.discard(answer.card.card)
            self._waiting.pop()
        self._waiting.appendleft(answer.card)
        self.revealed = ABSTRACT
        return answer


class UndoableJob:
    """A write that keeps the number of its undo step, so that a later job of the writer thread can undo it."""

    def __init__(self, job: Callable[[Connection], RatedCard | Outcome]) -> None:
        self._job = job
        self._step: int | None = None

    def do(self, conn: Connection) -> None:
        """Run the job in the writer thread."""
        self._step = self._job(conn).step

    def undo(self, conn: Connection, now: datetime) -> None:
        """Undo the job's step in the writer thread. Does nothing if the job failed or changed nothing."""
        if self._step is not None:
            undo.undo(conn, now, self._step)


def summary(answers: Sequence[Answer]) -> str:
    """What a sitting came to: `12 cards rated: 1 again, 2 hard, 8 good, 1 easy`."""
    rated = [answer.rating for answer in answers if answer.rating is not None]
    if not rated:
        return "Nothing was rated."
    tally = [(rated.count(rating), rating.name.lower()) for rating in Rating]
    parts = ", ".join(f"{count:,} {name}" for count, name in tally if count)
    return f"{counted(len(rated), 'card')} rated: {parts}."
