"""Parse any RSS 0.9x, 1.0 and 2.0, Atom or JSON feed into papers.

Feeds of publishers contain mistakes. So only http and https links and plausible dates are kept. A link that several
entries have is not used as an identifier.
"""

import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.syndication import json_feed
from readq.feeds.syndication.author_names import split_names
from readq.feeds.syndication.document import Document, load_document
from readq.feeds.syndication.entry import Entry, paper_of
from readq.feeds.syndication.html_text import text_of_html
from readq.feeds.syndication.journal_text import JournalText, dblp_title, journal_text
from readq.feeds.syndication.written_dates import WrittenDate, written_date
from readq.feeds.syndication.xml_limits import MAX_ENTRIES
from readq.formats.jats_text import plain_title
from readq.formats.record_values import bibtex_fields, page_range
from readq.model.values import LeftOut, Rejected
from readq.text import one_line

_Object = Mapping[str, Any]

# Fields besides link and id in which publishers put a DOI or another identifier.
_IDENTIFIER_FIELDS = ("prism_doi", "dc_identifier", "arxiv_doi", "doi")
_HTML = ("text/html", "application/xhtml+xml")
_MARKUP = re.compile(r"<((?:mml:)?math)(?:\s[^<>]*)?>.*?</\1>|<br\s*/?>", re.DOTALL | re.IGNORECASE)
# End tags with which publishers mark up titles in feeds.
_JATS = re.compile(r"</(?:(?:jats|mml|m):[a-z]|(?:tex-math|inline-formula|named-content)\b)", re.IGNORECASE)
_UNRESOLVED = re.compile(r"(?:&[A-Za-z_:][\w:.-]*;\s*)+")
"""A pattern for a title that consists only of references to undeclared entities. Such a title counts as missing."""

_AFFILIATION = re.compile(r"(?i)<sup>[^<]{0,100}</sup>")
# What WordPress appends to the text of each entry.
_FOOTER = re.compile(r"(?<!\s)\s*+The post [^\n]{1,500} (?:appeared first on|first appeared on) [^\n]{1,200}\s*\Z")

_MAX_FEED_TITLE = 80


class SyndicatedFeed(NamedTuple):
    """The result of parsing a feed: its papers and its title. `complete` is False if the end of the feed is missing.

    `title` is None if the feed has no title.
    """

    parsed: ParsedFeed
    title: str | None
    complete: bool = True


def parse(body: bytes, *, today: date, url: str | None = None, content_type: str = "") -> SyndicatedFeed:
    """Parse an RSS, Atom or JSON feed into papers, in the order of the feed. Entries without a title are rejected.

    Relative links are resolved against `url`, the URL of the feed. `content_type` is the Content-Type header of the
    response. A paper with a date later than `today` has no day of appearance. Raises ReadqError if `body` is not a
    feed. The message tells what `body` is instead, such as a web page.

    If several entries have the same id, only the last of them is kept. But if these entries have different titles and
    different links, the id is ignored, and all of them are kept.
    """
    if json_feed.is_json(body):
        title, entries = json_feed.parse(body, url=url)
        return _syndicated(title, entries, today)
    return parse_document(load_document(body, url=url, content_type=content_type), today=today)


def parse_document(document: Document, *, today: date) -> SyndicatedFeed:
    """Convert `document`, a feed that `load_document` has parsed, to papers. Entries without a title are rejected.

    A paper with a date later than `today` has no day of appearance.
    """
    title = _text(document.feed, "title")
    is_dblp = title.lower().startswith("dblp")
    entries = [_entry(entry, is_dblp=is_dblp) for entry in document.entries[: MAX_ENTRIES + 1]]
    # The feed's home page, and the feed's own address, which an empty link resolves to.
    feed_links = {link for link in (document.feed.get("link"), document.url) if isinstance(link, str)}
    return _syndicated(title, entries, today, feed_links)._replace(complete=document.complete)


