"""Detect the character encoding of a .bib file.

The format has no declaration of the encoding. But JabRef writes `% Encoding: Cp1251` before the first entry, with the
name that Java uses for the charset.
"""

import codecs
import re

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

    If the file has a byte order mark, the mark determines the charset. Without a mark, a text with many NUL bytes is
    UTF-16. Next, UTF-8 is tried, then the charset in JabRef's header, then Windows-1252.

    UTF-8 is tried before the header for two reasons. Other programs save a file as UTF-8 without correcting the header.
    Text in another charset is hardly ever valid UTF-8. Raises nothing. Bytes that the charset does not define become
    U+FFFD.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name
    if data[:400].count(0) * 3 > len(data[:400]):
        name = "utf-16-be" if data[0] == 0 else "utf-16-le"
        return data.decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        name = _declared(data) or "cp1252"
        return data.decode(name, "replace"), name


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
