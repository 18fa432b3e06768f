"""Detect the character encoding of a .bib file.

The format has no declaration of the encoding. But JabRef writes a line such as `% Encoding: Cp1251` before the first
entry. The name in this line is Java's name for the charset.
"""

import codecs
import io
import re
from typing import BinaryIO, NamedTuple

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


class Charset(NamedTuple):
    """The charset of a file."""

    name: str
    """The name of the charset, as Python spells it."""
    invalid_line: int | None = None
    """The number of the first line that is not valid UTF-8, if the charset is only assumed. Otherwise None.

    Windows-1252 is assumed for a file that is not UTF-8 and names no other charset.
    """


def decode(data: bytes) -> tuple[str, str]:
    """Decode a .bib file. Return its text and the name of its charset, which `detect` finds. Line ends are kept.

    Bytes that the charset does not define become U+FFFD. Raises nothing.
    """
    name = detect(io.BytesIO(data)).name
    return data.decode(name, "replace"), name


def detect(file: BinaryIO) -> Charset:
    """Return the charset of an open .bib file.

    A byte order mark determines the charset. Without a mark, a file with many NUL bytes is UTF-16. Any other file is
    UTF-8 if it is valid UTF-8. If not, its charset is the one that JabRef's line names, or else Windows-1252. Reads the
    file to its end, in parts.
    """
    head = file.read(_HEADER_WITHIN)
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return Charset(name)
    if head[:400].count(0) * 3 > len(head[:400]):
        return Charset("utf-16-be" if head[0] == 0 else "utf-16-le")
    line = _invalid_line(head, file)
    if line is None:
        return Charset("utf-8")
    # UTF-8 comes first: other programs save a file in UTF-8 and leave JabRef's line as it was, and text in another
    # charset is hardly ever valid UTF-8.
    declared = _declared(head)
    return Charset(declared) if declared else Charset("cp1252", line)


def _invalid_line(head: bytes, file: BinaryIO) -> int | None:
    """Return the number of the first line that is not valid UTF-8. Return None if all lines are.

    `head` is the beginning of the file, and `file` is read from there to its end.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, part = 1, head
    try:
        while part:
            decoder.decode(part)
            line += part.count(b"\n")
            part = file.read(1 << 16)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # The object of the error also has the bytes that the decoder kept of the part before. No line ends are in them.
        return line + error.object[: error.start].count(b"\n")
    return None


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
