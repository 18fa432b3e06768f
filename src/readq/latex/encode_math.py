"""Encode formulas as TeX that compiles without an error.

Only known commands and balanced braces are written. Unicode characters are written as commands.
"""

import re
from collections.abc import Sequence

from readq.latex.math_parser import ARITY, TEXT_FONTS, MathError, Node, parse
from readq.latex.symbols import GREEK_LOOKALIKES, MATH


def encode_formula(text: str) -> str | None:
    """Return a formula as TeX in the form `{$…$}`. Return None if TeX might reject the formula.

    `text` is the formula without dollar signs.
    """
    try:
        return f"{{${_math(parse(text))}$}}"
    except MathError:
        return None


def _math(nodes: Sequence[Node]) -> str:
    parts: list[str] = []
    for node in nodes:
        tex = _math_node(node)
        # A space keeps a letter apart from the name of the command before it.
        is_after_name = tex[:1].isalpha() and parts and re.search(r"\\[A-Za-z]+\Z", parts[-1])
        parts.append(f" {tex}" if is_after_name else tex)
    return "".join(parts)


def _math_node(node: Node) -> str:
    match node.kind:
        case "char":
            return _math_character(node.text)
        case "space":
            return " "
        case "group":
            return f"{{{_math(node.children)}}}"
        case "^" | "_":
            return node.kind + _math_argument(node.children[0])
        case "left" | "right":
            return f"\\{node.kind}{_delimiter(node.text)}"
    return _math_command(node)


def _math_argument(node: Node) -> str:
    tex = _math_node(node)
    return tex if node.kind == "group" or len(tex) == 1 else f"{{{tex}}}"


def _math_character(char: str) -> str:
    if char in MATH:
        return MATH[char]
    char = GREEK_LOOKALIKES.get(char, char)
    if not char.isascii():
        raise MathError(f"{char} is unknown in math mode")
    return char


def _delimiter(token: str) -> str:
    # BibTeX counts the brace in \{ like any other.
    return {"\\{": "\\lbrace", "\\}": "\\rbrace", "\\|": "\\Vert"}.get(token, token)


def _math_command(node: Node) -> str:
    name = node.text
    if name not in ARITY:
        raise MathError(f"\\{name} is unknown")
    if name in TEXT_FONTS:
        return _words_in_math(name, node.children[0])
    arguments = "".join(_math_argument(child) for child in node.children)
    command = _delimiter(f"\\{name}")
    return f"{command} {arguments}" if arguments[:1].isalpha() else command + arguments


def _words_in_math(name: str, argument: Node) -> str:
    r"""Return words as `\mathrm`, which scales in scripts, or as `\mbox`. `\text` would need the package amsmath."""
    children = argument.children if argument.kind == "group" else (argument,)
    words = "".join(
        " " if child.kind == "space" else child.text for child in children if child.kind in ("char", "space")
    )
    if any(child.kind not in ("char", "space") for child in children) or not re.fullmatch(
        r"[A-Za-z0-9 .,:;+/()-]*", words
    ):
        raise MathError("only plain words can be set as text")
    if name in ("text", "mbox", "hbox"):
        name = "mathrm" if words.isalnum() else "mbox"
    return f"\\{name}{{{words}}}"
