"""Detect the character encoding of a .bib file, which the format does not declare."""

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """Decode a .bib file. Return its text and the name of its encoding.

    The encoding is that of the byte order mark, else UTF-8, UTF-16 or Windows-1252, the first that fits. Raises
    nothing: bytes that Windows-1252 does not define become U+FFFD. Line ends are kept.
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
        return data.decode("cp1252", "replace"), "cp1252"
