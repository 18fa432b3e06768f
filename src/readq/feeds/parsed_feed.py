"""What every reader of a feed hands on, and what they share."""

import datetime
import functools
from typing import NamedTuple

from readq.model.values import FetchedPaper, Rejected
from readq.text import prose

# SQLite's integers end at 2^63, a paper's votes long before.
_MAX_COUNT = 1_000_000_000
_YEARS = range(1900, 2101)


class ParsedFeed(NamedTuple):
    """One input, read: its papers in their order, the parts that could not be taken, and its usual feed name.

    No papers but something rejected means that nothing could be read; neither is an empty feed, which is fine.
    `revisions` are new versions of papers that were shown long ago: they tell of papers that the library has, and are
    never taken in as new.
    """

    papers: list[FetchedPaper]
    rejected: list[Rejected]
    feed: str | None = None
    revisions: tuple[FetchedPaper, ...] = ()


def day_of(instant: object) -> str | None:
    """The ISO date that an ISO 8601 instant starts with; None for anything else, and outside 1900-2100."""
    return _checked_day(instant[:10]) if isinstance(instant, str) else None


@functools.lru_cache(maxsize=1024)
def _checked_day(text: str) -> str | None:
    # A feed has thousands of instants on few days.
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day.isoformat() if day.year in _YEARS else None


def count_of(value: object) -> int | None:
    """A count of votes, comments or places; None for what is no such number."""
    return value if type(value) is int and 0 <= value <= _MAX_COUNT else None


def abstract_of(text: object) -> str | None:
    """An abstract as arXiv writes it, cleaned: folded lines are joined, an indented line begins a paragraph."""
    if not isinstance(text, str):
        return None
    return prose(text.strip().replace("\n  ", "\n\n")) or None
