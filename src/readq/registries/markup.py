"""Plain text out of what registries put into titles and abstracts: JATS, MathML, HTML, entities, even escaped twice.

Only tags that these languages know are tags: the title `Learning to <think>` keeps its word.
"""

import html
import re

from readq.text import one_line, prose

_MAX_LENGTH = 200_000
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:._-]{0,40})(?:\s[^<>]{0,2000})?/?>")
_COMMENT = re.compile(r"<!--[^<>]*-->|<\?[^<>]*\?>|<!\[CDATA\[|\]\]>")
# Prefixes of namespaces under which every tag is markup, and the names that are markup without one.
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
_HEADING = ("title", "label", "h1", "h2", "h3", "h4", "h5", "h6")
_ABSTRACT = re.compile(r"(?:abstract|summary)\W*", re.IGNORECASE)
_DOCUMENT = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)

_SUPERSCRIPT = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def plain_title(raw: object) -> str:
    """A title in one line, cleaned; the empty string for what is no text."""
    if not isinstance(raw, str):
        return ""
    return one_line(_without_markup(raw[:_MAX_LENGTH]).replace("\n", " "))


def plain_abstract(raw: object) -> str | None:
    """An abstract in paragraphs, a section's heading before its text, without the heading that says `Abstract`."""
    if not isinstance(raw, str):
        return None
    text = raw[:_MAX_LENGTH]
    # Line ends of the source mean nothing where tags make the paragraphs.
    text = _without_markup(" ".join(text.split()) if _first_tag(text) else text)
    return prose(_ABSTRACT.sub("", text.lstrip(), count=1) if _says_abstract(text) else text) or None


def _says_abstract(text: str) -> bool:
    heading = text.lstrip().partition("\n")[0].partition(":")[0]
    return _ABSTRACT.fullmatch(heading.strip()) is not None


def _first_tag(text: str) -> bool:
    return any(_is_markup(found["name"]) for found in _TAG.finditer(html.unescape(text) if "&lt;" in text else text))


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    text = html.unescape(_stripped(text))
    # What was escaped twice shows its tags and entities only now.
    return html.unescape(_stripped(text)) if "<" in text or "&" in text else text


def _is_markup(name: str) -> bool:
    prefix, colon, local = name.rpartition(":")
    return (prefix.lower() in _PREFIXES) if colon else local.lower() in _TAG_NAMES


def _stripped(text: str) -> str:
    text = _COMMENT.sub("", text)
    writer = _Writer()
    place = 0
    for found in _TAG.finditer(text):
        if not _is_markup(found["name"]):
            continue
        writer.text(text[place : found.start()])
        place = found.end()
        local = found["name"].rpartition(":")[2].lower()
        if found["end"]:
            writer.end(local)
        elif not found[0].endswith("/>") or local in ("br", "break"):
            writer.start(local)
    writer.text(text[place:])
    return writer.written()


class _Writer:
    """What tags do to the text between them."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._raised = ""
        self._math = self._annotation = 0
        self._alternatives: int | None = None
        self._formula: str | None = None
        self._tex: list[str] | None = None

    def text(self, piece: str) -> None:
        if not piece or self._annotation:
            return
        if self._tex is not None:
            self._tex.append(piece)
        elif self._raised:
            self._out.append(_shifted(piece, self._raised))
        else:
            # Spaces between the elements of a formula are the file's, not the formula's.
            self._out.append("".join(piece.split()) if self._math else piece)

    def start(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _HEADING:
            self._paragraph()
        elif tag in ("sub", "inf", "sup"):
            self._raised = tag
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
        elif tag in _HEADING:
            self._out.append(": ")
        elif tag in ("sub", "inf", "sup"):
            self._raised = ""
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
        # A heading stands before its text in one paragraph.
        if self._out and not self._out[-1].endswith(("\n", ": ")):
            self._out.append("\n\n")

    def written(self) -> str:
        return "".join(self._out).replace(" : ", ": ")


def _formula(tex: str) -> str:
    inside = _DOCUMENT.search(html.unescape(tex))
    bare = (inside[1] if inside else tex).strip().strip("$").strip()
    return f"${bare}$" if bare else ""


def _shifted(piece: str, tag: str) -> str:
    """Digits as raised or lowered characters; words, which have none, as they are."""
    table = _SUPERSCRIPT if tag == "sup" else _SUBSCRIPT
    return piece.translate(table) if all(ord(char) in table for char in piece) else piece
