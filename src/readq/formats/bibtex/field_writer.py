"""Format authors and eprint numbers for .bib files.

The form is the same for entries that readq makes and for entries that came from a .bib file.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from readq.formats.bibtex.author_field import OTHERS, format_author
from readq.formats.bibtex.extended_names import with_signs_as_commands
from readq.latex.accents import LAST_PDFLATEX_LETTER, compose
from readq.latex.encode import Dialect, encode, encode_verbatim
from readq.latex.symbols import MATH
from readq.model.authors.person_names import split
from readq.model.values import Author
from readq.text import one_line, pattern

Field = tuple[str, str]
"""The name of a field, and its value as written to the file, including braces."""

_FIRST_LETTERS = pattern(r"(?<=[\s,~-])[^\x00-\x7f]+")
_JOINER = "\u200d"
_PLAIN_NAME = re.compile(r"[A-Za-z., -]*")


def braced(tex: str) -> str:
    """Return `tex` in braces, the form of a field's value in a .bib file."""
    return f"{{{tex}}}"


def label_text(tex: str) -> str:
    r"""Return the LaTeX text `tex` with its square brackets in braces.

    Bibliography styles write some fields as a label in `\bibitem[…]`, where a bare bracket would end the label. This
    function is for the values of such fields.
    """
    if "[" not in tex and "]" not in tex:
        return tex
    depth = 0
    out: list[str] = []
    for char in tex:
        depth += (char == "{") - (char == "}")
        out.append(f"{{{char}}}" if char in "[]" and depth == 0 else char)
    return "".join(out)


def format_authors(authors: Sequence[Author], dialect: Dialect) -> str:
    """Return the value of an author field: names in LaTeX, joined by `and`. Return "" if there are no names.

    The name `others` stands for further authors. Any names after it are left out.
    """
    encoded = _ascii_name if dialect is Dialect.BIBTEX else _unicode_name
    names = [name for name in map(encoded, authors) if name]
    if "others" in names:
        del names[names.index("others") + 1 :]
    return " and ".join(names) if names != ["others"] else ""


def eprint_fields(arxiv_id: str, primary_class: str | None, dialect: Dialect) -> list[Field]:
    """Return the fields for an arXiv id: the eprint number, the archive, and the primary class unless it is None.

    BibTeX and biblatex have different names for these fields. `dialect` selects the names.
    """
    prefix, subject = ("archiveprefix", "primaryclass") if dialect is Dialect.BIBTEX else ("eprinttype", "eprintclass")
    archive = "{arXiv}" if dialect is Dialect.BIBTEX else "{arxiv}"
    fields = [("eprint", braced(encode_verbatim(arxiv_id))), (prefix, archive)]
    if primary_class:
        fields.append((subject, braced(encode_verbatim(primary_class))))
    return fields


@lru_cache(maxsize=8192)
def _ascii_name(author: Author) -> str:
    return _name(author, Dialect.BIBTEX)


@lru_cache(maxsize=8192)
def _unicode_name(author: Author) -> str:
    return _name(author, Dialect.BIBLATEX)


def _name(author: Author, dialect: Dialect) -> str:
    tex = format_author(author, lambda text: _part_of_name(text, dialect))
    if tex[:1] == "{" and author.name.casefold().strip() in OTHERS:
        return "others"
    if dialect is Dialect.BIBLATEX:
        return _with_initials(author) if _LEADING_COMMAND.search(tex) or has_tilde(tex) else tex
    return tex if tex.isascii() else _uncut(tex)


def _part_of_name(text: str, dialect: Dialect) -> str:
    """Return a part of a name in LaTeX. Braces are characters of the name: names have no markup."""
    if _PLAIN_NAME.fullmatch(text):
        return text
    text = re.sub(r"(?<!\\)[{}]", r"\\\g<0>", compose(text))
    return encode(text, dialect=dialect, protect=False)


def has_tilde(tex: str) -> bool:
    r"""Return whether a name for biblatex has a command such as `\~{{\^e}}`, which biber does not convert to Unicode.

    biber takes the `~` for a space, and makes wrong initials of such a name.
    """
    return r"\~{{" in tex


# A word that begins with a command. Those of accents have a letter as their argument.
_LEADING_COMMAND = pattern(r"(?:^|[\s,~-])\{*(?:\$|\\(?!(?:[a-z]+|[^A-Za-z])\{[A-Za-z]\}))")


def _with_initials(author: Author) -> str:
    """Return a name in the extended form of biblatex, with initials.

    biber makes no initials for a part of a name that begins with a command. It takes the `~` of a command for a space.
    """
    if author.family is None:
        author = split(author.name)
    parts = {"family": author.family or author.name, "given": author.given, "suffix": author.suffix}
    out: list[str] = []
    for name, text in parts.items():
        if text:
            initials = "".join(map(_initial, re.findall(r"(?:^|[\s-])[^\w\s-]*([^\W_])", text)))
            tex = _part_of_name(one_line(text), Dialect.BIBLATEX)
            out.append(f"{name}={{{with_signs_as_commands(tex)}}}")
            out.append(f"{name}-i={{{initials or '?'}}}")
    return ", ".join(out)


def _initial(letter: str) -> str:
    """Return an initial that pdfLaTeX prints, if there is one: the letter itself, or the letter without its accents."""
    if letter in MATH:
        return ""
    if letter <= LAST_PDFLATEX_LETTER:
        return letter
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def _uncut(tex: str) -> str:
    r"""Return a name, marked so that BibTeX does not cut it inside a letter of several bytes.

    Styles cut given names to initials and family names to labels, and count bytes. A group `{\relax …}` counts as one
    letter.
    """
    if tex.startswith("{") and tex.endswith("}"):
        return f"{{\\relax {tex[1:-1]}}}"
    family, comma, given = tex.partition(",")
    if not family.isascii():
        family = f"{{\\relax {family}}}"
    return family + comma + _FIRST_LETTERS.sub(_with_uncut_start, given)


def _with_uncut_start(letters: re.Match[str]) -> str:
    run = letters[0]
    end = 1
    # What is drawn as one letter: marks of the letter, and emoji that are joined.
    while end < len(run) and (run[end] == _JOINER or run[end - 1] == _JOINER or _is_mark(run[end])):
        end += 1
    return f"{{\\relax {run[:end]}}}{run[end:]}"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M") or "\U0001f3fb" <= char <= "\U0001f3ff"
