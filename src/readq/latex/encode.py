"""Encode any text as LaTeX that BibTeX, biber and pdfLaTeX accept without an error.

Three kinds of LaTeX in the text are kept: formulas with known commands, balanced braces, and font commands. Everything
else is escaped, so a title can neither break the file nor run a command.

BibTeX styles change the case of titles: `$O(N^2)$` would be printed as o(n^2). For this reason, mathematics and words
such as BERT are put in braces. BibTeX styles also cut names after a number of bytes, and can cut a UTF-8 character in
two. For this reason, accents are written as ASCII commands for BibTeX, but as UTF-8 for biber.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache, partial
from typing import NamedTuple

from readq.latex.accents import LAST_PDFLATEX_LETTER, NOT_IN_PDFLATEX, accented, compose
from readq.latex.capitals import names_in
from readq.latex.command_symbols import symbol
from readq.latex.decode import without_ties
from readq.latex.encode_math import encode_formula
from readq.latex.math_parser import split_math
from readq.latex.symbols import LETTERS, MATH, MATH_NAMES, PUNCTUATION, SPECIALS, TEXT_SIGNS
from readq.text import one_line, pattern


class Dialect(StrEnum):
    """The program that reads a .bib file: BibTeX with its own styles, or biblatex with biber."""

    BIBTEX = "bibtex"
    BIBLATEX = "biblatex"


# Font commands of prose; a group must follow directly.
_FONTS = frozenset(
    r"\emph \textbf \textit \textsc \textsf \texttt \textrm \textsl \underline \textsuperscript \textsubscript".split()  # noqa: SIM905
)
_GREEK_COMMANDS = frozenset(f"\\{name}" for name in MATH_NAMES.values() if len(name) > 2) - {r"\star", r"\natural"}
# Signs that pdfLaTeX prints from UTF-8 in its usual encodings, T1 and TS1.
_PDFLATEX_SIGNS = frozenset("–—‘’“”…")
_PRINTED_SIGNS = _PDFLATEX_SIGNS | frozenset("¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿×÷‚„†‡•‰‹›€™")
# Switches of the font up to the end of the group that they begin.
_SWITCHES = frozenset((r"\em", r"\it", r"\bf", r"\tt", r"\sc", r"\sl", r"\rm", r"\sf", r"\itshape", r"\bfseries"))
_LOGOS = frozenset((r"\LaTeX", r"\TeX"))
_ESCAPED = frozenset("&%#_${}")
_SPACING = {" ": " ", ",": " ", ";": " ", ":": " ", "!": "", "/": "", "-": ""}
_MAX_DEPTH = 20

_PLAIN_RUN = "[A-Za-z0-9 .,:;!?()/+*=@\\[\\]-]*"
_PLAIN = re.compile(f"{_PLAIN_RUN}(?:(?<=[A-Za-z])'(?=[a-z]){_PLAIN_RUN})*")
_WORD = pattern(r"[A-Za-z0-9][A-Za-z0-9+-]*[A-Za-z0-9+]")
_NAME = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9+-]*[A-Za-z0-9+])?")
# Part of every ASCII word that needs protection: a capital after a letter, or before a hyphen or a digit.
_CAPITAL_INSIDE = re.compile(r"[A-Z](?:(?<=[A-Za-z0-9+-].)|-|[A-Za-z]*[0-9+])")
# Letters without accents are one token, for speed: most text is English.
_TOKEN = pattern(
    r"[A-Za-z0-9+-]+(?![\u0300-\u036f])|\\[A-Za-z]+|\\(?=\\[A-Za-z])|\\.|\s+|[{}]|[\u0300-\u036f]+|.[\u0300-\u036f]*",
    re.DOTALL,
)
# A formula that is already in braces.
_DOUBLE_BRACES = pattern(r"\{(\{\$[^$]*\$\})\}")
# Braces, spaces, and a formula of spaces.
_INVISIBLE = pattern(r"(?:[{}$ ]|\\[,;:! ])*")
_UNSAFE_IN_URL = pattern(r"[\s{}\\\x00-\x20]|[^\x00-\x7e]")


class _Token(NamedTuple):
    """A part of a text in LaTeX. `kind` is `word`, `{`, `}`, `font`, `switch`, `code` or `other`.

    A word has letters and digits, and `plain` is the word without LaTeX. A `code` is an unknown command, or a sign such
    as a comma: a group with one of them is code or a set, so its braces are printed.
    """

    kind: str
    tex: str
    plain: str = ""


def encode(text: str, *, dialect: Dialect, protect: bool = True, names: frozenset[str] = frozenset()) -> str:
    """Return `text` as one line of LaTeX for `dialect`.

    If `protect` is true, mathematics and words with inner capitals are put in braces, so that BibTeX styles do not
    change their case. `names` are further words to put in braces. Characters without a LaTeX command, such as Chinese
    and emoji, are kept (see `needs_unicode_engine`).
    """
    if _PLAIN.fullmatch(text) and "  " not in text and ",," not in text and text[-1:] != ",":
        text = text.strip()
        if protect and names:
            return _NAME.sub(partial(_protected_name, names), text)
        return _WORD.sub(_protected, text) if protect and _CAPITAL_INSIDE.search(text) else text
    tokens = list(_tokens(one_line(text), dialect))
    if text.endswith(","):
        # A style may put another comma behind it, and two of them are a quote.
        tokens.append(_Token("other", "{}"))
    if not any(map(_is_visible, tokens)):
        # A title of commands that print nothing would be an entry without a title.
        return _printed(one_line(text)).tex
    return _joined(_balanced(tokens), protect, names)


def encode_title(text: str, *, dialect: Dialect, protection: str = "words") -> str:
    """Return a title as one line of LaTeX for `dialect`.

    `protection` is `words`, `title` or `none`. It selects the parts that are put in braces, so that they keep their
    capitals in styles that print titles in lower case. `words` selects words with inner capitals, such as LaTeX, and
    words that `readq.latex.capitals` finds, such as names of people. `title` selects the whole title, and `none`
    nothing.
    """
    if protection == "words":
        return encode(text, dialect=dialect, names=names_in(text))
    tex = encode(text, dialect=dialect, protect=False)
    return f"{{{tex}}}" if protection == "title" else tex


def encode_verbatim(text: str) -> str:
    """Return a URL, DOI or eprint number as the value of a BibTeX field, without spaces at either end.

    Characters that could end the field are percent-encoded.
    """
    if text.isascii() and text.isprintable() and not ("{" in text or "}" in text or "\\" in text or " " in text):
        return text
    return _UNSAFE_IN_URL.sub(_percent_encoded, text.strip())


def needs_unicode_engine(text: str) -> bool:
    """Return whether `text` has characters that pdfLaTeX cannot print.

    LuaLaTeX and XeLaTeX can print them.
    """
    return not text.isascii() and not encode(text, dialect=Dialect.BIBTEX, protect=False).isascii()


def ascii_commands(tex: str, dialect: Dialect) -> str:
    """Return the LaTeX text `tex` with its characters outside ASCII replaced by commands, as `encode` does.

    The rest of `tex` is unchanged. For biblatex, a character that pdfLaTeX can print from UTF-8 is unchanged too.
    """
    if tex.isascii():
        return tex
    kept = _PRINTED_SIGNS if dialect is Dialect.BIBLATEX else frozenset[str]()
    tex = unicodedata.normalize("NFC", tex)
    return "".join(
        found if found.isascii() or found in kept else _character(found, dialect) for found in _TOKEN.findall(tex)
    )


def _percent_encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "ignore"))


def _tokens(text: str, dialect: Dialect) -> Iterator[_Token]:
    for is_math, piece in split_math(text):
        tex = encode_formula(piece) if is_math else None
        if tex:
            yield _Token("other", tex)
        elif is_math:
            yield from _prose(f"${piece}$", dialect)
        else:
            yield from _prose(piece, dialect)


def _prose(text: str, dialect: Dialect) -> Iterator[_Token]:
    text = without_ties(compose(text))
    before = " "
    for found in _TOKEN.finditer(text):
        token = found[0]
        if "\u0300" <= token[0] <= "\u036f":
            # A combining accent without a letter prints nothing, and its command would take a brace as its argument.
            continue
        if before + token[0] in _LIGATURES:
            yield _Token("other", "{}")
        if token.isascii() and (token[0].isalnum() or token[0] in "+-"):
            yield _Token("word", token, token)
        elif token in ("{", "}"):
            yield _Token(token, token)
        elif token in ('"', "'"):
            yield _Token("other", _quote(token, before, text, found.end()))
        elif token[0] == "\\":
            yield from _command(token, before, text[found.end() : found.end() + 1], dialect)
        elif token[0].isalnum():
            yield _Token("word", _character(token, dialect), token)
        else:
            yield _Token("code" if token in _SIGNS_OF_CODE else "other", _character(token, dialect))
        before = token[-1]


# What two characters print that are no quotes or dashes of the text.
_LIGATURES = frozenset(("!`", "?`", ",,", "-–", "-—", "–-", "—-", "––", "–—", "—–", "——"))
_SIGNS_OF_CODE = frozenset(":;,=|<>")


def _command(token: str, before: str, after: str, dialect: Dialect) -> Iterator[_Token]:
    name = token[1:]
    if token in _FONTS and after == "{":
        yield _Token("font", token)
    elif token in _SWITCHES and before == "{" and after == " ":
        yield _Token("switch", token)
    elif token in _GREEK_COMMANDS:
        yield _Token("other", f"{{${token}$}}")
    elif token in _LOGOS:
        yield _Token("other", f"{{{token}}}")
    elif name in _ESCAPED:
        yield _Token("other", SPECIALS[name])
    elif name in _SPACING or (name == "\\" and after == " "):
        yield _Token("other", _SPACING.get(name, ""))
    elif name.isalpha() and (sign := symbol(name)):
        yield from _prose(sign, dialect) if sign != "\\" else [_Token("other", SPECIALS[sign])]
    else:
        yield _printed(token)


def _is_visible(token: _Token) -> bool:
    return token.kind not in ("font", "switch") and not _INVISIBLE.fullmatch(token.tex)


def _printed(command: str) -> _Token:
    """Return the token that prints a command as it is written."""
    return _Token("code", "".join(SPECIALS.get(char, char) for char in command))


def _quote(quote: str, before: str, text: str, after: int) -> str:
    opening = before in " ([{-/" and text[after : after + 1] not in ("", " ")
    if quote == '"':
        return "``" if opening else "''"
    # A single quote opens a quotation only if a later one closes it; 'tis and '90s have apostrophes.
    return "`" if opening and re.search(r"[^\s]'(?!\w)", text[after:]) else "'"


@lru_cache(maxsize=4096)
def _character(cluster: str, dialect: Dialect) -> str:
    if cluster.isascii():
        return SPECIALS.get(cluster, " " if cluster.isspace() else cluster)
    if cluster in PUNCTUATION:
        return cluster if dialect is Dialect.BIBLATEX and cluster in _PDFLATEX_SIGNS else PUNCTUATION[cluster]
    if cluster in MATH:
        return f"{{${MATH[cluster]}$}}"
    if dialect is Dialect.BIBLATEX and cluster <= LAST_PDFLATEX_LETTER and cluster.isalpha():
        return cluster if cluster not in NOT_IN_PDFLATEX else _compatible(cluster, dialect)
    if cluster in TEXT_SIGNS:
        return f"{{\\{TEXT_SIGNS[cluster]}}}"
    return accented(cluster) or _compatible(cluster, dialect)


def _compatible(cluster: str, dialect: Dialect) -> str:
    """Return ligatures, full-width forms and styled letters as plain letters, and `²` as a superscript.

    Other characters stay.
    """
    plain = unicodedata.normalize("NFKC", cluster)
    if plain == cluster or cluster in LETTERS:
        return cluster
    kind = unicodedata.decomposition(cluster[0]).partition(" ")[0]
    if kind in ("<super>", "<sub>") and (inner := encode_formula(plain)):
        return f"{{${'^' if kind == '<super>' else '_'}{{{inner[2:-2]}}}$}}"
    return "".join(_character(char, dialect) for char in plain)


def _balanced(tokens: list[_Token]) -> list[_Token]:
    """Return the tokens. Braces that group no word or phrase become literal characters.

    These are braces that are unbalanced, that are nested too deeply, that belong to a set or to code, and that follow
    an unknown command.
    """
    matched: set[int] = set()
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "{":
            opened.append(index)
        elif token.kind == "}" and opened:
            start = opened.pop()
            if len(opened) < _MAX_DEPTH and _is_group(tokens, start, index, matched):
                matched |= {start, index}
    return [_literal_if_unmatched(token, index, matched) for index, token in enumerate(tokens)]


def _is_group(tokens: list[_Token], start: int, end: int, matched: set[int]) -> bool:
    before = [token for token in tokens[max(start - 2, 0) : start] if token.tex != " "][-1:]
    if tokens[start + 1].kind == "switch" or (before and before[0].kind == "font"):
        return True
    inside = (index for index in range(start + 1, end))
    is_code = any(
        tokens[index].kind == "code" or (tokens[index].kind in "{}" and index not in matched) for index in inside
    )
    return not is_code and not (before and before[0].kind == "code" and before[0].tex.startswith(SPECIALS["\\"]))


def _literal_if_unmatched(token: _Token, index: int, matched: set[int]) -> _Token:
    if token.kind in ("{", "}") and index not in matched:
        return _Token("other", SPECIALS[token.kind])
    if (token.kind == "font" and index + 1 not in matched) or (token.kind == "switch" and index - 1 not in matched):
        return _printed(token.tex)
    return token


def _joined(tokens: list[_Token], protect: bool, names: frozenset[str]) -> str:
    out: list[str] = []
    word: list[_Token] = []
    depth = 0
    for token in tokens:
        if token.kind == "word" and depth == 0 and protect:
            word.append(token)
            continue
        if word:
            out.append(_word(word, names))
            word = []
        depth += (token.kind == "{") - (token.kind == "}")
        out.append(token.tex)
    out.append(_word(word, names))
    return _DOUBLE_BRACES.sub(r"\1", "".join(out))


def _word(tokens: list[_Token], names: frozenset[str]) -> str:
    if not tokens:
        return ""
    tex, plain = "".join(token.tex for token in tokens), "".join(token.plain for token in tokens)
    return f"{{{tex}}}" if needs_protection(plain) or plain in names else tex


def _protected_name(names: frozenset[str], found: re.Match[str]) -> str:
    return f"{{{found[0]}}}" if found[0] in names or needs_protection(found[0]) else found[0]


def _protected(found: re.Match[str]) -> str:
    return f"{{{found[0]}}}" if needs_protection(found[0]) else found[0]


@lru_cache(maxsize=4096)
def needs_protection(word: str) -> bool:
    """Return whether `word` needs braces, because a BibTeX style would change its case wrongly.

    Hyphens divide a word into parts. The word needs braces if any part meets one of these conditions:

    - It has a capital after its first character (`LaTeX`).
    - It begins with a capital and contains a digit or `+` (`T5`).
    - It is a single capital, and the word has other parts (`U-Net`).
    """
    if word.islower():
        return False
    parts = word.split("-")
    return any(
        any(char.isupper() for char in part[1:])
        or (part[:1].isupper() and (len(part) == 1 and len(parts) > 1))
        or (part[:1].isupper() and any(char.isdigit() or char == "+" for char in part))
        for part in parts
    )
