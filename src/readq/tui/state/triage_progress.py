"""Count the progress of triage: how many papers of the inbox the user has decided on today, and how long it took.

Each write of this UI may change the numbers of papers in the inbox, in the queue and among the dropped. The progress is
the sum of these changes, so an undone decision no longer counts. Changes by other processes do not count. A write that
changes the total number of papers, such as an import or a removal, does not count either.
"""

from datetime import date, datetime
from typing import NamedTuple

from readq.days import local_day
from readq.store.papers.queries import Counts
from readq.text import counted

_SECONDS_A_CARD = 30
"""The estimated time in seconds that a user needs to review a card."""


class _Start(NamedTuple):
    """The counts as they would be without the decisions of this UI."""

    inbox: int
    queued: int
    dropped: int


class TriageProgress:
    """Counts the decisions that are made in this UI on one day."""

    def __init__(self) -> None:
        self._start = _Start(0, 0, 0)
        self._last: Counts | None = None
        self._day: date | None = None
        self._began: datetime | None = None

    def see(self, counts: Counts, now: datetime, *, own: bool) -> None:
        """Update the progress with `counts`, the new counts of the library.

        `own` is true if only this UI has changed the library since the last call.
        """
        last, day = self._last, local_day(now)
        if last is None or day != self._day:
            self._start, self._began = _Start(counts.inbox, counts.queued, counts.dropped), None
        elif not own or _papers(counts) != _papers(last):
            self._start = _Start(
                self._start.inbox + counts.inbox - last.inbox,
                self._start.queued + counts.queued - last.queued,
                self._start.dropped + counts.dropped - last.dropped,
            )
        elif self._began is None and counts.inbox < last.inbox:
            self._began = now
        # A decision that was not made here can be taken back here. Then more papers wait than at the start.
        self._start = _Start(
            max(self._start.inbox, counts.inbox),
            min(self._start.queued, counts.queued),
            min(self._start.dropped, counts.dropped),
        )
        self._last, self._day = counts, day

    @property
    def decided(self) -> int:
        """The number of papers that left the inbox today because they were decided on or snoozed in this UI."""
        return 0 if self._last is None else max(0, self._start.inbox - self._last.inbox)

    @property
    def dropped(self) -> int:
        """The number of papers dropped in this UI since the last call of `forget_dropped`."""
        return 0 if self._last is None else max(0, self._last.dropped - self._start.dropped)

    def forget_dropped(self) -> None:
        """Set `dropped` to 0."""
        if self._last is not None:
            self._start = self._start._replace(dropped=self._last.dropped)

    def text(self, now: datetime) -> str:
        """Return the progress as text: `37 of 112 today · 9 queued · 12 min`. Return "" before the first decision."""
        if self._last is None or not self.decided:
            return ""
        parts = [f"{self.decided:,} of {self._start.inbox:,} today"]
        if (queued := self._last.queued - self._start.queued) > 0:
            parts.append(f"{queued:,} queued")
        minutes = 0 if self._began is None else int((now - self._began).total_seconds() // 60)
        return " · ".join([*parts, f"{minutes:,} min"] if minutes > 0 else parts)


def _papers(counts: Counts) -> int:
    return counts.all + counts.dropped


def budget_text(queued: int, budget: int | None) -> str:
    """Return the size of the queue and its limit `budget` as text: `queue 63 of 60`. Return "" if `budget` is None."""
    return "" if budget is None else f"queue {queued:,} of {budget:,}"


def end_text(to_remember: int, queued: int, review_key: str, queue_key: str) -> str:
    """Return the text for an empty inbox with the next task: `inbox empty · v reviews 6 cards, about 3 minutes`.

    `to_remember` is the number of cards to review today, and `queued` the number of queued papers. `review_key` and
    `queue_key` are the labels of the keys that open the review and the queue, or "" for no key.
    """
    if to_remember:
        minutes = max(1, round(to_remember * _SECONDS_A_CARD / 60))
        cards, time = counted(to_remember, "card"), f"about {counted(minutes, 'minute')}"
        return f"inbox empty · {f'{review_key} reviews {cards}' if review_key else f'{cards} to review'}, {time}"
    if queued:
        return f"inbox empty · {f'{queue_key} shows the ' if queue_key else ''}queue ({counted(queued, 'paper')})"
    return "inbox empty"
