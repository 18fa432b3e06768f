"""XML documents as trees, without the parts of XML that can hurt: entity declarations and files outside."""

import html.entities
import re
from xml.etree import ElementTree

from readq.errors import ReadqError

Element = ElementTree.Element

_ENTITY_DECLARATION = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PROLOG = 64 * 1024
_NAMED = {name.removesuffix(";"): text for name, text in html.entities.html5.items() if name.endswith(";")}


class XmlError(ReadqError):
    """A document that is no XML, or that declares entities."""


def parse(data: bytes) -> Element:
    """Return the root of a document. Raises XmlError.

    Entities of HTML (`&uuml;`) are known without a DTD, for DBLP names one that it does not enclose.
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
    """Return the text of an element and of all elements within it; an empty string for None."""
    return "" if element is None else "".join(element.itertext())
