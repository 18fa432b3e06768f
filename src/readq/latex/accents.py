r"""Accented letters in LaTeX: `\"u`, `\v{c}`, `{\o}` composed to Unicode, and Unicode taken apart into them."""

import re
import unicodedata

from readq.latex.symbols import ACCENTS, LETTERS

_MARKS = {command: mark for mark, command in ACCENTS.items()}
_LETTERS = {name: letter for letter, name in LETTERS.items()}

_CHAR = r"(?:\\[ij](?![A-Za-z])\s?|[^\W\d_][\u0300-\u036f]?)"
_BASE = rf"(\{{\{{{_CHAR}\}}\}}|\{{\s*{_CHAR}\s*\}}|{_CHAR})"
# An accent named by a letter is a control word: a space, a brace or \i must end it, so that C:\users is left alone.
_ACCENT = rf"""\\(?:(["'`^~=.])\s?|([uvHcdbkr])(?:\s|(?=\{{)|(?=\\[ij](?![A-Za-z])))){_BASE}"""
_LETTER = rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|[ ](?=\S))?"
_COMPOSABLE = re.compile(rf"\{{\s*{_ACCENT}\s*\}}|{_ACCENT}")
_NAMED = re.compile(rf"\{{\s*{_LETTER}\s*\}}|{_LETTER}")
# Vietnamese and Pinyin carry two accents on a letter; nobody writes more than three.
_MAX_ACCENTS = 3
# pdfLaTeX prints the letters of Latin-1 and Latin Extended-A from UTF-8, but for these.
LAST_PDFLATEX_LETTER = "\u017f"
NOT_IN_PDFLATEX = frozenset("ĦħĸĿŀŉŦŧſ")


def compose(text: str) -> str:
    r"""`text` with accent commands and letters as Unicode (`\'{\i}` is `í`, `{\ss}` is `ß`); all else as it is."""
    if "\\" not in text:
        return text
    for _ in range(_MAX_ACCENTS):
        text, count = _COMPOSABLE.subn(_composed, text)
        if not count:
            break
    return _NAMED.sub(lambda found: _LETTERS[found[1] or found[2]], text)


def _composed(found: re.Match[str]) -> str:
    groups = found.groups()
    symbol, word, base = groups[:3] if groups[2] else groups[3:]
    base = base.strip("{} ").lstrip("\\")
    composed = unicodedata.normalize("NFC", base + _MARKS[symbol or word])
    return composed if len(composed) == 1 or base.isascii() else found[0]


def accented(cluster: str) -> str | None:
    r"""One letter with its marks in ASCII, `ü` as `{\"u}`; None if LaTeX has no command for it.

    Where pdfLaTeX knows no character for it, the letter gets braces of its own, else biber would turn `\^x` and
    `\'{\^e}` back into Unicode. Against `\d{o}` that does not help: with biber it takes LuaLaTeX.
    """
    if cluster in LETTERS:
        return f"{{\\{LETTERS[cluster]}}}"
    base, *marks = list(unicodedata.normalize("NFD", cluster))
    if not marks or any(mark not in ACCENTS for mark in marks):
        return None
    if base in LETTERS and not base.isascii():
        tex = f"\\{LETTERS[base]}"
    elif base.isascii() and base.isalpha():
        tex = base
    else:
        return None
    is_plain = len(marks) > 1 or (len(cluster) == 1 and cluster <= LAST_PDFLATEX_LETTER)
    for mark in marks:
        tex = _accent(ACCENTS[mark], tex, is_plain)
    return f"{{{tex}}}"


def _accent(command: str, base: str, is_plain: bool) -> str:
    if len(base) > 1 or not (is_plain or command.isalpha()):
        return f"\\{command}{{{{{base}}}}}"
    return f"\\{command}{{{base}}}" if command.isalpha() else f"\\{command}{base}"
