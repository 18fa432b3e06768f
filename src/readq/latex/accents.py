r"""Convert accented letters between LaTeX (`\"u`, `\v{c}`, `{\o}`) and Unicode."""

import re
import unicodedata

from readq.latex.symbols import ACCENTS, LETTERS
from readq.text import pattern

_MARKS = {command: mark for mark, command in ACCENTS.items()}
_LETTERS = {name: letter for letter, name in LETTERS.items()}

_CHAR = r"(?:\\[ij](?![A-Za-z])\s?|[^\W\d_][\u0300-\u036f]?)"
_BASE = rf"(\{{\{{{_CHAR}\}}\}}|\{{\s*{_CHAR}\s*\}}|{_CHAR})"
# An accent command that is a letter must be followed by a space, a brace or \i, so C:\users is not taken for one.
_ACCENT = rf"""\\(?:(["'`^~=.])\s?|([uvHcdbkr]|textcommabelow)(?:\s|(?=\{{)|(?=\\[ij](?![A-Za-z])))){_BASE}"""
_LETTER = rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|[ ](?=\S))?"
# The braces after a command such as `\d` stay: without them, its name would run into the letter.
_COMPOSABLE = pattern(rf"(?<!\\[uvHcdbkr])\{{\s*{_ACCENT}\s*\}}|{_ACCENT}")
_NAMED = pattern(rf"\{{\s*{_LETTER}\s*\}}|{_LETTER}")
# Vietnamese and Pinyin have two accents on a letter; more than three do not occur.
_MAX_ACCENTS = 3
# pdfLaTeX prints the letters of Latin-1 and Latin Extended-A from UTF-8, except these.
LAST_PDFLATEX_LETTER = "\u017f"
NOT_IN_PDFLATEX = frozenset("ĦħĸĿŀŉŦŧſ")


def compose(text: str) -> str:
    r"""Replace the LaTeX commands for accents and letters by Unicode, such as `\'{\i}` by `í` and `{\ss}` by `ß`."""
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


_ALONE = pattern(r"(?<!\\)\\([~^])\s?\{\s*\}")
_SIGNS = {"~": r"{\textasciitilde}", "^": r"{\textasciicircum}"}


def with_signs(tex: str) -> str:
    r"""Return `tex` with `\~{}` and `\^{}`, accents without a letter, replaced by commands for the signs `~` and `^`.

    Some programs write the signs in this way. But biber would remove the empty braces, and put the accent on the
    character that follows.
    """
    return _ALONE.sub(lambda found: _SIGNS[found[1]], tex) if "\\" in tex else tex


def accented(cluster: str) -> str | None:
    r"""Return the LaTeX command for an accented letter, such as `{\"u}` for `ü`. Return None if LaTeX has no command.

    `cluster` is the letter with its combining marks. biber converts such commands to Unicode characters. If pdfLaTeX
    cannot print the character, the command gets a second pair of braces around the base letter, so that biber leaves
    the command unchanged. For a few letters, such as `\d{o}`, braces do not help, and the document needs LuaLaTeX.
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
