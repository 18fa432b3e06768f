"""The result of parsing a feed, and conversions that several parsers share."""

import datetime
import functools
from typing import NamedTuple

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Rejected
from readq.text import join_lines

# Larger counts are errors, and SQLite stores integers up to 2^63 only.
_MAX_COUNT = 1_000_000_000
_YEARS = range(1900, 2101)


class ParsedFeed(NamedTuple):
    """The papers of a feed in its order, the entries that were rejected, and the default name of the feed.

    Without papers and rejected entries the feed was empty. `revisions` are new versions of papers that were announced
    before: they update papers of the library and are never added.
    """

    papers: list[FetchedPaper]
    rejected: list[Rejected]
    feed: str | None = None
    revisions: tuple[FetchedPaper, ...] = ()


def day_of(instant: object) -> str | None:
    """Return the ISO date at the start of an ISO 8601 instant; None for anything else and outside 1900 to 2100."""
    return _checked_day(instant[:10]) if isinstance(instant, str) else None


@functools.lru_cache(maxsize=1024)
def _checked_day(text: str) -> str | None:
    # Cached, since a feed has thousands of instants on few days.
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day.isoformat() if day.year in _YEARS else None


def count_of(value: object) -> int | None:
    """Return a non-negative integer such as a number of votes, or None for any other value."""
    return value if type(value) is int and 0 <= value <= _MAX_COUNT else None


def abstract_of(text: object) -> str | None:
    """Clean an abstract in arXiv's format: folded lines are joined, an indented line starts a paragraph."""
    if not isinstance(text, str):
        return None
    return join_lines(text.strip().replace("\n  ", "\n\n")) or None
