"""Choose and order the cards of a review session, and describe how many wait."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from math import ceil
from typing import NamedTuple

from readq.text import counted

_WEEK = 7
_MONTH = 30.4


class QueueCard(NamedTuple):
    """A due card. `is_new` tells whether it was never rated. Cards with a higher `priority` are asked first."""

    card_id: int
    paper_id: int
    due: str
    is_new: bool
    priority: int = 0


class Answered(NamedTuple):
    """The reviews that were done earlier on the same day. `papers` are the ids of the papers that were asked.

    `new` is the number of cards that were rated for the first time, `known` the number of all other cards.
    """

    papers: Collection[int] = ()
    new: int = 0
    known: int = 0


class DayCount(NamedTuple):
    """Two numbers of cards: `today` are the cards still to ask today, `due` are all due cards."""

    today: int
    due: int

    def __str__(self) -> str:
        """Return the count as all screens show it: `today 5 of 390`."""
        return f"today {self.today:,} of {self.due:,}"


def count_day(due: int, papers: int, answered: int, a_day: int) -> DayCount:
    """Return the number of cards still to ask on a day, with the number of due cards.

    `due` is the number of cards that are due now, and `answered` the number of cards that were answered on the day.
    `papers` is the number of papers with a due card and without an answer on the day; each can be asked once. `a_day`
    is the maximum number of cards on a day.
    """
    return DayCount(min(max(0, a_day - answered), papers), due)


def backlog_text(waiting: int, a_day: int) -> str:
    """Return a text that says how many cards wait, and how long they take: `385 wait, about 11 weeks at 5 a day`.

    `a_day` is the number of cards a day. If it is 0, return the number of cards only. Return "" if no card waits.
    """
    if not waiting:
        return ""
    wait = f"{waiting:,} {'waits' if waiting == 1 else 'wait'}"
    if not a_day:
        return wait
    days = ceil(waiting / a_day)
    if days == 1:
        return f"{wait} for tomorrow"
    return f"{wait}, about {span_text(days)} at {a_day:,} a day"


def span_text(days: int) -> str:
    """Return a number of days in words: `1 day`, `11 weeks`, `9 months`, `1.1 years`."""
    if days <= 2 * _WEEK:
        return counted(days, "day")
    if days < 6 * _MONTH:
        return f"{round(days / _WEEK)} weeks"
    return f"{round(days / _MONTH)} months" if days < 365 else f"{days / 365:.1f} years"


class Rest(NamedTuple):
    """The new and the known cards of one priority, as iterators. In each, the longest overdue card comes first.

    The cards are iterators so that only the cards that are asked are read, and not thousands.
    """

    new: Iterator[QueueCard]
    known: Iterator[QueueCard]


def build_queue(
    cards: Sequence[QueueCard], *, today: str, limit: int, answered: Answered | None = None, rest: Rest | None = None
) -> list[QueueCard]:
    """Return at most `limit` of the due cards `cards`, in the order in which to ask them. Highest priority comes first.

    Among cards of equal priority, new cards alternate with known cards, so that neither kind waits for ever. Within a
    kind, the longest overdue card comes first. At most one card of a paper is chosen, because one card gives away the
    answers to the others. `today` is an ISO day. Whether a new or a known card comes first alternates from day to day.
    Cards of papers in `answered` are left out. The cards of `rest` come after all of `cards`.
    """
    before = answered or Answered()
    papers = set(before.papers)
    counts = {True: before.new, False: before.known}
    new_begins = date.fromisoformat(today).toordinal() % 2 == 0
    chosen: list[QueueCard] = []
    bands: list[Rest] = []
    for priority in sorted({card.priority for card in cards}, reverse=True):
        of_band = [card for card in cards if card.priority == priority]
        new, known = (iter(sorted((c for c in of_band if c.is_new == is_new), key=_order)) for is_new in (True, False))
        bands.append(Rest(new, known))
    for band in (*bands, rest or Rest(iter(()), iter(()))):
        waiting = {True: band.new, False: band.known}
        while len(chosen) < limit:
            is_new = counts[True] < counts[False] or (counts[True] == counts[False] and new_begins)
            card = next(waiting[is_new], None) or next(waiting[not is_new], None)
            if card is None:
                break
            if card.paper_id not in papers:
                papers.add(card.paper_id)
                counts[card.is_new] += 1
                chosen.append(card)
    return chosen


def _order(card: QueueCard) -> tuple[str, int]:
    return (card.due, card.card_id)
