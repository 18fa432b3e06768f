"""Choose and order the cards of a review session, and describe how many cards wait."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from math import ceil
from typing import NamedTuple

from readq.text import counted

_WEEK = 7
_MONTH = 30.4


class QueueCard(NamedTuple):
    """A due card."""

    card_id: int
    paper_id: int
    due: str
    """The due day, as an ISO day."""
    is_new: bool
    """Whether the card was never rated."""
    priority: int = 0
    """The priority of the card. Cards with a higher priority are asked first."""


class Answered(NamedTuple):
    """The reviews of the current day so far."""

    papers: Collection[int] = ()
    """The ids of the papers whose cards were asked."""
    new: int = 0
    """The number of cards that were rated for the first time."""
    known: int = 0
    """The number of rated cards that `new` does not count."""


class DayCount(NamedTuple):
    """Two numbers of cards. `today` is the number of cards still to ask today, `due` the number of all due cards."""

    today: int
    due: int

    def __str__(self) -> str:
        """Return the count as all screens show it: `today 5 of 390`."""
        return f"today {self.today:,} of {self.due:,}"


def count_day(due: int, papers: int, answered: int, a_day: int) -> DayCount:
    """Return the number of cards still to ask on a day, together with the number of due cards.

    `due` is the number of cards that are due now. `papers` is the number of papers that have a due card and no answer
    on the day. A paper counts once, because only one card of a paper is asked on a day. `answered` is the number of
    cards that were answered on the day, and `a_day` the maximum number of cards to ask on a day.
    """
    return DayCount(min(max(0, a_day - answered), papers), due)


def backlog_text(waiting: int, a_day: int) -> str:
    """Return a text that says how many cards wait, and how long they will take: `385 wait, about 11 weeks at 5 a day`.

    `a_day` is the number of cards per day. If one day is enough for all cards, the text is `3 wait for tomorrow`. If
    `a_day` is 0, the text says only how many cards wait. Return "" if no card waits.
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
    """Return a number of days in words, in the largest unit that suits it.

    Examples are `1 day`, `11 weeks`, `9 months` and `1.1 years`.
    """
    if days <= 2 * _WEEK:
        return counted(days, "day")
    if days < 6 * _MONTH:
        return f"{round(days / _WEEK)} weeks"
    return f"{round(days / _MONTH)} months" if days < 365 else f"{days / 365:.1f} years"


class Rest(NamedTuple):
    """Further due cards, all of the same priority, which come after the cards that the caller has in a list.

    There are many of them, so the iterators may read each card from the library when it is needed.
    """

    new: Iterator[QueueCard]
    """The cards that were never rated, the longest overdue first."""
    known: Iterator[QueueCard]
    """The cards that were rated before, the longest overdue first."""


def build_queue(
    cards: Sequence[QueueCard], *, today: str, limit: int, answered: Answered | None = None, rest: Rest | None = None
) -> list[QueueCard]:
    """Return at most `limit` due cards in the order in which to ask them. Cards with the highest priority come first.

    Among cards of equal priority, new cards (never rated) alternate with known cards, so that neither kind waits for
    ever. Which kind comes first alternates from day to day. Within a kind, the longest overdue card comes first. At
    most one card of a paper is chosen, because one card gives away the answers to the paper's other cards. `today` is
    an ISO day. `answered` are the reviews that were done earlier today: cards of their papers are left out. The cards
    of `rest` come after all of `cards`.
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
