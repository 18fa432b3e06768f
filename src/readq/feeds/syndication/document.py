"""Parse the bytes of an RSS or Atom feed with feedparser.

feedparser gets only bytes, because it treats a string as a URL or a path, and opens it. The processing of HTML in
feedparser is switched off, because it would remove formulas such as `$a<b$`. `html_text` converts HTML to text instead.
"""

import codecs
import collections
import contextlib
import io
import re
from typing import Any, NamedTuple
from urllib.parse import urljoin

from readq.character_references import decode_references
from readq.errors import ReadqError
from readq.feeds.syndication import ampersands, feedparser_limits
from readq.feeds.syndication.xml_limits import limited
from readq.formats.xml_entities import expand
from readq.model.identifiers import is_safe_link

_Object = dict[str, Any]

_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(r"""(?i)charset\s*=\s*["']?([^\s;"']+)""")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# What browsers read under these names (https://encoding.spec.whatwg.org/#names-and-labels): more letters than the names
# stand for.
_EXTENDED = {
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
}
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|channel|html)\s*>\s*(?:<!--[^>]*-->\s*)*\Z", re.IGNORECASE)
_ENTRY_TAGS = re.compile(rb"<(/?)(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_ALTERNATE = re.compile(
    r"""(?is)<link\b(?=[^<>]*\btype\s*=\s*["']?application/(?:rss|atom|feed)\+(?:xml|json))[^<>]*\bhref\s*=\s*["']?([^"'<>\s]+)"""
)
_WINDOW = 4096
_CHUNK = 256 * 1024
_WEB_PAGE = "a web page"
_LONGEST_SHOWN = 200
_LONGEST_DECLARATION = 1024
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class WebPageError(ReadqError):
    """Raised if the response is a web page and not a feed.

    `feed` is the URL of a feed to which the page links, or None if the page links to no feed.
    """

    def __init__(self, feed: str | None) -> None:
        shown = feed if feed is None or len(feed) <= _LONGEST_SHOWN else f"{feed[:_LONGEST_SHOWN]}…"
        super().__init__("not a feed: a web page", f"the page names a feed: {shown}" if shown else None)
        self.feed = feed


class Document(NamedTuple):
    """A feed as feedparser returns it."""

    version: str
    """The format of the feed, such as `rss20`."""
    feed: _Object
    entries: list[_Object]
    complete: bool
    """False if the end of the feed is missing."""
    url: str | None = None
    """The URL of the feed, or None."""
    ends_in_entry: bool = False
    """Whether the feed breaks off inside an entry. This entry is left out."""


def load_document(body: bytes, *, url: str | None = None, content_type: str = "") -> Document:
    """Parse an RSS or Atom feed. Relative links are resolved against `url`, the URL of the feed.

    `content_type` is the Content-Type header of the response. Raises ReadqError if `body` is not a feed. The message
    tells what `body` is instead, such as a web page. Raises EntityError if `body` declares external, nested or too
    large entities.
    """
    if not body.strip(b"\x00 \t\r\n"):
        raise ReadqError("not a feed: an empty response")
    from xml.sax import SAXException

    import feedparser

    feedparser_limits.apply()
    body, headers = _with_encoding(body, content_type)
    body = _with_short_declaration(limited(ampersands.escaped(expand(body))))
    if url:
        headers["content-location"] = url
    try:
        read = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a parser may raise anything for hostile bytes
        raise ReadqError(f"not a feed: it cannot be parsed ({type(error).__name__})") from error
    entries = [dict(entry) for entry in read.entries]
    version = read.get("version") or ""
    broken = isinstance(read.get("bozo_exception"), SAXException)
    complete = not broken or _END.search(body[-_WINDOW:].replace(b"\x00", b"")) is not None
    ends_in_entry = not complete and bool(entries) and _ends_inside_entry(body)
    if ends_in_entry:
        entries.pop()
    if not entries and (broken or not version):
        kind = _kind(body)
        if kind == _WEB_PAGE:
            raise WebPageError(_linked_feed(body, url))
        raise ReadqError(f"not a feed: {kind}")
    return Document(version, dict(read.feed), entries, complete, url, ends_in_entry)


