"""Convert titles and abstracts with JATS, MathML or HTML markup to plain text. The markup can be escaped once or twice.

Only tags of these three languages are removed, so the title `Learning to <think>` is kept.
"""

import re

from readq.character_references import decode_references
from readq.text import join_lines, one_line

_MAX_LENGTH = 200_000
# Without one of these, `<b and c>` may be part of a formula, and `&not` may be two words.
_CERTAIN = re.compile(r"</[A-Za-z]|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:._-]{0,40})(?:\s[^<>]{0,2000})?/?>")
_COMMENT = re.compile(r"<!--[^<>]*-->|<\?[^<>]*\?>|<!\[CDATA\[|\]\]>")
# Namespace prefixes whose tags are all markup, and the tag names that are markup without a prefix.
_PREFIXES = frozenset(("jats", "mml", "m", "math", "xhtml", "html", "xlink", "ns0", "ns1"))
_BLOCKS = frozenset(("p", "sec", "br", "div", "li", "list", "list-item", "ul", "ol", "disp-formula", "abstract", "hr"))
_INLINE = frozenset(
    "i b em strong italic bold sub sup inf u tt sc scp ovl small big font span a underline overline monospace roman "  # noqa: SIM905
    "sans-serif strike named-content styled-content ext-link inline-formula alternatives inline-graphic break title "
    "label xref tex-math strong-emphasis h1 h2 h3 h4 h5 h6 body wbr cite code mark q abbr related-article".split()
)
_MATHML = frozenset(
    "math mi mo mn mtext mrow msub msup msubsup mfrac msqrt mroot mstyle mover munder munderover mfenced mspace mtable "  # noqa: SIM905
    "mtr mtd mpadded mphantom menclose mmultiscripts mprescripts none semantics annotation annotation-xml".split()
)
_TAG_NAMES = _BLOCKS | _INLINE | _MATHML
_HEADINGS = ("title", "label", "h1", "h2", "h3", "h4", "h5", "h6")
_ABSTRACT = re.compile(r"(?:abstract|summary)\W*", re.IGNORECASE)
_DOCUMENT = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)

_SUPERSCRIPT = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def plain_title(raw: object) -> str:
    """Return a title without markup, as one clean line. Return "" if `raw` is not a string."""
    if not isinstance(raw, str):
        return ""
    return one_line(_without_markup(raw[:_MAX_LENGTH]).replace("\n", " "))


def title_of_file(text: str) -> str:
    """Return a title from one of the user's files without markup: `Genes of Mus` for `Genes of <i>Mus</i>`.

    Programs write HTML even in formats that have none. A text has markup if it has an end tag, such as `</i>`, or a
    complete character reference, such as `&amp;`. A title without markup is returned unchanged.
    """
    return plain_title(text) if _is_certain(text) else text


def _is_certain(text: str) -> bool:
    return len(text) <= _MAX_LENGTH and _CERTAIN.search(text) is not None


def plain_abstract(raw: object) -> str | None:
    """Return an abstract without markup. Return None if `raw` is empty or is not a string.

    The heading of a section is put at the beginning of its first paragraph. The heading `Abstract` is removed.
    """
    if not isinstance(raw, str):
        return None
    text = raw[:_MAX_LENGTH]
    # Where tags mark the paragraphs, line breaks of the source have no meaning.
    text = _without_markup(" ".join(text.split()) if _has_markup(text) else text)
    return join_lines(_ABSTRACT.sub("", text.lstrip(), count=1) if _has_abstract_heading(text) else text) or None


def abstract_of_file(text: str) -> str:
    """Return an abstract from one of the user's files without markup (see `title_of_file`).

    An abstract without markup is returned unchanged.
    """
    return (plain_abstract(text) or "") if _is_certain(text) else text


