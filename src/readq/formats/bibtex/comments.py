"""Remove the comments that biber and JabRef understand from the text of a .bib file.

A comment begins with `%` between two fields, or at the beginning of a line between two entries. It ends with the line.
BibTeX has no such comments: it reads an entry on a line that begins with `%`, and stops at a `%` inside an entry.
"""

import re

# An escaped brace or quote is not counted: the splitter of bibtexparser does not count it either. JabRef has written
# `% Encoding: UTF-8` without a newline before the first entry.
_MARK = re.compile(
    r"(?<!\\)[{}\")]|(?<![^\s,}\"])%(?![ \t]*Encoding:)"
    r"|@[ \t]*(?P<kind>\w+)[ \t]*(?P<open>[{(])(?P<key>\s*[^\s,{}()\"=]+\s*,|\s*,)?"
)
_MAYBE = re.compile(r"(?<![^\s,}\"])%")
_NO_FIELDS = frozenset(("comment", "string", "preamble"))
_WIDEST_MARGIN = 100


def without_comments(text: str) -> str:
    """Return `text`, the content of a .bib file, without its comments. The numbers of the lines stay the same."""
    if not _MAYBE.search(text):
        return text
    pieces: list[str] = []
    depth = start = at = 0
    has_fields = is_quoted = is_round = False
    while mark := _MARK.search(text, at):
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
            has_fields = mark["kind"].lower() not in _NO_FIELDS
    return "".join([*pieces, text[start:]])


def _begins_line(text: str, at: int) -> bool:
    before = text[max(at - _WIDEST_MARGIN, 0) : at]
    return not before.rpartition("\n")[2].strip() and ("\n" in before or at < _WIDEST_MARGIN)


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
