"""Escape the ampersands of a feed that begin no reference, as in `AT&T`. XML requires `AT&amp;T`.

A feed with such an ampersand is malformed. feedparser still reads it, but reads `AT&T` as the entity `T`, and returns
the text `AT&T;`.
"""

import re
from collections.abc import Iterator
from html.entities import html5

_SECTION_OR_AMPERSAND = re.compile(rb"<!\[CDATA\[|<!--|&(?!#|[A-Za-z_:][\w:.-]*;)([A-Za-z]*)")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_MOST = 200_000
"""The maximum number of ampersands and sections that are examined. Each escaped ampersand adds four bytes."""


def escaped(body: bytes) -> bytes:
    """Return an XML document in which each ampersand that begins no reference is escaped.

    A reference of HTML may lack its semicolon, such as `&lt`. CDATA sections and comments have no references, and stay
    as they are. The document must be in an encoding that contains ASCII. Otherwise it is returned unchanged.
    """
    if b"&" not in body or b"\x00" in body or b"\x1b" in body:
        return body
    return b"".join(_parts(body))


def _parts(body: bytes) -> Iterator[bytes]:
    done = place = number = 0
    while number < _MOST and (found := _SECTION_OR_AMPERSAND.search(body, place)):
        place, number = found.end(), number + 1
        if ending := _ENDS.get(found[0]):
            place = body.find(ending, place) + len(ending)
            if place < len(ending):
                break
            continue
        if found[1].decode("ascii") not in html5:
            yield body[done : found.start()]
            yield b"&amp;"
            done = found.start() + 1
    yield body[done:]
