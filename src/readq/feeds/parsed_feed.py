"""The result of parsing a feed, and conversions of values that several parsers need."""

import datetime
import functools
from typing import NamedTuple

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import LeftOut, Rejected
from readq.text import join_lines

# Larger counts are errors, and SQLite stores integers up to 2^63 only.
_MAX_COUNT = 1_000_000_000
_YEARS = range(1900, 2101)


class ParsedFeed(NamedTuple):
    """The content of a feed."""

    papers: list[FetchedPaper]
    """The papers, in the order of the feed."""
    rejected: list[Rejected]
    """The entries that could not be read as papers."""
    feed: str | None = None
    """The default name of the feed, or None if the content states no name."""
    revisions: tuple[FetchedPaper, ...] = ()
    """New versions of papers that the feed announced earlier.

    They update papers of the library, and are not added as new papers.
    """
    left_out: tuple[LeftOut, ...] = ()
    """The entries that are not imported although they have no error, such as repeated entries."""


def day_of(instant: object) -> str | None:
    """Return the date at the beginning of an ISO 8601 date or time, such as `2026-11-23`.

    Return None for any other value, and for a year before 1900 or after 2100.
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
    """Return `value` if it is an integer from 0 to 1,000,000,000, such as a number of votes. Otherwise return None."""
    return value if type(value) is int and 0 <= value <= _MAX_COUNT else None


def abstract_of(text: object) -> str | None:
    """Clean an abstract in arXiv's format and join its wrapped lines. An indented line starts a new paragraph.

    Return None if the abstract is empty or is not a string.
    """
    if not isinstance(text, str):
        return None
    return join_lines(text.strip().replace("\n  ", "\n\n")) or None
