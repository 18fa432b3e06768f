"""Expand the entities that an XML document declares for itself, before a parser reads the document.

Small entities with plain values are common in feeds. External entities could read the user's files or send requests.
Nested entities can grow without limit. A document that declares external or nested entities is refused. See XML 1.0,
section 4.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from readq.errors import ReadqError

_MOST_CHARACTERS = 64 * 1024
"""The maximum number of characters in the values of all entities together.

It is also the maximum number of bytes that the values may add to the document.
"""

_LONGEST_SHOWN = 80
"""The maximum length of an entity's name in a message, in characters."""

_PROLOG = 256 * 1024
_DECLARATION = b"<!ENTITY"
_PREDEFINED = frozenset(("lt", "gt", "amp", "quot", "apos"))
_REFERENCE = re.compile(r"&([A-Za-z_:][\w:.-]*);")
_SECTION_OR_REFERENCE = re.compile(rb"<!\[CDATA\[|<!--|&([A-Za-z_:][\w:.-]*);")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}


class EntityError(ReadqError):
    """Raised if a document declares entities that are external, nested or too large."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the document declares entities: {what}", "save it without its DTD")


class _PrologEnd(Exception):  # noqa: N818 - stops the parser at the root element; nothing is wrong
    pass


def expand(data: bytes) -> bytes:
    """Expand the entities that an XML document declares, and remove its document type declaration. Return the document.

    A document that declares no entities, or does not begin like XML, is returned unchanged. Raises EntityError if an
    entity is external, if it refers to another entity, or if the text would grow by more than 64 KiB.
    """
    if _DECLARATION not in data[:_PROLOG]:
        return data
    values, start, end = _declared(data[:_PROLOG])
    if end == 0:
        return data
    return data[:start] + b"".join(_with_values(data[end:], values))


def _with_values(content: bytes, values: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield the parts of a document, with the values of entities in place of references.

    CDATA sections and comments have no references. One without an end extends to the end of the document.
    """
    room = _MOST_CHARACTERS
    done = place = 0
    while found := _SECTION_OR_REFERENCE.search(content, place):
        place = found.end()
        if found[1] is None:
            ending = _ENDS[found[0]]
            place = content.find(ending, place) + len(ending)
            if place < len(ending):
                break
        elif (value := values.get(found[1].decode("ascii", "replace"))) is not None:
            room -= len(value)
            if room < 0:
                raise EntityError("they would make it grow without limit")
            yield content[done : found.start()]
            yield value
            done = place
    yield content[done:]


def _declared(prolog: bytes) -> tuple[dict[str, bytes], int, int]:
    """Return a dict from names of entities to values in ASCII, and the start and end of the document type declaration.

    The end is 0 if there is no complete declaration.
    """
    values: dict[str, bytes] = {}
    place = [0, 0]
    parser: Any = expat.ParserCreate()

    def declare(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
        if is_parameter or value is None:
            raise EntityError(f"{shown} is external" if value is None else f"%{shown} is a parameter entity")
        if not _PREDEFINED.issuperset(_REFERENCE.findall(value)):
            raise EntityError(f"{shown} refers to another entity")
        if sum(map(len, values.values())) + len(value) > _MOST_CHARACTERS:
            raise EntityError("their values are too long")
        # Character references hold in any encoding of the document.
        values.setdefault(name, value.encode("ascii", "xmlcharrefreplace"))

    def end_declaration() -> None:
        place[1] = prolog.index(b">", parser.CurrentByteIndex) + 1

    def stop(*_: object) -> None:
        raise _PrologEnd

    parser.EntityDeclHandler = declare
    parser.EndDoctypeDeclHandler = end_declaration
    parser.StartElementHandler = stop
    with contextlib.suppress(_PrologEnd, expat.ExpatError, LookupError, ValueError):
        parser.Parse(prolog, False)
    place[0] = max(prolog.find(b"<!DOCTYPE"), 0)
    return values, place[0], place[1]
