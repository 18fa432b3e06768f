"""Parse XML documents into trees.

External files are not read. A document that declares external or nested entities is refused, because attackers use such
entities.
"""

import codecs
import html.entities
import re
from xml.etree import ElementTree

from readq.errors import ReadqError
from readq.formats.xml_entities import expand

Element = ElementTree.Element

_NAMED = {name.removesuffix(";"): text for name, text in html.entities.html5.items() if name.endswith(";")}
_LONGEST_REASON = 200
"""The maximum length of expat's message in an error message, in characters."""


class XmlError(ReadqError):
    """Raised if a document is not XML."""


def parse(data: bytes) -> Element:
    """Parse an XML document and return its root element.

    Files of DBLP use HTML entities such as `&uuml;`, and contain no DTD that defines them. So HTML entities are
    understood without a DTD. Raises XmlError if the document is not XML. Raises EntityError if the document declares
    external, nested or too large entities.
    """
    data = expand(_as_utf8(data))
    parser = ElementTree.XMLParser()  # noqa: S314 - no entity is left declared, and ElementTree reads no other file
    parser.entity.update(_NAMED)
    try:
        parser.feed(data)
        return parser.close()
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        # The message may repeat the name of an encoding, which can be long.
        raise XmlError(f"broken XML: {str(error)[:_LONGEST_REASON]}", None) from error


def _as_utf8(data: bytes) -> bytes:
    """Return a document in UTF-16 as UTF-8, without its XML declaration. Return any other document unchanged."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    text = data.decode("utf-16", errors="replace")
    return re.sub(r"\A\s*<\?xml[^>]*\?>", "", text, count=1).encode()


def text_of(element: Element | None) -> str:
    """Return the text in an element and in all elements inside it. Return "" if `element` is None."""
    return "" if element is None else "".join(element.itertext())
