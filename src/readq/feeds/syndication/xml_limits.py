"""What a feed may cost: hostile documents are made small, or refused, before a parser meets them.

feedparser's time grows with the square of an element's attributes, and what is not well-formed XML it reads by regular
expressions. Only a process could be stopped in the middle of that, so that it must not begin.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from readq.errors import ReadqError

MOST_ENTRIES = 5_000
"""What one feed may hold; a reader of feeds sees one entry more, so that it can say that there were more."""

_MOST_ATTRIBUTES = 200
_DEEPEST = 200
# Two seconds for each MiB of the worst.
_LARGEST_BROKEN = 2 << 20
_PIECE = 256 * 1024
_ENTRY = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)(?=[\s/>])")
_ENTRY_END = re.compile(rb"</(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")


def bounded(body: bytes) -> bytes:
    """The document with so many entries that reading it takes seconds at most; the others are left out.

    Raises ReadqError for what is built to be slow: elements with very many attributes, or very deep in one another.
    """
    body = _REFERENCE.sub(_permitted, body) if b"&#" in body else body
    body = _first_entries(body)
    if _is_well_formed(body) or len(body) <= _LARGEST_BROKEN:
        return body
    return body[:_LARGEST_BROKEN]


def _permitted(reference: re.Match[bytes]) -> bytes:
    """A reference to a character; one to half of a character, or to none, is U+FFFD."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd".encode() if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF else reference[0]


def _first_entries(body: bytes) -> bytes:
    starts: Iterator[re.Match[bytes]] = _ENTRY.finditer(body)
    too_many = None
    for number, start in enumerate(starts):
        if number == MOST_ENTRIES + 1:
            too_many = start.start()
            break
    if too_many is None:
        return body
    tail = body[-_PIECE:]
    ends = list(_ENTRY_END.finditer(tail))
    return body[:too_many] + (tail[ends[-1].end() :] if ends else b"")


def _is_well_formed(body: bytes) -> bool:
    depth = 0

    def start(_name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST or len(attributes) > 2 * _MOST_ATTRIBUTES:
            raise ReadqError("not a feed: it is built to be slow to read")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser: Any = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        for place in range(0, len(body), _PIECE):
            parser.Parse(body[place : place + _PIECE], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        return False
    return True
