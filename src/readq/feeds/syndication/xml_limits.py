"""Limit the time that feedparser can take for an XML feed, by shortening or refusing the feed before it is parsed.

feedparser's time grows with the square of the number of attributes of an element. For malformed XML, feedparser uses
slow regular expressions. Without limits, a hostile feed could keep a thread busy for very long, and Python cannot stop
a thread.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from readq.errors import ReadqError

MAX_ENTRIES = 5_000
"""The maximum number of entries that are read from one feed.

`limited` keeps one more entry, so that the parser notices that the feed was truncated.
"""

_MAX_ATTRIBUTES = 200
_MAX_DEPTH = 200
# feedparser takes up to two seconds for each MiB of malformed XML.
_MAX_MALFORMED = 2 << 20
_CHUNK = 256 * 1024
_ENTRY = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)(?=[\s/>])")
_ENTRY_END = re.compile(rb"</(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));")


def limited(body: bytes) -> bytes:
    """Return an XML document, truncated if necessary, so that parsing takes a few seconds at most.

    At most MAX_ENTRIES + 1 entries are kept. Raises ReadqError if an element has more than 200 attributes or is nested
    more than 200 deep.
    """
    body = _REFERENCE.sub(_valid_reference, body) if b"&#" in body else body
    body = _first_entries(body)
    if _is_well_formed(body) or len(body) <= _MAX_MALFORMED:
        return body
    return body[:_MAX_MALFORMED]


def _valid_reference(reference: re.Match[bytes]) -> bytes:
    """Return a character reference without leading zeros, or U+FFFD if it refers to a surrogate or to no character."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    digits = digits.lstrip(b"0") or b"0"
    # A code point has at most seven digits. Python refuses to read numbers of thousands of digits.
    number = int(digits, base) if len(digits) <= 7 else sys.maxsize
    if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        return "\ufffd".encode()
    return b"&#x%b;" % digits if base == 16 else b"&#%b;" % digits


def _first_entries(body: bytes) -> bytes:
    starts: Iterator[re.Match[bytes]] = _ENTRY.finditer(body)
    cut = None
    for number, start in enumerate(starts):
        if number == MAX_ENTRIES + 1:
            cut = start.start()
            break
    if cut is None:
        return body
    tail = body[-_CHUNK:]
    ends = list(_ENTRY_END.finditer(tail))
    return body[:cut] + (tail[ends[-1].end() :] if ends else b"")


def _is_well_formed(body: bytes) -> bool:
    depth = 0

    def start(_name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH or len(attributes) > 2 * _MAX_ATTRIBUTES:
            raise ReadqError("not a feed: it would take too long to parse")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser: Any = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        for start_of_chunk in range(0, len(body), _CHUNK):
            parser.Parse(body[start_of_chunk : start_of_chunk + _CHUNK], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        return False
    return True
