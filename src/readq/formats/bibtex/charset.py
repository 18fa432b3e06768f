"""Detect the character encoding of a .bib file.

The format has no declaration of the encoding. But JabRef writes a line such as `% Encoding: Cp1251` before the first
entry. The name in this line is Java's name for the charset.
"""

import codecs
import io
import re
from typing import BinaryIO

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Older versions of JabRef wrote the line without a percent sign.
_HEADER = re.compile(rb"^[% \t]*Encoding:[ \t]*([A-Za-z0-9_.:-]{1,40})[ \t]*\r?$", re.MULTILINE)
_HEADER_WITHIN = 4096


def decode(data: bytes) -> tuple[str, str]:
    """Decode a .bib file. Return its text and the name of its charset. Line ends are kept.

    A byte order mark determines the charset. Without a mark, a file with many NUL bytes is UTF-16. Any other file is
    decoded as UTF-8 if it is valid UTF-8. If not, it is decoded in the charset that JabRef's line names, or else in
    Windows-1252. Bytes that the charset does not define become U+FFFD. Raises nothing.
    """
    name = charset(io.BytesIO(data))
    return data.decode(name, "replace"), name


def charset(file: BinaryIO) -> str:
    """Return the name of the charset of an open .bib file, as `decode` would return it.

    Reads the file to its end, in parts.
    """
    head = file.read(_HEADER_WITHIN)
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    if head[:400].count(0) * 3 > len(head[:400]):
        return "utf-16-be" if head[0] == 0 else "utf-16-le"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        part = head
        while part:
            decoder.decode(part)
            part = file.read(1 << 16)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # UTF-8 comes first: other programs save a file in UTF-8 and leave JabRef's line as it was, and text in another
        # charset is hardly ever valid UTF-8.
        return _declared(head) or "cp1252"
    return "utf-8"


def _declared(data: bytes) -> str | None:
    """Return the charset that the header names, as Python calls it. Return None if it names none, or a wrong one."""
    head = data[:_HEADER_WITHIN].partition(b"@")[0]
    header = _HEADER.search(head)
    if header is None:
        return None
    try:
        name = codecs.lookup(header[1].decode()).name
        # Charsets that do not spell the header in ASCII, and codecs that are no charsets (rot13), cannot be right.
        is_possible = header[0].decode(name) == header[0].decode("ascii") and not name.startswith("utf")
    except (LookupError, ValueError):
        return None
    return name if is_possible else None
