r"""Convert formulas to Unicode text: `x_i^2` to `xᵢ²`, `\mathbb{R}^n` to `ℝⁿ`, `\frac{a}{b}` to `a/b`."""

import unicodedata
from collections.abc import Sequence

from readq.latex.command_symbols import symbol
from readq.latex.math_parser import ARITY, MathError, Node, parse
from readq.latex.symbols import SUBSCRIPTS, SUPERSCRIPTS

_DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)) | {"E": "𝔼", "1": "𝟙", "F": "𝔽", "S": "𝕊"}
_HATS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0304",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
}
_SPACES = {" ": " ", ",": " ", ";": " ", ":": " ", "!": ""}
# Commands that change the look of what follows, and print nothing.
_SWITCHES = frozenset("bf cal displaystyle em it limits nolimits rm scriptstyle sc sf textstyle tt".split())  # noqa: SIM905
_OPERATORS = frozenset(
    "arccos arcsin arctan arg cos cosh cot deg det dim exp gcd hom inf ker lg lim ln log max min mod Pr sec sin "  # noqa: SIM905
    "sinh sup tan tanh".split()
)


def formula_text(text: str) -> str:
    """Convert a formula, given without its dollar signs, to Unicode text.

    If the formula cannot be parsed, return it unchanged, in dollar signs.
    """
    try:
        return _text(parse(text)).strip()
    except MathError:
        return f"${text}$"


def script(text: str, kind: str) -> str:
    """Convert `text` to a superscript or subscript in Unicode characters, such as `2` to `²`.

    `kind` is `^` for a superscript, `_` for a subscript. If Unicode lacks one of the characters, return `kind` and
    the text, such as `^q` for `q` and `^(p+q)` for `p+q`.
    """
    signs = SUPERSCRIPTS if kind == "^" else SUBSCRIPTS
    compact = text.replace(" ", "")
    if all(char in signs for char in compact):
        return "".join(signs[char] for char in compact)
    return f"{kind}{text}" if len(text) == 1 or (kind == "_" and text.isalnum()) else f"{kind}({text})"


def _text(nodes: Sequence[Node]) -> str:
    out = ""
    for node in nodes:
        gap = " " if node.text in _OPERATORS and out[-1:].isalnum() else ""
        out += gap + _node(node)
    return out


def _node(node: Node) -> str:
    match node.kind:
        case "space":
            return " "
        case "group":
            return _text(node.children)
        case "^" | "_":
            return script(_node(node.children[0]).strip(), node.kind)
        case "left" | "right":
            return "" if node.text == "." else node.text if len(node.text) == 1 else _command(node.text[1:], ())
        case "command":
            return _command(node.text, node.children)
    return {"'": "′", "~": " "}.get(node.text, node.text)


def _command(name: str, arguments: Sequence[Node]) -> str:
    inner = [_node(argument) for argument in arguments]
    if name in _OPERATORS:
        return name
    if not inner:
        return _sign(name)
    if ARITY[name] == 2:
        return _stacked(name, *inner)
    if name == "sqrt":
        return f"√{inner[0]}" if len(inner[0]) == 1 or inner[0].isdigit() else f"√({inner[0]})"
    if name == "mathbb":
        return "".join(_DOUBLE_STRUCK.get(char, char) for char in inner[0])
    if name in _HATS and len(inner[0]) == 1:
        return unicodedata.normalize("NFC", inner[0] + _HATS[name])
    return inner[0]


def _sign(name: str) -> str:
    if not name.isalpha():
        return _SPACES.get(name, "‖" if name == "|" else name)
    if name in _SWITCHES:
        return ""
    char = symbol(name)
    if char is None:
        raise MathError(f"\\{name} is unknown")
    return char


def _stacked(name: str, upper: str, lower: str) -> str:
    return f"C({upper}, {lower})" if name == "binom" else f"{_enclosed(upper)}/{_enclosed(lower)}"


def _enclosed(text: str) -> str:
    return text if text.isalnum() or len(text) == 1 else f"({text})"
