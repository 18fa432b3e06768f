"""Parse a small subset of CommonMark, line by line, for display: emphasis, code, headings and lists.

Asterisks and underscores inside a word, between spaces or in a URL are literal, so formulas such as `2 * x_i` and names
such as `snake_case` stay intact. The paired delimiters of emphasis and code, heading marks, code fences, comment lines,
and backslashes that escape a character are left out. Bullets become `•`, and tabs become spaces. All other text is kept
as typed.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

STRONG = "strong"
EMPHASIS = "emphasis"
CODE = "code"


class Mark(NamedTuple):
    """A style for a part of a line: the characters from the index `start` to `end` (exclusive) have style `kind`."""

    start: int
    end: int
    kind: str


class NoteLine(NamedTuple):
    """A line of a note for display. If it is wrapped, the lines after the first are indented by `hang` characters."""

    text: str
    marks: tuple[Mark, ...] = ()
    hang: int = 0


class ListMark(NamedTuple):
    """The text at the beginning of a line that marks a list item, such as `- ` or `2. `.

    `present` is this text, and `following` is the text for the next item of the list.
    """

    present: str
    following: str


_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_COMMENT = re.compile(r" {0,3}<!--(?:(?!-->).)*--> *")
_HEADING = re.compile(r" {0,3}#{1,6} +(?=\S)")
_ITEM = re.compile(r"( *)([-*+]|[0-9]{1,9}[.)]|>) +(?=\S)")
_LIST_MARK = re.compile(r"( *)(?:([-*+])|([0-9]{1,9})([.)])|(>)) (?:(\[[ xX]\]) )?")
# A code span and a URL are one token each, so delimiters inside them are ignored.
_TOKEN = re.compile(r"`[^`]+`|https?://\S+|\\[\\`*_]|\*{1,3}|_{1,3}")
_EMPHASES = {"*": (EMPHASIS,), "**": (STRONG,), "***": (STRONG, EMPHASIS)}
_EMPHASES |= {delimiter.replace("*", "_"): kinds for delimiter, kinds in _EMPHASES.items()}


def note_lines(text: str) -> Iterator[NoteLine]:
    """Yield the lines of a note for display, with marks for their styles.

    The fences of code blocks, and lines that are comments, are left out.
    """
    fence = ""
    for line in text.expandtabs(4).split("\n"):
        delimiter = _FENCE.match(line)
        if delimiter and not fence:
            fence = delimiter[1]
        elif delimiter and delimiter[1].startswith(fence) and not line[delimiter.end() :].strip("`~ "):
            fence = ""
        elif fence or not _COMMENT.fullmatch(line):
            yield NoteLine(line, (Mark(0, len(line), CODE),)) if fence else _note_line(line)


def list_mark(line: str) -> ListMark | None:
    """Return the list mark at the beginning of `line`, such as `- `, `2. ` or `- [x] `.

    Return None if there is no mark.
    """
    found = _LIST_MARK.match(line)
    if found is None:
        return None
    space, bullet, number, dot, quote, box = found.groups()
    mark = f"{int(number) + 1}{dot}" if number else bullet or quote
    return ListMark(found[0], f"{space}{mark} {'[ ] ' if box else ''}")


def _note_line(line: str) -> NoteLine:
    heading = _HEADING.match(line)
    if heading:
        text, marks = parse_inline(line[heading.end() :])
        return NoteLine(text, (Mark(0, len(text), STRONG), *marks))
    item = _ITEM.match(line)
    if not item:
        return NoteLine(*parse_inline(line))
    head = f"{item[1]}{'•' if item[2] in '-*+' else item[2]} "
    text, marks = parse_inline(line[item.end() :])
    shifted = tuple(Mark(mark.start + len(head), mark.end + len(head), mark.kind) for mark in marks)
    return NoteLine(head + text, shifted, len(head))


class _Pair(NamedTuple):
    """An opening and a closing delimiter of `size` characters, at `start` and `end` of a line."""

    start: int
    end: int
    size: int
    kinds: tuple[str, ...]


def parse_inline(line: str) -> tuple[str, tuple[Mark, ...]]:
    """Remove the delimiters of emphasis and code from `line`.

    Return the remaining text, and the marks of its styled parts.
    """
    pairs, hidden = _pairs(line)
    if not pairs and not hidden:
        return line, ()
    for pair in pairs:
        hidden.update(range(pair.start, pair.start + pair.size), range(pair.end, pair.end + pair.size))
    positions, text = [], ""
    for index, character in enumerate(line):
        positions.append(len(text))
        if index not in hidden:
            text += character
    marks = (Mark(positions[pair.start], positions[pair.end], kind) for pair in pairs for kind in pair.kinds)
    return text, tuple(sorted(marks))


def _pairs(line: str) -> tuple[list[_Pair], set[int]]:
    """Return the matching delimiter pairs, and the indexes of backslashes that escape a delimiter."""
    pairs: list[_Pair] = []
    escapes: set[int] = set()
    opened: dict[str, int] = {}
    for match in _TOKEN.finditer(line):
        token, start = match[0], match.start()
        if token[0] == "`":
            pairs.append(_Pair(start, match.end() - 1, 1, (CODE,)))
        elif token[0] == "\\":
            escapes.add(start)
        elif token in _EMPHASES:
            begin = opened.get(token)
            if begin is not None and begin + len(token) < start and _may_close(line, match):
                pairs.append(_Pair(begin, start, len(token), _EMPHASES[token]))
                opened = {other: index for other, index in opened.items() if index < begin}
            elif _may_open(line, match):
                opened[token] = start
    return pairs, escapes


def _may_open(line: str, delimiter: re.Match[str]) -> bool:
    before, after = line[max(0, delimiter.start() - 1) : delimiter.start()], line[delimiter.end() : delimiter.end() + 1]
    return not before.isalnum() and bool(after) and not after.isspace()


def _may_close(line: str, delimiter: re.Match[str]) -> bool:
    before, after = line[max(0, delimiter.start() - 1) : delimiter.start()], line[delimiter.end() : delimiter.end() + 1]
    return not before.isspace() and not after.isalnum()
