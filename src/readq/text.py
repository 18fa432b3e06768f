"""Clean text from outside, fold text for comparison, format counts such as `3 papers`, and normalise tags.

Text from a feed, a file or a web page can contain terminal escapes, direction overrides and invisible characters. Such
text is cleaned when it is read, and again before it is shown. Text that is clean already is recognised quickly.
`filter_output` is the last filter: everything that goes to a terminal or into a text file passes it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, AnyStr, cast

from readq.errors import UsageError

# Escape sequences by ECMA-48: control sequences, control strings with their payload, then any other two-part escape.
# Of a control string without an end only the introducer is removed, not the text after it. The classes are disjoint, so
# matching stays linear in hostile text. Patterns are strings, compiled on first use: most commands see plain text only.
_SEQUENCES = (
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f\n]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]"
)
_LINE_ENDS = "\r\n?|[\x0b\x0c\x85\u2028\u2029]"
_SURROGATES = "[\ud800-\udfff]"
# str.isprintable takes these for letters or marks, but nothing is drawn for them.
_INVISIBLE_MARKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
_INVISIBLE = f"[{_INVISIBLE_MARKS}]"
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 1 << 16)
)
# C0 (not tab and newline), DEL, C1, soft hyphen, direction controls, zero-width and format characters, tag characters.
_DROPPED = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    f"\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff{_INVISIBLE_MARKS}"
    f"{_NONCHARACTERS}]"
)
_EMOJI = "\u00a9\u00ae\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_STRAY_JOINERS = f"(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])"
_LEFT_OVER = f"{_DROPPED}|{_STRAY_JOINERS}|[\u2028\u2029\ud800-\udfff]"

_MOST_MARKS = 8
"""The maximum number of combining marks on one letter. No writing system needs more."""
# Half as many characters in a row that could be marks: only texts in other scripts have these. Some marks count twice.
_SOME_MARKS = f"[\u0300-\U0010ffff]{{{_MOST_MARKS // 2}}}"
# Marks are neither letters nor digits nor ASCII. This finds rows of punctuation and emoji too, but few texts have any.
_MANY_MARKS = rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}"

_PLAIN = bytes([0x0A, *range(0x20, 0x7F)])
_PLAIN_OUTPUT = bytes([0x09, *_PLAIN])
UNSAFE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]"
"""Pattern of the characters that must not reach a terminal or a text file: C0 (except tab and newline), DEL, C1,
direction controls, line separators, and lone surrogates, which no file can hold."""

_BLANK_LINES = r"\n{3,}"

_NOT_IN_TAGS = r"[\s,:()\"'`“”„‘’]"
_MAIL_ADDRESS = r"[!#-'*+./0-9=?A-Z^-~-]+@[A-Za-z0-9.-]+"
# Latin letters with a stroke, and ligatures, that have no Unicode decomposition.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return the pattern of a regular expression, as `re.compile` does, but compile it when it is first used.

    Compiling the patterns of all modules takes longer than the rest of a short command, and a command needs few of
    them. An invalid expression raises `re.error` when it is first used.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


class _Pattern:
    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method of the pattern
        # Called only for names that the instance lacks, so that each method is looked up once.
        method = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, method)
        return method


def strip_controls(text: str) -> str:
    """Return `text` in NFC, without escape sequences, control characters, invisible characters and direction overrides.

    Spaces, tabs and newlines are kept, because Markdown needs them. Other line ends become newlines. Lone surrogates
    become U+FFFD. A zero-width joiner is kept only between emoji. At most 8 combining marks on one letter are kept.
    """
    if is_stripped(text):
        return text
    if text.replace("\n", " ").isprintable():
        text = re.sub(_INVISIBLE, "", text)
    else:
        text = re.sub(_LINE_ENDS, "\n", re.sub(_SEQUENCES, "", text))
        text = re.sub(_SURROGATES, "\ufffd", re.sub(_DROPPED, "", text))
        if "\u200d" in text:
            text = re.sub(_STRAY_JOINERS, "", text)
    if not _may_have_many_marks(text):
        return unicodedata.normalize("NFC", text)
    # Before, because normalising takes quadratic time in the number of marks; after, because it splits some of them.
    return _with_few_marks(unicodedata.normalize("NFC", _with_few_marks(text)))


def is_stripped(text: str) -> bool:
    """Return True only if `strip_controls` certainly leaves `text` unchanged.

    The result can be False for a text that would stay unchanged, for example if it has a tab or many combining marks.
    The function takes microseconds for text with few characters outside ASCII, because it examines only these.
    """
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    if not rest:
        return True
    special = rest.decode("utf-8", "surrogatepass")
    if not special.isprintable() or re.search(_INVISIBLE, special):
        return False
    return unicodedata.is_normalized("NFC", text) and not _may_have_many_marks(text)


def _may_have_many_marks(text: str) -> bool:
    # Counting the characters beyond Latin-1 takes a microsecond, and few texts in Latin script have so many.
    beyond = len(text) - len(text.encode("latin-1", "ignore"))
    return beyond >= _MOST_MARKS // 2 and re.search(_SOME_MARKS, text) is not None


def _with_few_marks(text: str) -> str:
    return re.sub(_MANY_MARKS, _first_marks, text)


def _first_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in run[0]:
        is_mark = unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _is_plain(text: str) -> bool:
    """Return whether `text` is printable ASCII and newlines, which `strip_controls` leaves unchanged.

    For long text, this is several times as fast as str.isprintable.
    """
    return text.isascii() and not text.encode("ascii").translate(None, _PLAIN)


def clean(text: str) -> str:
    """Return `text` without control characters, repeated spaces, and spaces at the start or end of a line.

    `strip_controls` defines the control characters. Several blank lines become one. Tabs within a line are kept.
    """
    if text.isascii() and text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text
    lines = [_collapse_spaces(line) for line in strip_controls(text).split("\n")]
    return lines[0] if len(lines) == 1 else re.sub(_BLANK_LINES, "\n\n", "\n".join(lines)).strip("\n")


def _collapse_spaces(line: str) -> str:
    if "\t" not in line:
        return " ".join(line.split())
    return "\t".join([" ".join(cell.split()) for cell in line.split("\t")]).strip("\t")


def join_lines(text: str) -> str:
    """Clean `text` and join the lines of each paragraph. Abstracts are often wrapped at a fixed width."""
    if _is_plain(text) and "  " not in (flat := text.replace("\n", " ")):
        return flat.strip()
    text = clean(text)
    return "\n\n".join(part.replace("\n", " ") for part in text.split("\n\n"))


def one_line(text: str) -> str:
    """Clean `text` and join its lines to one. Newlines and tabs become spaces, and repeated spaces become one."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(clean(text).split())