def _with_encoding(body: bytes, content_type: str) -> tuple[bytes, dict[str, str]]:
    """Return the body, and the headers from which feedparser learns its encoding.

    Valid UTF-8 is read as UTF-8 whatever the server declares.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        # feedparser takes UTF-16 of ASCII characters only for UTF-8.
        body = _DECLARATION.sub(b"", text_of_bytes(body).lstrip("\ufeff").encode("utf-8", "replace"), count=1)
    declared = found[1].decode().lower() if (found := _XML_ENCODING.match(body)) else ""
    if declared.startswith(("utf-16", "utf-32")):
        # A declaration in ASCII, as here, cannot be in these encodings. Programs in .NET write this.
        body, declared = _DECLARATION.sub(b"", body, count=1), ""
    if declared in ("", "utf-8", "utf8") and b"\x00" not in body[:_WINDOW]:
        if _is_utf8(body):
            return body, {}
        if _MULTIBYTE.search(body):
            # Mostly UTF-8 with an invalid byte: another encoding would corrupt all other characters.
            return body.decode("utf-8", "replace").encode(), {}
        body, declared = _DECLARATION.sub(b"", body, count=1), ""
    charset = named[1].lower() if (named := _CHARSET.search(content_type)) else ""
    if codec := _EXTENDED.get(declared or charset):
        return _DECLARATION.sub(b"", body, count=1).decode(codec, "replace").encode(), {}
    if charset and not declared and _is_encoding(charset):
        return body, {"content-type": f"application/xml; charset={charset}"}
    return body, {}


def _with_short_declaration(body: bytes) -> bytes:
    """End the line after the XML declaration.

    The reason is that feedparser searches the first line for the encoding, in a time that grows with the square of the
    line's length.
    """
    if not body.startswith(b"<?") or b"\n" in body[:_LONGEST_DECLARATION]:
        return body
    end = body.find(b"?>", 0, _LONGEST_DECLARATION)
    end = end + 2 if end >= 0 else _LONGEST_DECLARATION
    return b"%b\n%b" % (body[:end], body[end:])


def _is_utf8(body: bytes) -> bool:
    """Return whether a body is valid UTF-8. It is decoded in parts, because all of it may take 64 MiB as text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _CHUNK):
            decoder.decode(body[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_encoding(name: str) -> bool:
    with contextlib.suppress(LookupError, ValueError):
        return bool(b"".decode(name) == "")
    return False


def _ends_inside_entry(body: bytes) -> bool:
    tags = collections.deque(_ENTRY_TAGS.finditer(body.replace(b"\x00", b"")), maxlen=1)
    return bool(tags) and not tags[0][1]


def _kind(body: bytes) -> str:
    start = body[:_WINDOW].lstrip(b"\xef\xbb\xbf\x00 \t\r\n").lower()
    if start.startswith(b"%pdf"):
        return "a PDF"
    if start.startswith(b"\x1f\x8b"):
        return "compressed data"
    if b"<html" in start or start.startswith((b"<!doctype html", b"<head", b"<body")):
        return _WEB_PAGE
    if b"<rss" in start or b"<feed" in start or b":rdf" in start:
        return "broken XML without a whole entry"
    return "neither RSS, nor Atom, nor a JSON Feed"


def _linked_feed(body: bytes, url: str | None) -> str | None:
    """Return the URL of the feed to which a web page links. Return None if there is none."""
    found = _ALTERNATE.search(body[: 256 * 1024].decode("utf-8", "replace"))
    if found is None or not found[1].isprintable():
        return None
    try:
        address = urljoin(url or "", decode_references(found[1]))
    except ValueError:  # a host in brackets that is no IPv6 address
        return None
    return address if is_safe_link(address) else None


def text_of_bytes(body: bytes) -> str:
    """Decode text in the encoding of its byte order mark. Without a byte order mark, decode it as UTF-8.

    Invalid bytes become U+FFFD.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    return body.decode("utf-8-sig", "replace")
