"""Read and write lists of feeds in OPML 2.0 (http://opml.org/spec2.opml), the exchange format of feed readers.

This module uses the XML parser expat, and not the package listparser. listparser parses OPML as HTML, accepts truncated
files, fails for encodings other than UTF-8, and behaves differently when lxml is installed.
"""

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.parsers import expat

from readq.errors import NothingReadableError
from readq.text import one_line

MAX_SIZE = 4 << 20
"""The maximum size of an OPML file, in bytes."""

_MAX_FEEDS = 10_000
_MAX_DEPTH = 100
_MAX_TITLE = 200


class Outline(NamedTuple):
    """A feed in an OPML list: its URL as written in the file, and its title or None."""

    address: str
    title: str | None = None


class _RefusedError(Exception):
    pass


def read(data: bytes) -> list[Outline]:
    """Parse an OPML file and return its feeds, including feeds in folders. Each URL occurs once in the result.

    Raises NothingReadableError if the file is not OPML, is truncated, is larger than MAX_SIZE, or is nested too deeply.
    Raises NothingReadableError as well if the file declares entities, because no list of feeds needs them. The message
    names the line if the line is known.
    """
    if len(data) > MAX_SIZE:
        raise NothingReadableError(f"the list of feeds is larger than {MAX_SIZE >> 20} MiB")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NothingReadableError(f"no OPML: {expat.ErrorString(error.code)} in line {error.lineno}") from error
    except (_RefusedError, LookupError, ValueError) as error:
        raise NothingReadableError(f"no OPML: {str(error)[:_MAX_TITLE]}") from error
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
        if self._depth > _MAX_DEPTH:
            raise _RefusedError(f"folders {_MAX_DEPTH} deep in one another")
        if name.lower() != "outline":
            return
        # Programs spell the attributes differently: xmlUrl, xmlurl, XMLURL.
        values = {key.lower(): value for key, value in attributes.items()}
        address = values.get("xmlurl", "").strip()
        if not address or address in self.found:
            return
        if len(self.found) == _MAX_FEEDS:
            raise _RefusedError(f"more than {_MAX_FEEDS:,} feeds")
        title = one_line(values.get("title") or values.get("text") or "")[:_MAX_TITLE].strip()
        self.found[address] = Outline(address, title or None)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _entity(self, *_declared: object) -> None:
        raise _RefusedError("it declares entities")


def write(feeds: Sequence[Outline]) -> bytes:
    """Return a list of feeds as the content of an OPML 2.0 file in UTF-8."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Feeds of readq"
    body = SubElement(root, "body")
    for address, title in feeds:
        name = _without_noncharacters(title or address)
        SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=_without_noncharacters(address))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _without_noncharacters(text: str) -> str:
    """Remove the characters that XML 1.0 cannot represent."""
    return "".join(char for char in one_line(text) if char not in "\ufffe\uffff")