def note_of_file(text: str) -> str:
    """Return a note from one of the user's files without markup (see `title_of_file`).

    A note without markup is returned unchanged. Unlike in an abstract, the heading `Abstract` is kept.
    """
    return join_lines(_without_markup(" ".join(text.split()))) if _is_certain(text) else text


def _has_abstract_heading(text: str) -> bool:
    heading = text.lstrip().partition("\n")[0].partition(":")[0]
    return _ABSTRACT.fullmatch(heading.strip()) is not None


def _has_markup(text: str) -> bool:
    return any(
        _is_markup(found["name"]) for found in _TAG.finditer(decode_references(text) if "&lt;" in text else text)
    )


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    text = decode_references(_without_tags(text))
    # Text that was escaped twice has tags and entities only after the first pass.
    return decode_references(_without_tags(text)) if "<" in text or "&" in text else text


def _is_markup(name: str) -> bool:
    prefix, colon, local = name.rpartition(":")
    return (prefix.lower() in _PREFIXES) if colon else local.lower() in _TAG_NAMES


def _without_tags(text: str) -> str:
    text = _COMMENT.sub("", text)
    writer = _Writer()
    position = 0
    for found in _TAG.finditer(text):
        if not _is_markup(found["name"]):
            continue
        writer.text(text[position : found.start()])
        position = found.end()
        local = found["name"].rpartition(":")[2].lower()
        if found["end"]:
            writer.end(local)
        elif not found[0].endswith("/>") or local in ("br", "break"):
            writer.start(local)
    writer.text(text[position:])
    return writer.written()


class _Writer:
    """Collects text and applies the effect of tags to it."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._script = ""
        self._math = self._annotation = 0
        self._alternatives: int | None = None
        self._formula: str | None = None
        self._tex: list[str] | None = None

    def text(self, piece: str) -> None:
        if not piece or self._annotation:
            return
        if self._tex is not None:
            self._tex.append(piece)
        elif self._script:
            self._out.append(_as_script(piece, self._script))
        else:
            # White space between the elements of a formula only formats the source.
            self._out.append("".join(piece.split()) if self._math else piece)

    def start(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _HEADINGS:
            self._paragraph()
        elif tag in ("sub", "inf", "sup"):
            self._script = tag
        elif tag == "math":
            self._math += 1
        elif tag.startswith("annotation"):
            self._annotation += 1
        elif tag == "alternatives":
            self._alternatives, self._formula = len(self._out), None
        elif tag == "tex-math":
            self._tex = []
        elif tag == "break":
            self._out.append(" ")

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._paragraph()
        elif tag in _HEADINGS:
            self._out.append(": ")
        elif tag in ("sub", "inf", "sup"):
            self._script = ""
        elif tag == "math":
            self._math = max(0, self._math - 1)
        elif tag.startswith("annotation"):
            self._annotation = max(0, self._annotation - 1)
        elif tag == "tex-math" and self._tex is not None:
            self._formula, self._tex = _formula("".join(self._tex)), None
            self._out.append(self._formula)
        elif tag == "alternatives" and self._alternatives is not None:
            if self._formula is not None:
                self._out[self._alternatives :] = [self._formula]
            self._alternatives = None

    def _paragraph(self) -> None:
        while self._out and self._out[-1].strip(" ") == "":
            self._out.pop()
        # A heading and its text form one paragraph.
        if self._out and not self._out[-1].endswith(("\n", ": ")):
            self._out.append("\n\n")

    def written(self) -> str:
        return "".join(self._out).replace(" : ", ": ")


def _formula(tex: str) -> str:
    document = _DOCUMENT.search(decode_references(tex))
    bare = (document[1] if document else tex).strip().strip("$").strip()
    return f"${bare}$" if bare else ""


def _as_script(piece: str, tag: str) -> str:
    """Return digits as superscript or subscript characters.

    Text for which there are no such characters is unchanged.
    """
    table = _SUPERSCRIPT if tag == "sup" else _SUBSCRIPT
    return piece.translate(table) if all(ord(char) in table for char in piece) else piece
