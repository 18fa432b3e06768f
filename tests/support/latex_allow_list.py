r"""Check whether LaTeX from outside can be written to a .bib file unchanged.

LaTeX can neither break the file nor run a command if four conditions hold. Braces are balanced; BibTeX counts `\{` as a
brace. Every special character is escaped. All formulas and commands are on an allow-list. Every command has its
argument.
"""

import re

from readq.latex.encode_math import encode_formula
from readq.latex.symbols import ACCENTS, LETTERS, SPECIALS, TEXT_SIGNS

_WITH_ARGUMENT = frozenset(ACCENTS.values()) | frozenset(
    "emph textbf textit textsc textsf texttt textrm textsl textup textmd textnormal underline mbox textsuperscript "  # noqa: SIM905
    "textsubscript t".split()
)
_ALONE = (
    frozenset(LETTERS.values())
    | frozenset(TEXT_SIGNS.values())
    | frozenset(tex[2:-1] for tex in SPECIALS.values() if tex.startswith("{"))
    | frozenset(
        "ldots dots textellipsis LaTeX TeX em it bf tt sc sl rm sf itshape bfseries scshape ttfamily textendash "  # noqa: SIM905
        "textemdash textquoteleft textquoteright textquotedblleft textquotedblright textquotesingle slash "
        "textasteriskcentered".split()
    )
    | frozenset(" ,;:!/-&%#_${}")
)
_MAX_DEPTH = 20
_URL = re.compile(r"\\url\{[^{}\\]*\}")
_TOKEN = re.compile(r"\\(?:([A-Za-z]+)|(.|\Z))|[{}&%#_^]", re.DOTALL)
_ARGUMENT = re.compile(r"\s?(?:[A-Za-z0-9{]|\\[ij](?![A-Za-z]))")
_DOLLAR = re.compile(r"(?<!\\)\$")


def is_harmless(tex: str) -> bool:
    """Return whether BibTeX, biber and LaTeX accept `tex` as the value of a field without an error."""
    if "\\" not in tex and not re.search(r"[{}$&%#_^]", tex):
        return True
    pieces = _DOLLAR.split(_URL.sub("", tex))
    if len(pieces) % 2 == 0 or not all(encode_formula(piece) for piece in pieces[1::2]):
        return False
    # Formulas have been checked, braces included; an x stands for each.
    return _is_harmless_prose("x".join(pieces[::2]))


def _is_harmless_prose(text: str) -> bool:
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in ("{", "\\{"):
            depth += 1
        elif sign in ("}", "\\}"):
            depth -= 1
        elif sign[0] != "\\" or not _is_allowed(token[1] or token[2], text, token.end()):
            return False
        if not 0 <= depth <= _MAX_DEPTH:
            return False
    return depth == 0


def _is_allowed(name: str, text: str, end: int) -> bool:
    if name in _WITH_ARGUMENT:
        return _ARGUMENT.match(text, end) is not None
    return name in _ALONE
