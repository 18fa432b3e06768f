"""A review session: the queue of cards, the revealed parts of the current card, and the steps that `u` takes back."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from readq.config import Config
from readq.days import local_day
from readq.model.values import CardState, Rating
from readq.services.review.cards import DueCard
from readq.text import counted
from readq.tui.state.review.jobs import Answer, UndoableJob

HIDDEN, NOTE, ABSTRACT = range(3)
"""How much of the current card is revealed: nothing, the note, or the note and the abstract."""

_LONGEST = timedelta(hours=12)
"""A session keeps its first day for at most this time. A session that was left open overnight takes the new day."""


class ReviewSession:
    """The queue of cards in a review session. A card rated `again` is asked again at the end, until it is remembered.

    `config` are the settings, `started` is the time at which the session began.
    """

    def __init__(self, cards: Iterable[DueCard], config: Config, started: datetime) -> None:
        self.config = config
        self.states: dict[int, CardState] = {}
        """The state of each card of the session when the session last read or wrote it, by card id."""
        self.answers: list[Answer] = []
        self.jobs: list[UndoableJob] = []
        """The writes of the session, oldest first."""
        self.revealed = HIDDEN
        self._started = started
        self._queue: deque[DueCard] = deque()
        self.extend(cards)

    def day(self, now: datetime) -> date:
        """Return the local day for which an answer at the time `now` counts: the day on which the session began."""
        return local_day(self._started if now - self._started < _LONGEST else now)

    def extend(self, cards: Iterable[DueCard]) -> None:
        """Add cards to the end of the queue."""
        for card in cards:
            self._queue.append(card)
            self.states[card.card] = card.state

    @property
    def card(self) -> DueCard | None:
        """The current card. It is None if all cards are answered."""
        return self._queue[0] if self._queue else None

    @property
    def remaining(self) -> int:
        """Number of cards that are not answered, including the current card."""
        return len(self._queue)

    @property
    def queued_states(self) -> dict[int, CardState]:
        """The known states of the cards in the queue, by card id."""
        return {card.card: self.states[card.card] for card in self._queue}

    def reveal(self, *, has_note: bool) -> None:
        """Reveal the next part of the current card: its note, then its abstract. Without `has_note`, skip the note."""
        self.revealed = NOTE if self.revealed == HIDDEN and has_note else ABSTRACT

    def answer(self, rating: Rating | None) -> Answer:
        """Record the rating of the current card, and go on to the next card. Return the answer.

        If `rating` is None, the card is postponed. Raises IndexError if no card is left.
        """
        answer = Answer(self._queue.popleft(), rating)
        if answer.is_repeated:
            self._queue.append(answer.card)
        self.answers.append(answer)
        self.revealed = HIDDEN
        return answer

    def take_back(self, answer: Answer) -> None:
        """Remove an answer, make its card the current card, and reveal the whole card."""
        self._remove(answer)
        self._queue.appendleft(answer.card)
        self.revealed = ABSTRACT

    def ask_later(self, answer: Answer) -> None:
        """Remove an answer that could not be written, and put its card to the end of the queue."""
        self._remove(answer)
        self._queue.append(answer.card)

    def forget(self, answer: Answer) -> None:
        """Remove an answer that was not written because its card was changed elsewhere. The card is not asked again."""
        self._remove(answer)
        self.leave_out({answer.card.card})

    def _remove(self, answer: Answer) -> None:
        self.answers = [each for each in self.answers if each is not answer]
        self.jobs = [job for job in self.jobs if job.answer is not answer]
        if answer.is_repeated:
            index = max((i for i, card in enumerate(self._queue) if card.card == answer.card.card), default=None)
            if index is not None:
                self._remove_at(index)

    def _remove_at(self, index: int) -> None:
        del self._queue[index]
        if index == 0:
            self.revealed = HIDDEN

    def refresh_states(self, present: Mapping[int, CardState]) -> list[DueCard]:
        """Take the present states of the cards that can still be asked. Return the cards that left the queue.

        `present` maps the id of each card that can be asked to its state. The other cards leave the queue.
        """
        self.states.update(present)
        return self.leave_out({card.card for card in self._queue} - present.keys())

    def leave_out(self, card_ids: set[int]) -> list[DueCard]:
        """Remove cards from the queue. Return the removed cards, each once."""
        removed = {card.card: card for card in self._queue if card.card in card_ids}
        if self.card is not None and self.card.card in removed:
            self.revealed = HIDDEN
        self._queue = deque(card for card in self._queue if card.card not in removed)
        return list(removed.values())

    def last_job(self) -> UndoableJob | None:
        """Remove and return the newest write that changed something or is pending. Return None if there is none."""
        while self.jobs:
            job = self.jobs.pop()
            if job.step is not None or not job.is_written:
                return job
        return None


def summary(answers: Sequence[Answer]) -> str:
    """Return a summary of the ratings: `11 cards, 12 answers: 1 again, 2 hard, 8 good, 1 easy.`."""
    rated = [(answer.card.card, answer.rating) for answer in answers if answer.rating is not None]
    if not rated:
        return "Nothing was rated."
    given = [rating for _, rating in rated]
    tally = [(given.count(rating), rating.name.lower()) for rating in Rating]
    parts = ", ".join(f"{count:,} {name}" for count, name in tally if count)
    cards = counted(len({card for card, _ in rated}), "card")
    return f"{cards}, {counted(len(rated), 'answer')}: {parts}."
