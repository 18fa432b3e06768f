"""A review session: the queue of cards, the revealed parts of the current card, and the writes that can be undone."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from time import monotonic

from readq.config import Config
from readq.days import local_day
from readq.model.values import CardState, Rating
from readq.services.review.cards import DueCard, ReviewChoice
from readq.store.review.cards import AnswerFacts
from readq.tui.state.review.jobs import Answer, UndoableJob

HIDDEN, BACK, ABSTRACT = range(3)
"""How much of the current card is revealed: nothing, the user's own words, or the words and the abstract."""

LONGEST_ANSWER = 600_000
"""The longest answer time that is stored, in milliseconds. It is stored in place of any longer time.

A user who took longer was probably away.
"""

_LONGEST = timedelta(hours=12)
"""The time from the start of a session during which answers count for the day of the start.

Later answers count for the day on which they are given.
"""


class ReviewSession:
    """The state of a review session, with the queue of cards. A card rated `again` goes to the end of the queue.

    `config` are the settings. `started` is the time at which the session began. `timer` returns a time in seconds. It
    is used to measure the duration of an answer. `choice` is the choice by which `cards` were found.
    """

    def __init__(
        self,
        cards: Iterable[DueCard],
        config: Config,
        started: datetime,
        timer: Callable[[], float] = monotonic,
        choice: ReviewChoice | None = None,
    ) -> None:
        self.config = config
        self.choice = choice or ReviewChoice()
        """The choice of cards, which also holds for cards that are added at the end of the review."""
        self.states: dict[int, CardState] = {}
        """Maps card ids to the states of the cards when the session last read or wrote them."""
        self.answers: list[Answer] = []
        self.jobs: list[UndoableJob] = []
        """The writes of the session, oldest first."""
        self.revealed = HIDDEN
        self.typed = ""
        """The text that the user has recalled, typed before the current card was revealed."""
        self._kept: dict[tuple[int, str], UndoableJob] = {}
        self._started = started
        self._timer = timer
        self._shown_at = timer()
        self._queue: deque[DueCard] = deque()
        self.extend(cards)

    def day(self, now: datetime) -> date:
        """Return the local day for which an answer at the time `now` counts.

        In the first 12 hours of the session, this is the day on which the session began. Later, it is the day of `now`.
        """
        return local_day(self.moment(now))

    def moment(self, now: datetime) -> datetime:
        """Return the time for which this session finds due cards. `now` is the present time.

        In the first 12 hours of the session, this is the time at which the session began. Later, it is `now`.
        """
        return self._started if now - self._started < _LONGEST else now

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
        """Maps the ids of the cards in the queue to the states of the cards.

        Each state is the one that this session has last read or written.
        """
        return {card.card: self.states[card.card] for card in self._queue}

    def reveal(self) -> None:
        """Reveal the user's own words on the current card. If the abstract is revealed already, do nothing."""
        self.revealed = max(self.revealed, BACK)

    def reveal_abstract(self) -> None:
        """Reveal all of the current card: the user's own words, and the abstract."""
        self.revealed = ABSTRACT

    @property
    def is_kept(self) -> bool:
        """Whether the text that the user has typed for the current card was written into the note of the card's paper.

        It is False after this write was undone.
        """
        job = self._kept.get((self._queue[0].card, self.typed)) if self._queue else None
        return any(each is job for each in self.jobs)

    def keep(self, job: UndoableJob) -> None:
        """Record `job`, which writes the text that the user has typed for the current card into the note.

        The undo key of the review can then undo this write. Raises IndexError if no card is left.
        """
        self._kept[(self._queue[0].card, self.typed)] = job
        self.jobs.append(job)

    def facts(self) -> AnswerFacts:
        """Return the facts to store with an answer to the current card, such as the time that the answer has taken.

        Raises IndexError if no card is left.
        """
        taken = int(1000 * max(0.0, self._timer() - self._shown_at))
        return AnswerFacts(
            prompt=self._queue[0].asks or None,
            recalled=self.typed or None,
            taken_ms=min(taken, LONGEST_ANSWER),
            sitting=int(self._started.timestamp() * 1000),
        )

    def answer(self, rating: Rating | None) -> Answer:
        """Record the rating of the current card, and go on to the next card. Return the answer.

        If `rating` is None, the card is removed without a rating. Raises IndexError if no card is left.
        """
        answer = Answer(self._queue.popleft(), rating, self.typed, max(self.revealed, BACK))
        if answer.is_repeated:
            self._queue.append(answer.card)
        self.answers.append(answer)
        self._show_next()
        return answer

    def put_away(self, cards: Iterable[DueCard]) -> list[Answer]:
        """Remove the cards `cards` from the queue. Return an answer without a rating for each removed card.

        `take_back` can put the card of such an answer back into the queue. For a card that is not in the queue, because
        it was answered before, no answer is made.
        """
        current, queued = self.card.card if self.card else None, {card.card for card in self._queue}
        shown, hidden = (self.typed, self.revealed), ("", HIDDEN)
        answers = [
            Answer(card, None, *(shown if card.card == current else hidden)) for card in cards if card.card in queued
        ]
        self.leave_out({answer.card.card for answer in answers})
        self.answers += answers
        return answers

    def _show_next(self) -> None:
        """Hide the back of the new current card, and begin to measure the time of its answer."""
        self.revealed, self.typed, self._shown_at = HIDDEN, "", self._timer()

    @property
    def queued(self) -> list[DueCard]:
        """The cards in the queue, in the order in which they will be shown. The current card is the first."""
        return list(self._queue)

    def replace_card(self, card: DueCard) -> None:
        """Replace the current card by `card`: the same card, read again after an edit of its paper or note."""
        self._queue[0] = card

    def take_back(self, answer: Answer) -> None:
        """Remove an answer, and make its card the current card.

        The card is shown as it was then: with the text that the user had typed, and revealed only if it was revealed.
        """
        self._remove(answer)
        self._queue.appendleft(answer.card)
        self._show_next()
        self.revealed, self.typed = answer.revealed, answer.typed

    def ask_later(self, answer: Answer) -> None:
        """Remove an answer that could not be written, and put its card at the end of the queue."""
        self._remove(answer)
        self._queue.append(answer.card)

    def forget(self, answer: Answer) -> None:
        """Remove an answer that was not written because another process changed its card.

        Also remove the card from the queue.
        """
        self._remove(answer)
        self.leave_out({answer.card.card})

    def _remove(self, answer: Answer) -> None:
        self.answers = [each for each in self.answers if each is not answer]
        self.jobs = [job for job in self.jobs if not any(each is answer for each in job.answers)]
        if answer.is_repeated:
            index = max((i for i, card in enumerate(self._queue) if card.card == answer.card.card), default=None)
            if index is not None:
                self._remove_at(index)

    def _remove_at(self, index: int) -> None:
        del self._queue[index]
        if index == 0:
            self._show_next()

    def refresh_states(self, present: Mapping[int, CardState]) -> list[DueCard]:
        """Update the states of the cards in the queue. Remove and return the cards that can no longer be reviewed.

        `present` maps the id of each card that can still be reviewed to its present state.
        """
        self.states.update(present)
        return self.leave_out({card.card for card in self._queue} - present.keys())

    def leave_out(self, card_ids: set[int]) -> list[DueCard]:
        """Remove the cards with the ids `card_ids` from the queue. Return the removed cards, each once."""
        removed = {card.card: card for card in self._queue if card.card in card_ids}
        is_current = self.card is not None and self.card.card in removed
        self._queue = deque(card for card in self._queue if card.card not in removed)
        if is_current:
            self._show_next()
        return list(removed.values())

    def last_job(self) -> UndoableJob | None:
        """Remove the newest job from `jobs`, and return it. Return None if no job is left.

        Jobs that were written but have changed nothing are removed and skipped.
        """
        while self.jobs:
            job = self.jobs.pop()
            if job.step is not None or not job.is_written:
                return job
        return None
