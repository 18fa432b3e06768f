"""The answers that a user gives in a review, and the jobs that write the answers and other changes to the library.

Each job can be undone by itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Generic, Protocol, TypeVar

from readq.config import Config
from readq.model.values import CardState, Rating
from readq.services.history import undo
from readq.services.history.undo import UndoResult
from readq.services.review import ratings
from readq.services.review.cards import DueCard
from readq.services.review.ratings import NewRating, RatedCard

Result = TypeVar("Result")


class Answer:
    """An answer to a card. `typed` is the text that the user recalled and typed.

    `rating` is None if the card was removed from the review without a rating, for example buried. `revealed` says how
    much of the card was revealed, as `ReviewSession.revealed` does.
    """

    def __init__(self, card: DueCard, rating: Rating | None, typed: str, revealed: int) -> None:
        self.card = card
        self.rating = rating
        self.typed = typed
        self.revealed = revealed

    @property
    def is_repeated(self) -> bool:
        """Whether the card goes to the end of the queue again, because it was rated `again`."""
        return self.rating is Rating.AGAIN


class UndoableJob(Protocol):
    """The interface of a write in a review session that can be undone."""

    what: str
    """The words for the write in messages, such as `buried`."""
    answers: Sequence[Answer]
    """The answers that the write stores. It is empty if the write stores none, for example if it changes a note."""
    is_written: bool
    """Whether the write has ended without an error."""
    step: int | None
    """The number of the undo step, or None if the write has not ended or has changed nothing."""

    def undo(self, conn: Connection, now: datetime) -> UndoResult | None:
        """Undo the step of this job, and return the result. Return None if the job failed or changed nothing.

        Call this in the writer thread.
        """


class StepJob(Generic[Result]):
    """A write that the function `job` makes, such as a change of a note.

    `step_of` returns the number of the undo step from the result of `job`.
    """

    def __init__(
        self, what: str, job: Callable[[Connection], Result], step_of: Callable[[Result], int | None],
        answers: Sequence[Answer] = (),
    ) -> None:  # fmt: skip
        self.what = what
        self.answers = answers
        self.is_written = False
        self.step: int | None = None
        self._job = job
        self._step_of = step_of

    def do(self, conn: Connection) -> Result:
        """Run the write with the connection `conn`, and return its result. Call this in the writer thread."""
        result = self._job(conn)
        self.step = self._step_of(result)
        self.is_written = True
        return result

    def undo(self, conn: Connection, now: datetime) -> UndoResult | None:
        """Undo the step of this job, and return the result. Return None if the job failed or changed nothing.

        Call this in the writer thread.
        """
        return None if self.step is None else undo.undo(conn, now, self.step)


class RatingJob:
    """The write of a rating. If another process has changed the card since it was read, nothing is written.

    `given` is the rating. `states` maps the ids of cards to their states as the review has last read or written them.
    The write and its undo update the state of the card in `states`.
    """

    def __init__(self, answer: Answer, given: NewRating, states: dict[int, CardState], config: Config) -> None:
        self.what = f"rated {given.rating.name.lower()}"
        self.answers: Sequence[Answer] = (answer,)
        self.is_written = False
        self.step: int | None = None
        self._given = given
        self._states = states
        self._config = config

    def do(self, conn: Connection) -> RatedCard | None:
        """Write the rating. Return None if another process has changed the card. Call this in the writer thread."""
        card = self._given.card
        self._given = self._given._replace(seen=self._states.get(card, self._given.seen))
        rated = ratings.answer(conn, self._given, self._config)
        self.is_written = True
        if rated is not None:
            self.step = rated.step
            self._states[card] = rated.state
        return rated

    def undo(self, conn: Connection, now: datetime) -> UndoResult | None:
        """Undo the rating, and return the result. Return None if nothing was written.

        Call this in the writer thread.
        """
        if self.step is None:
            return None
        undone = undo.undo(conn, now, self.step)
        if undone is not None and not undone.is_unchanged:
            self._states[self._given.card] = self._given.seen
        return undone