def filter_output(text: str) -> str:
    """Return `text` without characters that could harm a terminal or a text file.

    Control characters (C0, DEL, C1) and direction controls are removed. The characters next to them are kept, even in
    an escape sequence, so braces and quotes stay balanced. Tabs and newlines are kept. A carriage return before a
    newline is removed, and every other line end becomes a space. Lone surrogates become U+FFFD. A text can be passed in
    parts, but no part may end between a carriage return and its newline.
    """
    if (text.isascii() and not text.encode("ascii").translate(None, _PLAIN_OUTPUT)) or not re.search(UNSAFE, text):
        return text
    text = re.sub(_LINE_ENDS, " ", text.replace("\r\n", "\n"))
    return re.sub(UNSAFE, "", re.sub(_SURROGATES, "\ufffd", text))


def escape_json(document: str) -> str:
    """Escape the characters in a JSON text that `filter_output` would change. Return the JSON text.

    `document` is a whole JSON document or a part of one. The values in it stay the same, because only strings contain
    such characters.
    """
    if document.isascii() and "\x7f" not in document:
        return document
    return re.sub(UNSAFE, lambda match: f"\\u{ord(match[0]):04x}", document)


def indented_array(items: Iterable[str]) -> Iterator[str]:
    """Yield, in parts, a JSON array of `items` that is indented by one space for each level. It ends with a newline.

    Each item is the text of a JSON document that is already indented by one space for each level. Only one item is
    taken from `items` at a time.
    """
    separator = "[\n "
    for item in items:
        # A string in JSON contains no line feed, so indentation follows each one.
        yield separator + item.replace("\n", "\n ")
        separator = ",\n "
    yield "[]\n" if separator.startswith("[") else "\n]\n"