def _syndicated(
    title: str, entries: Sequence[Entry | None], today: date, feed_links: Collection[str] = ()
) -> SyndicatedFeed:
    """Convert entries to papers. An entry None is an item that is no entry. Entries are numbered in the given order."""
    rejected: list[Rejected] = []
    if len(entries) > MAX_ENTRIES:
        rejected.append(Rejected("the feed", f"more than {MAX_ENTRIES:,} entries: the others were left out"))
    titled: dict[int, Entry] = {}
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
        if entry is None:
            rejected.append(Rejected(f"entry {number}", "not an object with the fields of a paper"))
        elif not entry.title or _UNRESOLVED.fullmatch(entry.title):
            rejected.append(Rejected(f"entry {number}", "no title"))
        else:
            titled[number] = entry
    kept, left_out = _without_duplicates(_without_shared_ids(titled))
    links = Counter(entry.link for _, entry in kept if entry.link)
    shared = {link for link, count in links.items() if count > 1}.union(feed_links)
    pages = Counter(link.partition("#")[0] for link in links)
    papers = [
        paper_of(
            entry,
            f"entry {number}",
            rank,
            today,
            has_own_link=entry.link not in shared,
            keep_fragment=pages[entry.link.partition("#")[0]] > 1,
        )
        for rank, (number, entry) in enumerate(kept, start=1)
    ]
    parsed = ParsedFeed(papers, rejected, left_out=left_out)
    return SyndicatedFeed(parsed, one_line(title)[:_MAX_FEED_TITLE].strip() or None)


def _without_shared_ids(entries: Mapping[int, Entry]) -> dict[int, Entry]:
    """Remove ids that several entries with different titles and links have: such an id identifies none of them."""
    bearers: dict[str, set[tuple[str, str]]] = {}
    for entry in entries.values():
        bearers.setdefault(entry.id, set()).add((entry.title, entry.link))
    shared = {
        name
        for name, items in bearers.items()
        if len({title for title, _ in items}) > 1 and len({link for _, link in items}) > 1
    }
    return {number: entry._replace(id="") if entry.id in shared else entry for number, entry in entries.items()}


def _without_duplicates(entries: Mapping[int, Entry]) -> tuple[list[tuple[int, Entry]], tuple[LeftOut, ...]]:
    """Return the entries without duplicates, with their numbers. Return also the entries left out.

    Duplicates are entries with the same id. If they have no id, they are entries with the same link and title. The last
    of them is kept, at the position of the first.
    """
    last: dict[object, int] = {}
    for number, entry in entries.items():
        last[entry.id or (entry.link, entry.title)] = number
    left_out: list[LeftOut] = []
    for number, entry in entries.items():
        if (kept := last[entry.id or (entry.link, entry.title)]) != number:
            what = "id" if entry.id else "link and title"
            left_out.append(LeftOut(f"entry {number}", f"entry {kept} has the same {what}"))
    return [(number, entries[number]) for number in last.values()], tuple(left_out)


def _entry(raw: _Object, *, is_dblp: bool = False) -> Entry:
    link = raw.get("link")
    link = link.strip() if isinstance(link, str) else ""
    journal = journal_text(_abstract(raw))
    authors, title = tuple(_authors(raw.get("authors"))), one_line(_title(raw))
    if is_dblp and not authors:
        authors, title = dblp_title(title)
    return Entry(
        id=_string(raw.get("id")),
        link=link,
        title=title,
        abstract=journal.abstract,
        authors=authors or journal.authors,
        date=_date(raw, journal.date),
        identifiers=(*(text for name in _IDENTIFIER_FIELDS if (text := _string(raw.get(name)))), journal.doi),
        venue=one_line(_string(raw.get("prism_publicationname"))) or journal.venue or _venue_of_site(link),
        fields=_fields(raw, journal),
    )


def _venue_of_site(link: str) -> str | None:
    """Return the journal of a site that publishes one journal and does not name it in its entries."""
    return "Journal of Machine Learning Research" if re.match(r"https?://(?:www\.)?jmlr\.org/papers/v", link) else None


