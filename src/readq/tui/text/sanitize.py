"""The last edge before the screen: foreign text with its LaTeX as Unicode and nothing in it that a terminal obeys."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from readq.text import clean

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LATEX = re.compile(r"[\\$^{~_`]|--|''")


@lru_cache(2048)
def shown(text: str) -> str:
    """A title, a name or an abstract as a person wants to read it; safe to print."""
    text = clean(text)
    if _LATEX.search(text):
        # Imported at the first use: most titles are plain, and the first rows must not wait for it.
        from readq.latex.decode import to_unicode

        text = clean(to_unicode(text))
    return text


class InertLines(LineFilter):
    """The net under `shown`: replaces control characters in every finished segment, whatever widget drew it.

    It carries out Textual's own filters first: each by itself would make every line anew.
    """

    def __init__(self, before: Sequence[LineFilter] = ()) -> None:
        super().__init__()
        self._before = before

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with control characters in their text as U+FFFD."""
        for line_filter in self._before:
            segments = line_filter.apply(segments, background)
        if not _OBEYED.search("".join([segment.text for segment in segments])):
            return segments
        return [
            segment if segment.control else Segment(_OBEYED.sub("\ufffd", segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(8)
def inert_after(filters: tuple[LineFilter, ...]) -> InertLines:
    """The net behind these filters; the same object for the same ones, by which Textual knows what it has drawn."""
    return InertLines(filters)
