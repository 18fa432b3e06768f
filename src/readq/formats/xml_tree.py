"""Parse XML documents into trees, but refuse entity declarations and external files, which can be used for attacks."""

import html.entities
import re
from xml.etree import ElementTree

from readq.errors import ReadqError

Element = ElementTree.Element

_ENTITY_DECLARATION = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PROLOG = 64 * 1024
_NAMED = {name.removesuffix(";"): text for name, text in html.entities.html5.items() if name.endswith(";")}


class XmlError(ReadqError):
    """A document is not XML, or declares entities."""


def parse(data: bytes) -> Element:
    """Parse an XML document and return its root. Raises XmlError if it is not XML or declares entities.

    HTML entities (`&uuml;`) are understood without a DTD, because files of DBLP do not contain theirs.
    """
    if _ENTITY_DECLARATION.search(data[:_PROLOG]):
        raise XmlError("the document declares entities", "save it without its DTD")
    parser = ElementTree.XMLParser()  # noqa: S314 - no entity is declared, and ElementTree reads no other file
    parser.entity.update(_NAMED)
    try:
        parser.feed(data)
        return parser.close()
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise XmlError(f"broken XML: {error}", None) from error


def text_of(element: Element | None) -> str:
    """Return the text of an element and of all elements in it, or "" for None."""
    return "" if element is None else "".join(element.itertext())
