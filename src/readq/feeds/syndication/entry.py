"""An entry of somebody's feed, whatever form it had, and the paper that it tells of."""

from datetime import date
from typing import NamedTuple

from readq.model.identifiers import identifiers_in, is_safe_link, normal_url
from readq.model.values import Appearance, Author, FetchedPaper, Trust
from readq.text import one_line, prose

_FIRST_YEAR = 1990
# Whole articles are published in feeds; an abstract is shorter than this.
_LONGEST_ABSTRACT = 10_000
_LONGEST_TITLE = 1_000
_MOST_AUTHORS = 10_000


class Entry(NamedTuple):
    """Text without markup, not yet cleaned; empty where there is none. `identifiers` are spellings of any kind."""

    id: str = ""
    link: str = ""
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    day: date | None = None
    identifiers: tuple[str, ...] = ()
    venue: str | None = None


def paper_of(entry: Entry, where: str, rank: int, today: date, *, has_own_link: bool) -> FetchedPaper:
    """The paper of an entry that has a title. Its link is an identifier only if it is its own.

    Days before 1990 or after next year are nobody's; an entry dated ahead is seen today.
    """
    day = entry.day if entry.day and _FIRST_YEAR <= entry.day.year <= today.year + 1 else None
    return FetchedPaper(
        title=_shortened(one_line(entry.title), _LONGEST_TITLE),
        trust=Trust.SYNDICATION,
        where=where,
        abstract=_shortened(prose(entry.abstract.replace("\t", " ")), _LONGEST_ABSTRACT) or None,
        authors=tuple(Author(name) for name in entry.authors[:_MOST_AUTHORS] if name),
        published=day.isoformat() if day else None,
        venue=entry.venue,
        url=entry.link if is_safe_link(entry.link) else None,
        identifiers=_identifiers(entry, has_own_link=has_own_link),
        appearance=Appearance(day=min(day, today).isoformat() if day else None, rank=rank),
    )


def _identifiers(entry: Entry, *, has_own_link: bool) -> tuple[tuple[str, str], ...]:
    """What names the paper: of each scheme the first, for two arXiv ids or DOIs would be two papers."""
    found: dict[str, str] = {}
    spellings = [*entry.identifiers, entry.link, entry.id] if has_own_link else [*entry.identifiers, entry.id]
    for text in spellings:
        for scheme, value in identifiers_in(text):
            if scheme != "url":
                found.setdefault(scheme, value)
    if has_own_link and (url := normal_url(entry.link)) and identifiers_in(entry.link) == (("url", url),):
        found["url"] = url
    return tuple(found.items())


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
