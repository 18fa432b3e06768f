"""Parse JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser does not support."""

import json
from typing import Any
from urllib.parse import urljoin

from readq.errors import ReadqError
from readq.feeds.syndication.document import text_of_bytes
from readq.feeds.syndication.entry import Entry
from readq.feeds.syndication.html_text import text_of_html
from readq.feeds.syndication.written_dates import WrittenDate, written_date
from readq.text import one_line

_Object = dict[str, Any]

_VERSION = "jsonfeed.org/version/"


def is_json(body: bytes) -> bool:
    """Return whether `body` begins like a JSON object or array."""
    return body[:64].lstrip(b"\xef\xbb\xbf\x00\xff\xfe \t\r\n")[:1] in (b"{", b"[")


def parse(body: bytes, *, url: str | None = None) -> tuple[str, list[Entry | None]]:
    """Parse a JSON feed. Return its title and its entries. An item that is not a JSON object becomes None.

    Relative links are resolved against `url`, the URL of the feed, or against the URL that the feed states. The title
    is "" if the feed has none. Raises ReadqError if the JSON is broken or is not a feed.
    """
    try:
        feed = json.loads(text_of_bytes(body))
    except (ValueError, RecursionError) as error:
        raise ReadqError("not a feed: broken JSON") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    version = feed.get("version") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not (version is None or _VERSION in str(version)):
        raise ReadqError("not a feed: JSON, but not a JSON Feed")
    base = url or _string(feed, "feed_url")
    return _string(feed, "title"), [_entry(item, base) if isinstance(item, dict) else None for item in items]


def _entry(item: _Object, base: str) -> Entry:
    html = _string(item, "content_html")
    text = _string(item, "summary") or _string(item, "content_text") or text_of_html(html)
    identifier = item.get("id")
    return Entry(
        id=str(identifier) if isinstance(identifier, str | int | float) else "",
        link=_link(item, base),
        title=one_line(_string(item, "title")),
        abstract=text,
        authors=tuple(_authors(item)),
        date=_date(item),
        identifiers=tuple(found for name in ("doi", "external_url") if (found := _string(item, name))),
    )


def _link(item: _Object, base: str) -> str:
    link = _string(item, "url") or _string(item, "external_url")
    try:
        return urljoin(base, link) if link else ""
    except ValueError:  # a host in brackets that is no IPv6 address
        return link


def _authors(item: _Object) -> list[str]:
    # Version 1.0 has one author, 1.1 a list.
    listed = item.get("authors")
    authors = listed if isinstance(listed, list) else [item.get("author")]
    return [_string(author, "name") for author in authors if isinstance(author, dict)]


def _date(item: _Object) -> WrittenDate | None:
    dates = (written_date(_string(item, name)) for name in ("date_published", "date_modified"))
    return next(filter(None, dates), None)


def _string(item: _Object, name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""
