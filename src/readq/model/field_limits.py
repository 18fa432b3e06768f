"""Remove or shorten values that the library cannot store. So a paper with one bad value can still be imported."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from readq.model.fetched_paper import FetchedPaper
from readq.model.fields.paper_fields import FIELDS, Kind
from readq.model.identifiers import safe_link
from readq.text import quoted

_CUT = ("abstract", "venue")
_LONGEST_TEXT = 1_000_000
"""The maximum length, in characters, of a note or of one field of a BibTeX entry.

Longer texts cannot be stored in a dump, the text form of a library.
"""
_LONGEST_KEY = 200
_TEXTS = tuple(
    (name, rule.longest or _LONGEST_TEXT) for name, rule in FIELDS.items() if rule.kind is Kind.TEXT and name != "title"
)
_LINKS = tuple((name, rule.longest or _LONGEST_TEXT) for name, rule in FIELDS.items() if rule.kind is Kind.LINK)
"""The names of the fields with text and with links, each with the maximum length in characters."""
_LISTS = (("tags", "tag", 200), ("former_keys", "former citation key", _LONGEST_KEY))
_COUNTS = ("rank", "upvotes", "comments")
_LARGEST_COUNT = 1_000_000_000
_VERSIONS = range(1, 1_000_001)
_YEARS = range(1000, 10_000)


def within_limits(paper: FetchedPaper) -> tuple[FetchedPaper, tuple[str, ...]]:
    """Return the paper with only values that the library can store, and a message for each value that was changed.

    An abstract, venue or note that is too long is cut. Other values that cannot be stored are removed, and so are
    authors without a name. The title is not changed. A URL that is unsafe to open, such as `javascript:…`, is removed
    without a message, because many feeds contain such URLs.
    """
    changes: dict[str, Any] = {}
    messages: list[str] = []
    for name, value, problem in _problems(paper):
        changes[name] = value
        if problem:
            messages.append(f"{paper.where}: {problem}" if paper.where else problem)
    return (replace(paper, **changes) if changes else paper), tuple(messages)


def _problems(paper: FetchedPaper) -> Iterator[tuple[str, object, str]]:
    """Yield (name, new value, message) for each field with an invalid value. The message may be empty."""
    for name, limit in _TEXTS:
        value = getattr(paper, name)
        if value and len(value) > limit:
            is_cut = name in _CUT
            outcome = "cut at" if is_cut else "left out, it is longer than"
            yield name, value[:limit].rstrip() if is_cut else None, f"{name} {outcome} {limit:,} characters"
    for name, limit in _LINKS:
        value = getattr(paper, name)
        if value and (link := safe_link(value)) != value:
            yield name, link, f"{name} left out, it is longer than {limit:,} characters" if len(value) > limit else ""
    if paper.year is not None and paper.year not in _YEARS:
        yield "year", None, f"year left out, {_shown(paper.year)} is not between 1000 and 9999"
    if paper.published is not None and not is_day(paper.published):
        yield "published", None, f"date left out, {quoted(paper.published)} is not in the calendar"
    if not all(author.name for author in paper.authors):
        yield "authors", tuple(author for author in paper.authors if author.name), "an author without a name left out"
    if paper.note and len(paper.note) > _LONGEST_TEXT:
        yield "note", paper.note[:_LONGEST_TEXT].rstrip(), f"note cut at {_LONGEST_TEXT:,} characters"
    if paper.key and len(paper.key) > _LONGEST_KEY:
        yield "key", None, f"citation key left out, it is longer than {_LONGEST_KEY:,} characters"
    yield from _problems_of_lists(paper)
    yield from _problems_of_numbers(paper)
    if long := [name for name, value in paper.fields if len(value) > _LONGEST_TEXT]:
        kept = tuple((name, value) for name, value in paper.fields if name not in long)
        yield "fields", kept, f"{', '.join(long)} left out of the entry, longer than {_LONGEST_TEXT:,} characters"


def _problems_of_lists(paper: FetchedPaper) -> Iterator[tuple[str, object, str]]:
    for name, noun, limit in _LISTS:
        values: tuple[str, ...] = getattr(paper, name)
        if any(len(value) > limit for value in values):
            kept = tuple(value for value in values if len(value) <= limit)
            yield name, kept, f"{noun} left out, it is longer than {limit:,} characters"


def _problems_of_numbers(paper: FetchedPaper) -> Iterator[tuple[str, object, str]]:
    if paper.version is not None and paper.version not in _VERSIONS:
        yield "version", None, f"version left out, {_shown(paper.version)} is no number of a version"
    if (seen := paper.appearance) is None:
        return
    wrong = [name for name in _COUNTS if (count := getattr(seen, name)) is not None and abs(count) > _LARGEST_COUNT]
    if seen.rank is not None and seen.rank < 0:
        wrong.append("rank")
    if seen.submitted_by and len(seen.submitted_by) > _LONGEST_KEY:
        wrong.append("submitted_by")
    if wrong:
        yield "appearance", seen._replace(**dict.fromkeys(wrong)), f"{', '.join(wrong)} left out, out of all bounds"


def _shown(number: int) -> str:
    # Python refuses to print a number of thousands of digits.
    return str(number) if abs(number) <= _LARGEST_COUNT else "a huge number"


def is_day(text: str) -> bool:
    """Return whether `text` is an ISO date from the year 1000 to 9999, such as `2026-11-23`."""
    try:
        return date.fromisoformat(text).isoformat() == text and int(text[:4]) in _YEARS
    except ValueError:
        return False
