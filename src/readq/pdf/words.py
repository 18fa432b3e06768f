"""Find the words on a page of a PDF, with their places.

The operators that show text (ISO 32000-2, 9.4) give the place where a line begins, and the spaces between its words
if the line is justified. The place of a word follows from them and from the widths of the letters.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

_DEFAULT_WIDTH = 0.5
"""The width of a letter of an unknown font, in ems."""

_GAP = 0.475
"""The smallest space between two words, as a part of the width of a space. pypdf uses the same part."""

_NEW_PLACE = (b"BT", b"Td", b"TD", b"Tm", b"T*", b"'", b'"')
"""The operators after which text begins at the place that the text matrix gives."""


class Word(NamedTuple):
    """A word of a page, with its position and its font size.

    Positions are from the lower left corner of the page. Positions and the size are in points.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float


class _Spacing(NamedTuple):
    """The parameters of the text state that change the distance between letters."""

    letters: float = 0.0
    words: float = 0.0
    scale: float = 1.0


class _Run(NamedTuple):
    """An operator that shows text. `parts` are texts, as bytes, and the spaces between them.

    `is_new_place` is false if the text follows directly after that of the operator before.
    """

    parts: Sequence[Any]
    place: "_Place"
    spacing: _Spacing
    is_new_place: bool


class _Place(NamedTuple):
    """The place at which text begins, and the lengths on the page of one unit of text to the right and upwards."""

    x: float
    y: float
    across: float
    up: float

    @classmethod
    def of(cls, cm: Sequence[float], tm: Sequence[float]) -> "_Place":
        """Return the place for the matrices of a page and of a text."""
        return cls(
            tm[4] * cm[0] + tm[5] * cm[2] + cm[4],
            tm[4] * cm[1] + tm[5] * cm[3] + cm[5],
            tm[0] * cm[0] + tm[1] * cm[2],
            tm[2] * cm[1] + tm[3] * cm[3],
        )


class _Form(NamedTuple):
    """A part of a page that is drawn as one object. `matrix` moves it to its place on the page."""

    resources: Any
    matrix: Sequence[float]


_UNCHANGED: Sequence[float] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
"""The matrix that moves nothing."""


class _Glyph(NamedTuple):
    text: str
    width: float
    """The width in ems."""
    is_space: bool
    """Whether it is the code 32, to which the spacing of words applies."""


def words(page: Any) -> list[Word]:  # noqa: ANN401 - pypdf is imported in one place only
    """Return the words of `page`, a page object of pypdf, in the order in which the PDF stores them."""
    reader = _Words(page.get("/Resources"))
    page.extract_text(
        visitor_operand_before=reader.before, visitor_operand_after=reader.after, visitor_text=reader.text
    )
    return reader.found


