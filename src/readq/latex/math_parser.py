"""Find and parse mathematics in titles and abstracts.

`split_math` separates formulas from prose, and recognises prices as prose. `parse` returns the syntax tree of a
formula. `encode_math` writes the tree as TeX, `decode_math` as Unicode.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from readq.latex.symbols import MATH_NAMES
from readq.text import pattern

_MAX_DEPTH = 12
_MAX_LENGTH = 1000

# Commands that are safe in math mode, with the number of their arguments.
_FONTS = "mathbb mathbf mathbin mathcal mathfrak mathit mathrm mathsf mathtt boldsymbol bm operatorname"
TEXT_FONTS = frozenset(("text", "textrm", "textbf", "textit", "textsc", "textsf", "texttt", "mbox", "hbox"))
# Switches of plain TeX, which change the font up to the end of the group.
_OLD_FONTS = "cal rm bf it sf tt sl mit"
_HATS = "hat bar tilde vec dot ddot check breve acute grave widehat widetilde overline underline sqrt"
_WORDS = (
    "arccos arcsin arctan arg cos cosh cot deg det dim exp gcd hom inf ker lg lim ln log max min mod Pr sec sin sinh "
    "sup tan tanh ldots cdots dots to gets le ge ne lbrace rbrace lVert rVert lvert rvert Vert vert vdash models quad "
    "qquad top bot land lor iff implies cdotp colon varnothing varpi varrho nu sum prod int backslash triangleq "
    "lesssim gtrsim dagger ddagger longrightarrow leadsto displaystyle wr amalg nexists"
)
ARITY = (
    dict.fromkeys(MATH_NAMES.values(), 0)
    | dict.fromkeys(_WORDS.split(), 0)
    | dict.fromkeys(_OLD_FONTS.split(), 0)
    | dict.fromkeys([*_FONTS.split(), *_HATS.split(), *TEXT_FONTS], 1)
    | {"frac": 2, "tfrac": 2, "dfrac": 2, "binom": 2}
    | dict.fromkeys(" ,;:!{}|%#&$_", 0)
)
_DELIMITERS = frozenset("()[]|./<>")
_DELIMITER_COMMANDS = frozenset(
    "{ } | langle rangle lfloor rfloor lceil rceil Vert vert lVert rVert lbrace rbrace".split()  # noqa: SIM905
)

_TOKEN = pattern(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)


class Node(NamedTuple):
    """A node in the syntax tree of a formula.

    `kind` is `char`, `space`, `group`, `command`, `left`, `right`, `^` or `_`. A node of kind `^` or `_` has one child.
    """

    kind: str
    text: str = ""
    children: tuple["Node", ...] = ()


class MathError(ValueError):
    """Raised for a formula that is not valid, or that uses TeX that this package does not support."""


def split_math(text: str) -> list[tuple[bool, str]]:
    r"""Split `text` into prose and formulas. Return pairs `(is_formula, piece)` in the order of the text.

    Formulas are given without their delimiters `$…$`, `$$…$$` or `\(…\)`. Three rules tell dollar delimiters from
    prices. No space follows the opening dollar. No space precedes the closing dollar. No digit follows the closing
    dollar. So `$5 and $10` is prose. An escaped `\$` is not a delimiter.

    If text between dollars is clearly mathematics, it is a formula even if it breaks these rules, as in `$\sim$5` or
    `$\sqrt{s} = $ 13`. Such text has a command, `^` or `_`, and has no word with a space on both sides.
    """
    pieces: list[tuple[bool, str]] = []
    at = 0
    for start, end, inner in _spans(text):
        pieces.append((False, text[at:start]))
        pieces.append((True, inner))
        at = end
    pieces.append((False, text[at:]))
    return [piece for piece in pieces if piece[1]]


_SIGN_OF_MATHEMATICS = pattern(r"\\[A-Za-z]|[\^_]")
_GROUP = pattern(r"\{[^{}]*\}")
_FREE_WORD = pattern(r"\s[A-Za-z]{2,}\s")
_ONE = pattern(r"\$")
_TWO = pattern(r"\${2}")
_MARK = pattern(r"\\\(|\\\)|\\.|\${1,2}", re.DOTALL)


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    opened: re.Match[str] | None = None
    for mark in _MARK.finditer(text):
        sign = mark[0]
        if sign == "\\(":
            opened = mark
        elif sign == "$$" and opened and opened[0] == "$" and (both := _TWO.match(text, mark.start())):
            # One formula ends and another begins.
            first = _ONE.match(text, mark.start())
            if first and _is_formula(text[opened.end() : mark.start()]) and _is_span(text, opened, first):
                yield opened.start(), first.end(), text[opened.end() : mark.start()]
                opened = _ONE.match(text, first.end())
            else:
                opened = both
        elif sign == "\\)" or sign[0] == "$":
            if opened and _closes(opened[0], sign) and _is_span(text, opened, mark):
                yield opened.start(), mark.end(), text[opened.end() : mark.start()]
                opened = None
            elif sign[0] == "$":
                opened = mark


def _closes(opening: str, closing: str) -> bool:
    return opening == closing or (opening == "\\(" and closing == "\\)")


def _is_span(text: str, opened: re.Match[str], closed: re.Match[str]) -> bool:
    inner = text[opened.end() : closed.start()]
    if not inner.strip() or len(inner) > _MAX_LENGTH or "$" in inner:
        return False
    if opened[0] == "\\(":
        return True
    if _is_formula(inner):
        return True
    return not (inner[0].isspace() or inner[-1].isspace() or text[closed.end() : closed.end() + 1].isdigit())


def _is_formula(inner: str) -> bool:
    """Return whether text between dollars is a formula whatever stands beside it."""
    return bool(_SIGN_OF_MATHEMATICS.search(inner)) and not _FREE_WORD.search(_GROUP.sub("", inner))


def parse(text: str) -> tuple[Node, ...]:
    r"""Parse a formula, given without delimiters. Return the nodes of its top level.

    An unknown command is parsed as a command without arguments. Raises MathError if braces, or `\left` and `\right`,
    are unbalanced. Raises MathError for a missing argument, and for a double superscript or subscript.
    """
    tokens = _TOKEN.findall(text)
    tokens.reverse()
    nodes = _sequence(tokens, 0)
    if tokens:
        raise MathError("an unmatched closing brace")
    return nodes


def _sequence(tokens: list[str], depth: int) -> tuple[Node, ...]:
    if depth > _MAX_DEPTH:
        raise MathError("nested too deeply")
    nodes: list[Node] = []
    scripts = ""
    fences = 0
    while tokens and tokens[-1] != "}":
        node = _node(tokens, depth)
        if node.kind in ("^", "_"):
            if node.kind in scripts:
                raise MathError("a double script")
            scripts += node.kind
        elif node.text == "'" and node.kind == "char":
            if "^" in scripts:
                raise MathError("a prime after a superscript")
        elif node.kind != "space":
            scripts = ""
            fences += (node.kind == "left") - (node.kind == "right")
            if fences < 0:
                raise MathError(r"\right without \left")
        nodes.append(node)
    if fences:
        raise MathError(r"\left without \right")
    return tuple(nodes)


def _node(tokens: list[str], depth: int) -> Node:
    token = tokens.pop()
    if token.isspace():
        return Node("space")
    if token == "{":  # noqa: S105 - no password
        return _group(tokens, depth)
    if token in ("^", "_"):
        return Node(token, children=(_argument(tokens, depth),))
    if token in ("\\left", "\\right"):
        return _fence(token[1:], tokens)
    if token[0] == "\\":
        name = token[1:]
        if not name:
            raise MathError("a backslash at the end")
        return Node("command", name, tuple(_argument(tokens, depth) for _ in range(ARITY.get(name, 0))))
    if token in "$%#&":  # noqa: S105 - no password
        raise MathError(f"a bare {token}")
    return Node("char", token)


def _group(tokens: list[str], depth: int) -> Node:
    children = _sequence(tokens, depth + 1)
    if not tokens:
        raise MathError("a brace is not closed")
    tokens.pop()
    return Node("group", children=children)


def _argument(tokens: list[str], depth: int) -> Node:
    while tokens and tokens[-1].isspace():
        tokens.pop()
    if not tokens or tokens[-1] in ("}", "^", "_", "'") or depth > _MAX_DEPTH:
        raise MathError("an argument is missing")
    return _node(tokens, depth + 1)


def _fence(kind: str, tokens: list[str]) -> Node:
    while tokens and tokens[-1].isspace():
        tokens.pop()
    token = tokens.pop() if tokens else ""
    if token in _DELIMITERS or (token[:1] == "\\" and token[1:] in _DELIMITER_COMMANDS):
        return Node(kind, token)
    raise MathError(f"no delimiter after \\{kind}")
