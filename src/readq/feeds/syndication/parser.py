"""Papers out of any feed that somebody publishes: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed.

Nothing is believed that a feed may get wrong without harm to itself: links must be http(s), dates within reason, an
address that several entries share is nobody's identifier.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.syndication import json_feed
from readq.feeds.syndication.author_names import split_names
from readq.feeds.syndication.document import Document, load
from readq.feeds.syndication.entry import Entry, paper_of
from readq.feeds.syndication.html_text import text_of_html
from readq.feeds.syndication.xml_limits import MOST_ENTRIES
from readq.model.values import Rejected
from readq.text import one_line

_Object = Mapping[str, Any]

# Where publishers put a DOI or the like, next to the link and the id.
_IDENTIFIER_FIELDS = ("prism_doi", "dc_identifier", "arxiv_doi", "doi")
_HTML = ("text/html", "application/xhtml+xml")
_LONGEST_TITLE_OF_FEED = 80


class SyndicatedFeed(NamedTuple):
    """A feed, read: its own title, and whether its end was there."""

    parsed: ParsedFeed
    title: str | None
    complete: bool = True


def parse(body: bytes, *, today: date, url: str | None = None, content_type: str = "") -> SyndicatedFeed:
    """The papers of a feed in its order; entries without a title are rejected by their number.

    Of entries that bear one id the last counts. Raises ReadqError, with what it is instead, for what is no feed.
    """
    if json_feed.is_json(body):
        title, entries = json_feed.read(body)
        return _syndicated(title, entries, today)
    return read(load(body, url=url, content_type=content_type), today=today)


def read(document: Document, *, today: date) -> SyndicatedFeed:
    """As `parse`, of a feed that is read already."""
    title = _text(document.feed, "title")
    entries = [_entry(entry) for entry in document.entries[: MOST_ENTRIES + 1]]
    # The feed's own page, and the feed itself, to which an empty link leads.
    common = {link for link in (document.feed.get("link"), document.url) if isinstance(link, str)}
    return _syndicated(title, entries, today, common)._replace(complete=document.complete)


def _syndicated(title: str, entries: Sequence[Entry], today: date, common: Collection[str] = ()) -> SyndicatedFeed:
    rejected: list[Rejected] = []
    if len(entries) > MOST_ENTRIES:
        rejected.append(Rejected("the feed", f"more than {MOST_ENTRIES:,} entries: the others were left out"))
        entries = entries[:MOST_ENTRIES]
    entries = _last_of_each(entries)
    links = Counter(entry.link for entry in entries if entry.link)
    shared = {link for link, count in links.items() if count > 1}.union(common)
    papers = []
    for number, entry in enumerate(entries, start=1):
        where = f"entry {number}"
        if not entry.title:
            rejected.append(Rejected(where, "no title"))
        else:
            papers.append(paper_of(entry, where, number, today, has_own_link=entry.link not in shared))
    return SyndicatedFeed(ParsedFeed(papers, rejected), one_line(title)[:_LONGEST_TITLE_OF_FEED].strip() or None)


def _last_of_each(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, of those with one id the last, in the first one's place; without ids, by link and title."""
    found: dict[object, Entry] = {}
    for entry in entries:
        found[entry.id or (entry.link, entry.title)] = entry
    return list(found.values())


def _entry(raw: _Object) -> Entry:
    link = raw.get("link")
    link = link.strip() if isinstance(link, str) else ""
    told = [raw.get(name) for name in _IDENTIFIER_FIELDS]
    published = _day(raw, "published_parsed") or _day(raw, "updated_parsed")
    return Entry(
        id=_string(raw.get("id")),
        link=link,
        title=one_line(_text(raw, "title")),
        abstract=_abstract(raw),
        authors=tuple(_authors(raw.get("authors"))),
        day=published,
        identifiers=tuple(text.strip() for text in told if isinstance(text, str)),
        venue=one_line(_string(raw.get("prism_publicationname"))) or None,
    )


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _text(raw: _Object, key: str) -> str:
    """A title as text: what says that it is HTML is taken for HTML, all else is meant as it stands."""
    detail = raw.get(f"{key}_detail")
    value = raw.get(key)
    if not isinstance(value, str):
        return ""
    kind = detail.get("type") if isinstance(detail, Mapping) else None
    return text_of_html(value) if kind in _HTML else value


def _abstract(raw: _Object) -> str:
    """The summary, or the content where there is none or where the summary only begins it."""
    # Where there is no summary, feedparser repeats the content in its place, without saying what kind of text it is.
    summary = _text(raw, "summary") if "summary_detail" in raw else ""
    contents = raw.get("content")
    content = ""
    for part in contents if isinstance(contents, list) else ():
        if isinstance(part, Mapping) and isinstance(value := part.get("value"), str):
            content = text_of_html(value) if part.get("type") in _HTML else value
            break
    begun = summary.rstrip().removesuffix("]").rstrip().endswith(("…", "..."))
    return content if content and (not summary.strip() or begun) else summary


def _authors(raw: object) -> Iterable[str]:
    for author in raw if isinstance(raw, list) else ():
        name = author.get("name") if isinstance(author, Mapping) else None
        if isinstance(name, str):
            yield from split_names(text_of_html(name))


def _day(raw: _Object, key: str) -> date | None:
    parsed = raw.get(key)
    if not isinstance(parsed, time.struct_time):
        return None
    try:
        return date(*parsed[:3])
    except ValueError:
        return None