def _fields(raw: _Object, journal: JournalText) -> tuple[tuple[str, str], ...]:
    """Return volume, number and pages. They come from PRISM or IEEE elements, or else from the text."""
    first, last = _first(raw, "prism_startingpage", "startpage"), _first(raw, "prism_endingpage", "endpage")
    return bibtex_fields(
        volume=_first(raw, "prism_volume", "volume") or journal.volume,
        number=_first(raw, "prism_number", "issue") or journal.number,
        pages=page_range(first, last) or journal.pages,
    )


def _first(raw: _Object, *names: str) -> str:
    return next((text for name in names if (text := one_line(_string(raw.get(name))))), "")


def _date(raw: _Object, journal: WrittenDate | None) -> WrittenDate | None:
    """Return the date of publication as it is written. If there is none, return the date of an update.

    If several dates have the same year, the most precise is returned.
    """
    names = ("published", "prism_publicationdate", "pubyear")
    dates = [one for name in names if (one := written_date(_string(raw.get(name))))]
    dates = dates or ([journal] if journal else [])
    if not dates:
        return written_date(_string(raw.get("updated"))) or _parsed_date(raw)
    alike = [one for one in dates if one.year == dates[0].year]
    return max(alike, key=lambda one: (one.month is not None) + (one.day is not None))


def _parsed_date(raw: _Object) -> WrittenDate | None:
    """Return the date that feedparser reads in a form that readq does not know.

    feedparser puts the present month and the first day in place of parts that it does not understand. So if the text
    does not have these numbers, return only the year.
    """
    name = "published" if raw.get("published_parsed") else "updated"
    parsed, text = raw.get(f"{name}_parsed"), _string(raw.get(name))
    if not isinstance(parsed, time.struct_time):
        return None
    numbers = set(map(int, re.findall(r"\d{1,4}", text)))
    has_month = parsed.tm_mon in numbers or not text[:1].isdigit()
    is_whole = re.match(r"\d{8}", text) or (parsed.tm_mday in numbers and has_month)
    return WrittenDate(*parsed[:3]) if is_whole else WrittenDate(parsed.tm_year)


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _title(raw: _Object) -> str:
    title = _string(raw.get("title"))
    return plain_title(title) if _JATS.search(title) else _text(raw, "title")


def _text(raw: _Object, key: str) -> str:
    """Return a field as text.

    It is read as HTML if the feed declares that type, or if it contains a formula in MathML or a line break.
    """
    detail = raw.get(f"{key}_detail")
    value = raw.get(key)
    if not isinstance(value, str):
        return ""
    kind = detail.get("type") if isinstance(detail, Mapping) else None
    return text_of_html(value) if kind in _HTML or _MARKUP.search(value) else value


def _abstract(raw: _Object) -> str:
    """Return the summary, or the content if there is no summary or if the summary is truncated."""
    # Without a summary feedparser repeats the content in its place, without its type.
    summary = _FOOTER.sub("", _text(raw, "summary")) if "summary_detail" in raw else ""
    contents = raw.get("content")
    content = ""
    for part in contents if isinstance(contents, list) else ():
        # An Atom entry may contain a file, such as a PDF or an image.
        is_text = isinstance(part, Mapping) and str(part.get("type")).startswith(("text/", "application/xhtml"))
        if is_text and isinstance(value := part.get("value"), str):
            content = _FOOTER.sub("", text_of_html(value) if part.get("type") in _HTML else value)
            break
    is_truncated = summary.rstrip().removesuffix("]").rstrip().endswith(("…", "..."))
    return content if content and (not summary.strip() or is_truncated) else summary


def _authors(raw: object) -> Iterable[str]:
    # IEEE has an element of this name, with names in one string.
    if isinstance(raw, str):
        yield from split_names(text_of_html(raw))
    for author in raw if isinstance(raw, list) else ():
        name = author.get("name") if isinstance(author, Mapping) else None
        if isinstance(name, str):
            yield from split_names(text_of_html(_AFFILIATION.sub("", name)))