class _Words:
    """The visitor of a page: pypdf calls it with each operator, and with each text in one font.

    It calls `text` only after the operators that show this text.
    """

    def __init__(self, resources: Any) -> None:  # noqa: ANN401 - pypdf is imported in one place only
        self.found: list[Word] = []
        self._runs: list[_Run] = []
        """The operators since the last call of `text`."""
        self._spacing = _Spacing()
        self._saved: list[_Spacing] = []
        self._forms: list[_Form] = [_Form(resources, _UNCHANGED)]
        """The page, and the forms that are being drawn, such as a figure. The last one is in those before it."""
        self._is_new_place = True
        self._advance = 0.0
        """The distance from the last place that an operator gave, in units of text."""
        self._can_join = False
        """Whether the next letter can belong to the last word."""
        # With the font itself, because the id of an object that is gone may be used again.
        self._fonts: dict[int, tuple[Any, Any]] = {}

    def before(self, operator: bytes, operands: Sequence[Any], cm: Sequence[float], _tm: Sequence[float]) -> None:
        """Take an operator before it is carried out."""
        if operator in (b"q", b"Do"):
            self._saved.append(self._spacing)
        if operator == b"Do":
            # pypdf gives the matrices in a form as if the form were a page of its own.
            self._forms.append(_form(self._forms[-1], operands, cm))

    def after(self, operator: bytes, operands: Sequence[Any], cm: Sequence[float], tm: Sequence[float]) -> None:
        """Take an operator after it was carried out, with the matrices of the page and of the text."""
        if operator == b"Do":
            self._forms.pop()
        if operator in (b"Q", b"Do") and self._saved:
            self._spacing = self._saved.pop()
        elif operator in (b"Tc", b"Tw", b"Tz") and operands:
            self._set(operator, operands[0])
        elif operator == b'"' and len(operands) == 3:
            self._set(b"Tw", operands[0])
            self._set(b"Tc", operands[1])
        self._is_new_place |= operator in _NEW_PLACE
        if operator in (b"Tj", b"TJ", b"'", b'"') and operands:
            parts = operands[-1] if isinstance(operands[-1], list) else [operands[-1]]
            place = _Place.of(_product(cm, self._forms[-1].matrix), tm)
            self._runs.append(_Run(parts, place, self._spacing, self._is_new_place))
            self._is_new_place = False

    def _set(self, operator: bytes, value: Any) -> None:  # noqa: ANN401 - any object of a PDF
        if not isinstance(value, int | float):
            return
        number = float(value)
        if operator == b"Tz":
            self._spacing = self._spacing._replace(scale=number / 100)
        elif operator == b"Tc":
            self._spacing = self._spacing._replace(letters=number)
        else:
            self._spacing = self._spacing._replace(words=number)

    def text(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:  # noqa: ANN401
        """Take a text that was shown in the font `font`."""
        if not self._runs and not text.strip():
            return
        runs, self._runs = self._runs, []
        known = self._font(font)
        if known is None or _has_letters_from_right_to_left(text):
            # pypdf has put the letters in the order in which they are read.
            parts = [text.strip("\n").split("\n")[0]] if text.strip() else []
            place = _Place.of(_product(cm, self._forms[-1].matrix), tm)
            runs = [_Run(parts, place, _Spacing(), is_new_place=True)]
        for run in runs:
            self._take(run, known, size)

    def _font(self, font: Any) -> Any:  # noqa: ANN401 - pypdf is imported in one place only
        if id(font) not in self._fonts:
            self._fonts[id(font)] = font, _known_font(font)
        return self._fonts[id(font)][1]

    def _take(self, run: _Run, font: Any, size: float) -> None:  # noqa: ANN401
        if run.is_new_place:
            self._advance = 0.0
        gap = _GAP * (font.space_width / 1000 if font else _DEFAULT_WIDTH / 2) * size * run.spacing.scale
        for part in run.parts:
            if isinstance(part, int | float):
                self._advance -= float(part) / 1000 * size * run.spacing.scale
                continue
            for glyph in _glyphs(part, font):
                width = glyph.width * size + run.spacing.letters + (run.spacing.words if glyph.is_space else 0.0)
                end = self._advance + width * run.spacing.scale
                self._add(glyph.text, run.place, end, size, gap)
                self._advance = end

    def _add(self, text: str, place: _Place, end: float, size: float, gap: float) -> None:
        """Add a letter to the last word, or begin a word with it. It ends at `end`, in units of text."""
        if not text.strip():
            self._can_join = False
            return
        left, right = place.x + self._advance * place.across, place.x + end * place.across
        height = abs(size * place.up)
        last = self.found[-1] if self._can_join else None
        is_near = last is not None and -height < left - last.right < abs(gap * place.across)
        if last is not None and is_near and abs(last.baseline - place.y) < height / 10:
            self.found[-1] = last._replace(text=last.text + text, right=right)
        else:
            self.found.append(Word(text, left, right, place.y, height))
        self._can_join = True


def _form(outer: _Form, operands: Sequence[Any], cm: Sequence[float]) -> _Form:
    """Return the form that the operator Do draws in `outer`, with the matrix `cm`."""
    resources, own = outer.resources, _UNCHANGED
    try:
        form = resources["/XObject"][operands[0]]
        own = tuple(float(number) for number in form["/Matrix"]) if "/Matrix" in form else _UNCHANGED
        resources = form.get("/Resources", resources)
    except (LookupError, TypeError, ValueError, AttributeError):
        pass
    matrix = _product(own if len(own) == 6 else _UNCHANGED, _product(cm, outer.matrix))
    return _Form(resources, matrix)


def _product(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    """Return the matrix that does what `first` does, and then what `second` does."""
    a, b, c, d, x, y = first
    e, f, g, h, u, v = second
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h, x * e + y * g + u, x * f + y * h + v


def _glyphs(part: Any, font: Any) -> Iterator[_Glyph]:  # noqa: ANN401 - pypdf is imported in one place only
    """Yield the letters of a text that an operator shows. `font` is None if it is unknown."""
    if font is None or isinstance(part, str):
        width: Callable[[str], float] = font.get_text_width if font else lambda _: 1000 * _DEFAULT_WIDTH
        yield from (_Glyph(char, width(char) / 1000, char == " ") for char in str(part))
    elif isinstance(font.encoding, str):
        for char in _decoded(part, font.encoding):
            yield _Glyph(font.character_map.get(char, char), font.get_text_width(char) / 1000, is_space=False)
    else:
        for code in part:
            char = font.encoding.get(code, chr(code))
            text = "".join(font.character_map.get(one, one) for one in char)
            raw = chr(code)
            width_of_code = font.space_width if raw == font.space_char else font.get_text_width(raw)
            yield _Glyph(text, width_of_code / 1000, code == 32)


def _decoded(codes: bytes, encoding: str) -> str:
    """Return the codes of letters as characters, of which each is a code of two bytes."""
    try:
        return codes.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return codes.decode(encoding, "replace")


def _known_font(font: Any) -> Any:  # noqa: ANN401 - pypdf is imported in one place only
    """Return the font object of pypdf for a font of a PDF. Return None if pypdf has no such object, or cannot read it.

    pypdf before 7 has other font objects.
    """
    try:
        from pypdf.generic._font import Font

        known = Font.from_font_resource(font)
        known.get_text_width("x")
    except Exception:
        return None
    return known


def _has_letters_from_right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
