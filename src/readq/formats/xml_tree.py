"""Parse XML documents into trees.

Documents that declare entities are refused, and external files are not read, because attackers use both.
"""

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
    """Parse an XML document and return its root element.

    HTML entities such as `&uuml;` are understood without a DTD, because files of DBLP contain no DTD. Raises XmlError
    if the document is not XML, or declares entities.
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
    """Return the text in an element, including that of the elements inside it. Return "" for None."""
    return "" if element is None else "".join(element.itertext())