def is_printable(text: str) -> bool:
    """Return whether a terminal can safely show `text`.

    The result is True if `strip_controls` would keep every character of `text`.
    """
    if text.isascii() and text.isprintable():
        return True
    return re.search(_LEFT_OVER, text) is None and not (_may_have_many_marks(text) and _with_few_marks(text) != text)


def fold(text: str) -> str:
    """Return `text` in lower case and without diacritics, for comparison: `lukasz` for `Łukasz`.

    Compatibility forms such as `ﬁ` become plain letters. Marks that make another letter are kept, such as those of
    Japanese kana and Thai vowels.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in decomposed if not _is_diacritic(char))
    return unicodedata.normalize("NFC", bare.translate(_UNDECOMPOSED))


def _is_diacritic(char: str) -> bool:
    combining = unicodedata.combining(char)
    # Classes 10 to 36 are Hebrew and Arabic points, 200 and up marks above and below; others belong to their letter.
    return combining >= 200 or 10 <= combining <= 36


def quoted(value: object, most: int = 80) -> str:
    """Return a value in quotation marks for a message, on one line. Only the first `most` characters are shown.

    A value that is not a `str` is shown as its `repr`, without further quotation marks.
    """
    text = one_line(value) if isinstance(value, str) else repr(value)
    shown = text if len(text) <= most else f"{text[:most]}…"
    return repr(shown) if isinstance(value, str) else shown


def counted(number: int, noun: str, plural: str = "") -> str:
    """Format `number` with its noun: `1 paper`, `2,230 papers`. If `plural` is "", the plural is `noun` with an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def normalise_tag(raw: str) -> str:
    """Return `raw`, a tag as typed, in its stored form: in NFC and case-folded.

    Raises UsageError if the tag is empty or starts with `-`. Raises UsageError if it contains a space, comma, colon,
    parenthesis, quote or invisible character.
    """
    tag = unicodedata.normalize("NFC", unicodedata.normalize("NFD", raw).casefold())
    if not tag:
        raise UsageError("a tag must not be empty")
    if tag.startswith("-"):
        raise UsageError(f"tag {quoted(raw)} starts with a minus sign", "a minus sign removes a tag")
    if not is_printable(tag) or re.search(_NOT_IN_TAGS, tag):
        raise UsageError(
            f"tag {quoted(raw)} holds a space or punctuation", "no spaces, commas, colons, parentheses or quotes"
        )
    return tag


def is_mail_address(value: object) -> bool:
    """Return whether `value` is an e-mail address in ASCII, without a name and without quotes."""
    return isinstance(value, str) and re.fullmatch(_MAIL_ADDRESS, value) is not None


def is_origin(text: str) -> bool:
    """Return whether `text` is an HTTP or HTTPS origin: scheme and host, perhaps with a port and a final `/`."""
    if not re.fullmatch(r"https?://[^\s/?#@]+/?", text):
        return False
    # Imported late: every command imports this module, and few users set an origin.
    from ipaddress import IPv6Address
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        if parts.hostname and ":" in parts.hostname:
            IPv6Address(parts.hostname)
        # An impossible port raises ValueError, too.
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
