"""The entry of a feed of any format, and its conversion to a paper."""

from datetime import date
from typing import NamedTuple

from readq.feeds.syndication.written_dates import WrittenDate
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in, is_safe_link, normal_url
from readq.model.values import Appearance, Author, Trust
from readq.text import join_lines, one_line

_FIRST_YEAR = 1990
# Some feeds contain whole articles; an abstract is shorter than this, in characters.
_MAX_ABSTRACT = 10_000
_MAX_TITLE = 1_000
_MAX_AUTHORS = 10_000
_MAX_NAME = 2_048


class Entry(NamedTuple):
    """An entry of a feed. Its fields are text without markup, not yet cleaned. A missing field is empty or None."""

    id: str = ""
    """The id of the entry: its `id` in Atom or JSON Feed, its `guid` in RSS."""
    link: str = ""
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    date: WrittenDate | None = None
    """The publication date."""
    identifiers: tuple[str, ...] = ()
    """DOIs, arXiv ids and other identifiers, in any spelling."""
    venue: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """Pairs of the name and the value of a BibTeX field, such as the volume."""


def paper_of(
    entry: Entry, where: str, rank: int, today: date, *, has_own_link: bool, keep_fragment: bool = False
) -> FetchedPaper:
    """Convert an entry to a paper. The entry must have a title. `where` names the entry in messages.

    `rank` is the position in the feed, from 1. If `has_own_link` is True, no other entry has the same link, and the
    link becomes an identifier of the paper. `keep_fragment` must be True if the link of another entry differs only
    in the part after `#`. The identifier then keeps this part.

    A date before 1990 or after next year is ignored. A date in the future is the date of an issue that is not out yet.
    So it says nothing of the day of appearance, which is then None.
    """
    written = entry.date if entry.date and _FIRST_YEAR <= entry.date.year <= today.year + 1 else None
    day = written.full if written else None
    month = written.bibtex_month if written and not day else ""
    fields = (*entry.fields, ("month", month)) if month else entry.fields
    return FetchedPaper(
        title=_shortened(one_line(entry.title), _MAX_TITLE),
        trust=Trust.SYNDICATION,
        where=where,
        abstract=_shortened(join_lines(entry.abstract.replace("\t", " ")), _MAX_ABSTRACT) or None,
        authors=tuple(Author(name) for name in entry.authors[:_MAX_AUTHORS] if name),
        published=day.isoformat() if day else None,
        year=written.year if written else None,
        venue=entry.venue,
        url=entry.link if is_safe_link(entry.link) else None,
        identifiers=_identifiers(entry, has_own_link=has_own_link, keep_fragment=keep_fragment),
        entry_type=_entry_type(entry.venue) if fields else None,
        fields=fields,
        appearance=Appearance(day=day.isoformat() if day and day <= today else None, rank=rank),
        name=_name(entry, has_own_link=has_own_link),
    )


def _entry_type(venue: str | None) -> str:
    if venue is None:
        return "misc"
    return "inproceedings" if venue.startswith(("Proceedings", "Findings")) else "article"


def _name(entry: Entry, *, has_own_link: bool) -> str | None:
    """Return the id of the entry in its feed. If it has none, return its link."""
    name = one_line(entry.id) or (one_line(entry.link) if has_own_link else "")
    return normal_url(name, keep_fragment=True) or name[:_MAX_NAME] or None


def _identifiers(entry: Entry, *, has_own_link: bool, keep_fragment: bool) -> tuple[tuple[str, str], ...]:
    """Return the first identifier of each scheme, because several arXiv ids in an entry are those of several papers."""
    found: dict[str, str] = {}
    spellings = [*entry.identifiers, entry.link, entry.id] if has_own_link else [*entry.identifiers, entry.id]
    for text in spellings:
        for scheme, value in identifiers_in(text):
            if scheme != "url":
                found.setdefault(scheme, value)
    if has_own_link:
        found |= {scheme: value for scheme, value in identifiers_in(entry.link) if scheme == "url"}
        if "url" in found and keep_fragment:
            found["url"] = normal_url(entry.link, keep_fragment=True) or found["url"]
    return tuple(found.items())


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
