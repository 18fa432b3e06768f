"""The result of parsing a feed, and conversions of values that several parsers use."""

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
    """The content of a feed: its papers in their order, and the entries that were rejected.

    If there are neither papers nor rejected entries, the feed was empty.

    `feed` is the default name of the feed, if the content tells it. `revisions` are new versions of papers that the
    feed announced earlier: they only update papers that are in the library.
    """

    papers: list[FetchedPaper]
    rejected: list[Rejected]
    feed: str | None = None
    revisions: tuple[FetchedPaper, ...] = ()


def day_of(instant: object) -> str | None:
    """Return the date (`2026-11-23`) at the start of an ISO 8601 date or time.

    Return None for any other value, and for years before 1900 or after 2100.
    """
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
    """Return `value` if it is a non-negative integer, such as a number of votes, else None."""
    return value if type(value) is int and 0 <= value <= _MAX_COUNT else None


def abstract_of(text: object) -> str | None:
    """Clean an abstract in arXiv's format and join its wrapped lines. An indented line starts a new paragraph.

    Return None if it is empty or no text.
    """
    if not isinstance(text, str):
        return None
    return join_lines(text.strip().replace("\n  ", "\n\n")) or None
