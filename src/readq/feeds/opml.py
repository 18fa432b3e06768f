"""Lists of feeds as other programs write and read them: OPML, http://opml.org/spec2.opml.

Read by expat itself. listparser, which was made for this, reads OPML as HTML: it takes a file that was cut for a whole
one, fails at any encoding but UTF-8, and reads by other rules where lxml happens to be installed.
"""

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.parsers import expat

from readq.errors import NothingReadableError
from readq.text import one_line

LARGEST = 4 << 20
"""Bytes of the largest list that is read."""

_MOST_FEEDS = 10_000
_DEEPEST = 100
_LONGEST_TITLE = 200


class Outline(NamedTuple):
    """A feed in a list: its address as it stands, and its title if it has one."""

    address: str
    title: str | None = None


class _RefusedError(Exception):
    pass


def read(data: bytes) -> list[Outline]:
    """The feeds of a list, each address once, whatever folders they stand in.

    Raises NothingReadableError, with the line where there is one, for what is cut, too large, too deep, no OPML, or
    declares entities: a list of feeds needs none.
    """
    if len(data) > LARGEST:
        raise NothingReadableError(f"the list of feeds is larger than {LARGEST >> 20} MiB")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NothingReadableError(f"no OPML: {expat.ErrorString(error.code)} in line {error.lineno}") from error
    except (_RefusedError, LookupError, ValueError) as error:
        raise NothingReadableError(f"no OPML: {error}") from error
    return list(reader.found.values())


class _Reader:
    def __init__(self) -> None:
        self.found: dict[str, Outline] = {}
        self._depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth and name.lower() != "opml":
            raise _RefusedError(f"it begins with <{one_line(name)[:40]}>")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError(f"folders {_DEEPEST} deep in one another")
        if name.lower() != "outline":
            return
        # Programs differ in how they spell the attributes: xmlUrl, xmlurl, XMLURL.
        values = {key.lower(): value for key, value in attributes.items()}
        address = values.get("xmlurl", "").strip()
        if not address or address in self.found:
            return
        if len(self.found) == _MOST_FEEDS:
            raise _RefusedError(f"more than {_MOST_FEEDS:,} feeds")
        title = one_line(values.get("title") or values.get("text") or "")[:_LONGEST_TITLE].strip()
        self.found[address] = Outline(address, title or None)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _entity(self, *_declared: object) -> None:
        raise _RefusedError("it declares entities")


def write(feeds: Sequence[Outline]) -> bytes:
    """A list of feeds in OPML 2.0, UTF-8, in the given order."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Feeds of readq"
    body = SubElement(root, "body")
    for address, title in feeds:
        name = _permitted(title or address)
        SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=_permitted(address))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _permitted(text: str) -> str:
    """Text without what XML 1.0 has no way to write."""
    return "".join(char for char in one_line(text) if char not in "\ufffe\uffff")
