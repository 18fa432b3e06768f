"""Parse the entries of a .bib file into raw fields, with the splitter of the library bibtexparser.

The splitter recovers from most errors, but after some errors it would lose or mix up fields. These errors are a missing
comma between two fields, a missing key, a field given twice, and a value with a line that starts with `@word{`. This
module handles these errors. It also joins the parts of a value at `#`, and expands macros.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from bibtexparser import model
from bibtexparser.splitter import Splitter

from readq.text import one_line

# split_blocks returns failed blocks; bibtexparser would log them as well.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_BLOCK_MARK = re.compile(r"(?<!\\)[{}]|^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)
_ENTRY_START = re.compile(r"[ \t]*@[ \t]*\w+[ \t]*[{(]\s*[^\s,{}()\"=]*\s*,")
_ENTRY_LINE = re.compile(rf"^{_ENTRY_START.pattern}", re.MULTILINE)
_NEXT_FIELD = re.compile(r"\s*([A-Za-z][\w:+.-]*)\s*=\s*(?=[{\"0-9])")
# `@misc{title = {…}}` and `@misc{ , title = {…}}`: the splitter wants a comma after a key, which may be empty.
_MISSING_KEY = re.compile(
    r"^[ \t]*@[ \t]*(?!(?:string|preamble|comment)\b)\w+[ \t]*[{(](?=\s*[a-z][\w-]*\s*=\s*[\w{\"])",
    re.MULTILINE | re.IGNORECASE,
)
_NO_COMMA = re.compile(r"@\s*\w+\s*[{(]\s*[^\s,{}=\"]+\s+[A-Za-z][\w:+.-]*\s*=")
_NO_EQUALS_SIGN = re.compile(r"[}\"\w]\s*,\s*[A-Za-z][\w:+.-]*[ \t]*\Z")
_KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}=\"]{1,200})")
# BibTeX takes quotes and equals signs in keys, the splitter does not. They are replaced while it works.
_UNUSUAL_KEY = re.compile(
    r"^([ \t]*@[ \t]*(?!(?:string|preamble|comment)\b)\w+[ \t]*[{(]\s*)([^\s,{}()=\"]*[=\"][^\s,{}()]*)"
    r"(?=\s*,\s*(?:[a-z][\w:+.-]*\s*=|[})]))",
    re.MULTILINE | re.IGNORECASE,
)
_FIRST_FIELD = re.compile(
    r"(?:abstract|address|author|booktitle|date|doi|editor|eprint|howpublished|institution|isbn|journal|journaltitle|key"
    r"|keywords|month|note|number|pages|publisher|school|series|title|url|volume|year)=",
    re.IGNORECASE,
)
# BibTeX allows spaces and line breaks in `@misc{`. The splitter does not.
_BREAK_IN_START = re.compile(
    r"^([ \t]*@)[ \t]*(\n\s*)?(\w+)[ \t]*(\n\s*)?([{(])"
    r"(?=(?:\s*[^\s,{}()\"=]*\s*,)?\s*[A-Za-z][\w:+.-]*\s*=)",
    re.MULTILINE,
)
_SPACE_IN_START = re.compile(r"^([ \t]*@)[ \t]+(?=\w+[ \t]*[{(]\s*[^\s,{}()\"=]+\s*[,=])", re.MULTILINE)
_MASKS = {'"': "\ufdd0", "=": "\ufdd1"}
# A line break of TeX, `\\`, before a brace: to the splitter, the second backslash escapes the brace.
_LINE_BREAKS = re.compile(r"(?<!\\)((?:\\\\)+)(?=[{}\"=,)\n])")
_APART = "\ufdd2"
# What can begin or end an entry, a value or a comment. The splitter does not count an escaped brace or quote either.
# JabRef has written `% Encoding: UTF-8` without a newline before the first entry.
_COMMENT_MARK = re.compile(
    r"(?<!\\)[{}\")]|(?<![^\s,}\"])%(?![ \t]*Encoding:)"
    r"|@[ \t]*(?P<kind>\w+)[ \t]*(?P<open>[{(])(?P<key>\s*[^\s,{}()\"=]+\s*,|\s*,)?"
)
_MAY_BE_COMMENT = re.compile(r"(?<![^\s,}\"])%")
_NO_ENTRIES = frozenset(("comment", "string", "preamble"))
_WIDEST_MARGIN = 100
# Characters. Macros defined by macros can double in length with every line.
_MAX_VALUE = 1_000_000
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())  # noqa: SIM905


class RawEntry(NamedTuple):
    """An entry of a .bib file."""

    where: str
    """The place of the entry in the file, for messages."""
    entry_type: str
    key: str
    fields: dict[str, str]
    """Maps names of fields in lower case to values, without outer braces and with expanded macros."""


class BrokenBlock(NamedTuple):
    """A part of a .bib file that could not be parsed as an entry.

    `where` is its place in the file and `why` the reason, both for messages.
    """

    where: str
    why: str


def split_blocks(text: str) -> list[RawEntry | BrokenBlock]:
    """Return the entries of a .bib file, in order. A part that cannot be parsed becomes a BrokenBlock. Raises nothing.

    Comments, preambles and macro definitions are left out.
    """
    return BlockParser().split(text)


class BlockParser:
    """A parser that splits a .bib file into its entries.

    A large file can be given part by part. The function `cut_before_entries` yields such parts.
    """

    def __init__(self) -> None:
        self._macros: dict[str, str] = {}
        self._found: list[RawEntry | BrokenBlock] = []
        self._number = 0
        self._lines = 0

    def split(self, text: str) -> list[RawEntry | BrokenBlock]:
        """Return the entries in `text`, which is the whole file or its next part.

        A block that cannot be parsed becomes a BrokenBlock. Comments, preambles and macro definitions are left out.
        Macros are expanded, even those that an earlier part of the file defines. Raises nothing.
        """
        # The splitter counts a line per newline, and its marks need ASCII whitespace.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = text.count("\n")
        text = _BREAK_IN_START.sub(_break_after_start, text)
        text = _UNUSUAL_KEY.sub(_masked_key, _SPACE_IN_START.sub(r"\1", text))
        text = _LINE_BREAKS.sub(rf"\1{_APART}", text)
        text = _MISSING_KEY.sub(lambda start: f"{start[0]},", without_comments(text))
        library = Splitter(_without_false_starts(text)).split()
        self._found = []
        for block in library.blocks:
            if isinstance(block, model.String):
                # A macro that is joined to other text may begin or end with a space.
                self._macros[block.key.lower()] = _evaluate(_unmasked(block.value), self._macros)
            elif isinstance(block, model.ParsingFailedBlock):
                self._take_failed(block)
            elif isinstance(block, model.Entry):
                self._take_entry(block)
        self._lines += lines
        return self._found

    def _take_failed(self, block: model.ParsingFailedBlock) -> None:
        # The traceback refers to the block. An import disables the garbage collector, which alone would free both.
        block.error.__traceback__ = block.error.__context__ = None
        inner = block.ignore_error_block
        if isinstance(inner, model.Entry):
            self._take_entry(inner)
            return
        raw = _unmasked(block.raw or "")
        if re.match(r"@\s*(?:string|comment|preamble)\b", raw, re.IGNORECASE):
            return
        key = _KEY.match(raw)
        line = self._lines + (block.start_line or 0) + 1
        self._found.append(BrokenBlock(f"{self._next_name(key[1] if key else '')}, line {line}", _reason(raw)))

    def _take_entry(self, block: model.Entry) -> None:
        if block.entry_type.lower() == "comment":
            return
        fields: dict[str, str] = {}
        for field in block.fields:
            name, value = one_line(field.key).lower(), _unmasked(str(field.value))
            # Only a value with an equals sign can hold a second field. Few values do, and the search for it is slow.
            for one, part in _split_joined_fields(name, value) if "=" in value else ((name, value),):
                if one and one not in fields:
                    fields[one] = evaluate(part, self._macros)
        key = _unmasked(" ".join(block.key.split()))
        self._found.append(RawEntry(self._next_name(key[:80]), block.entry_type.lower(), key, fields))

    def _next_name(self, key: str) -> str:
        self._number += 1
        return f"entry {self._number} ({key})" if key else f"entry {self._number}"


def cut_before_entries(texts: Iterable[str], size: int) -> Iterator[str]:
    """Yield a .bib file in parts of about `size` characters. Each part but the first begins with the start of an entry.

    `texts` is the content of the file in pieces of any length. An entry starts at the beginning of a line with a type,
    a brace, a key and a comma. The splitter always recognises such a start, even after a broken entry. So the parts
    contain the same entries as the whole file.
    """
    held, least = "", size
    for text in texts:
        held += text
        if len(held) < least:
            continue
        cut = max((start.start() for start in _ENTRY_LINE.finditer(held)), default=0)
        if cut:
            yield held[:cut]
        held, least = held[cut:], max(size, 2 * (len(held) - cut))
    yield held


def _break_after_start(start: re.Match[str]) -> str:
    """Return the start of an entry with its line breaks behind it, so that the lines keep their numbers."""
    breaks = f"{start[2] or ''}{start[4] or ''}"
    return f"{start[1]}{start[3]}{start[5]}{breaks}" if breaks else start[0]


def _masked_key(start: re.Match[str]) -> str:
    """Return the start of an entry, with quotes and equals signs in its key masked. `@misc{year=2000,` has no key."""
    return (
        start[0]
        if _FIRST_FIELD.match(start[2])
        else start[1] + start[2].replace('"', _MASKS['"']).replace("=", _MASKS["="])
    )


def _unmasked(text: str) -> str:
    if text.isascii():
        return text
    for char, mask in _MASKS.items():
        text = text.replace(mask, char)
    return text.replace(_APART, "")


def evaluate(value: str, macros: dict[str, str]) -> str:
    """Return the value of a field without delimiters. Macros are expanded, and parts separated by `#` are joined.

    `macros` maps the names of macros to their values. Unknown macros are kept. If a value joins the name of a month to
    other text by `#`, the value is returned unchanged, because `date_fields.month_number` parses it.
    """
    return _evaluate(value, macros).strip()


def _evaluate(value: str, macros: dict[str, str]) -> str:
    if "#" not in value and value[:1] == "{" and value[-1:] == "}" and len(value) <= _MAX_VALUE:
        return value[1:-1]
    pieces = _operands(value)
    if len(pieces) > 1 and any(piece.lower() in _MONTHS for piece in pieces):
        return value
    joined = "".join(_evaluate_operand(piece, macros) for piece in pieces)
    return joined if len(joined) <= _MAX_VALUE else value


def _reason(raw: str) -> str:
    # The splitter stops at the sign that it does not expect, and `raw` ends there.
    if _NO_COMMA.fullmatch(raw):
        return "no comma after the key"
    braces = re.sub(r"\\[{}]", "", raw)
    is_between_fields = braces.count("{") == braces.count("}") + 1
    if is_between_fields and _NO_EQUALS_SIGN.search(raw):
        return "no equals sign after the name of a field"
    if is_between_fields and raw.rstrip().endswith(","):
        return "no closing brace, or two commas in a row"
    if braces.count("{") != braces.count("}"):
        return "unbalanced braces"
    if raw.count('"') % 2:
        return "a quote is not closed"
    return "not an entry of the form @type{key, field = {value}}"


def _split_joined_fields(name: str, value: str) -> list[tuple[str, str]]:
    """Return the field. If a missing comma has joined several fields into one value, return these fields."""
    fields: list[tuple[str, str]] = []
    while (end := _end_of_delimited(value)) and (follows := _NEXT_FIELD.match(value, end)):
        fields.append((name, value[:end]))
        name, value = follows[1].lower(), value[follows.end() :]
    return [*fields, (name, value)]


def _end_of_delimited(value: str) -> int:
    """Return where the braced or quoted string at the start of `value` ends.

    Return 0 if there is no such string, or if nothing follows it.
    """
    if value[:1] not in ("{", '"') or len(value) < 2:
        return 0
    depth = 0
    for mark in re.finditer(r'\\.|[{}"]', value, re.DOTALL):
        depth += (mark[0] == "{") - (mark[0] == "}")
        closes = mark[0] == "}" if value[0] == "{" else mark[0] == '"' and mark.start() > 0
        if depth == 0 and closes:
            return mark.end() if mark.end() < len(value) else 0
    return 0


def _operands(value: str) -> list[str]:
    """Return the operands of `#` outside braces and quotes."""
    if "#" not in value:
        return [value.strip()]
    pieces: list[str] = []
    depth = start = 0
    quoted = False
    for mark in re.finditer(r'\\.|[{}"#]', value, re.DOTALL):
        sign = mark[0]
        depth += (sign == "{") - (sign == "}")
        if sign == '"' and depth == 0:
            quoted = not quoted
        elif sign == "#" and depth == 0 and not quoted:
            pieces.append(value[start : mark.start()].strip())
            start = mark.end()
    return [*pieces, value[start:].strip()]


def _evaluate_operand(piece: str, macros: dict[str, str]) -> str:
    if len(piece) > 1 and (piece[0], piece[-1]) in (("{", "}"), ('"', '"')):
        return piece[1:-1]
    return macros.get(piece.lower(), piece)


def _without_false_starts(text: str) -> str:
    """Return `text` without the line break before an `@word{` inside a value, which the splitter takes for an entry.

    An `@word{` is inside a value if it does not start an entry (`@word{key,`) and the entry around it is closed later.
    """
    depth = 0
    false_starts: list[int] = []
    candidates: list[int] = []
    for mark in _BLOCK_MARK.finditer(text):
        if mark[0] == "}":
            depth = max(depth - 1, 0)
            if depth == 0:
                false_starts += candidates
                candidates = []
        elif mark[0] == "{":
            depth += 1 if depth else 0
        elif depth and not _ENTRY_START.match(text, mark.start()):
            candidates.append(mark.start())
            depth += 1 if mark[0].endswith("{") else 0
        else:
            candidates = []
            depth = 1 if mark[0].endswith("{") else 0
    # The character before each is a newline.
    pieces = [text[start:end] for start, end in pairwise([0, *false_starts, len(text) + 1])]
    return " ".join([piece.removesuffix("\n") for piece in pieces[:-1]] + pieces[-1:])


def without_comments(text: str) -> str:
    """Return `text`, the content of a .bib file, without the comments that biber and JabRef understand.

    A comment begins with `%` between two fields, or at the beginning of a line between two entries. It ends with the
    line. BibTeX has no such comments: it reads an entry on a line that begins with `%`, and stops at a `%` inside an
    entry. The numbers of the lines stay the same.
    """
    if not _MAY_BE_COMMENT.search(text):
        return text
    pieces: list[str] = []
    depth = start = at = 0
    has_fields = is_quoted = is_round = False
    while mark := _COMMENT_MARK.search(text, at):
        sign, at = mark[0], mark.end()
        if sign == "{":
            depth += 1 if depth else 0
        elif sign == "}" or (sign == ")" and is_round and depth == 1 and not is_quoted):
            depth = max(depth - 1, 0)
        elif sign == '"':
            is_quoted = not is_quoted if depth == 1 else is_quoted
        elif sign == "%":
            is_between_fields = depth == 1 and has_fields and not is_quoted
            if is_between_fields or (depth == 0 and _begins_line(text, mark.start())):
                pieces.append(text[start : mark.start()])
                start = at = _end_of_line(text, at)
        elif sign[0] == "@" and (depth == 0 or (mark["key"] and _begins_line(text, mark.start()))):
            depth, is_quoted, is_round = 1, False, mark["open"] == "("
            has_fields = mark["kind"].lower() not in _NO_ENTRIES
    return "".join([*pieces, text[start:]])


def _begins_line(text: str, at: int) -> bool:
    before = text[max(at - _WIDEST_MARGIN, 0) : at]
    return not before.rpartition("\n")[2].strip() and ("\n" in before or at < _WIDEST_MARGIN)


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
