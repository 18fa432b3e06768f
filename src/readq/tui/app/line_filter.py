"""Filter the lines that Textual draws: replace control characters."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from readq.text import UNSAFE
from readq.tui.text.plain_signs import PLAIN_SIGNS

_CONTROL = re.compile(UNSAFE)


class ControlCharacterFilter(LineFilter):
    """A line filter of Textual that replaces control characters and direction controls in everything that is drawn.

    Such characters are removed from the texts of papers before this filter is applied. The filter makes all other texts
    safe too. `inner` are Textual's own filters. They are applied before the replacement. All filters are combined in
    one, so that each line is built only once.
    """

    def __init__(self, inner: Sequence[LineFilter] = (), *, plain: bool = False) -> None:
        """Create a filter that first applies the filters `inner`.

        If `plain` is true, it also replaces the icons and signs that readq draws by ASCII characters.
        """
        super().__init__()
        self._inner = inner
        self._plain = plain

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Apply the inner filters, then replace control characters by U+FFFD. Return the new segments.

        If `plain` was set, the icons and signs that readq draws are replaced by ASCII characters too.
        """
        for line_filter in self._inner:
            segments = line_filter.apply(segments, background)
        if self._plain:
            segments = [
                segment if segment.control else Segment(segment.text.translate(PLAIN_SIGNS), segment.style)
                for segment in segments
            ]
        if not _CONTROL.search("".join([segment.text for segment in segments])):
            return segments
        return [
            segment if segment.control else Segment(_CONTROL.sub("\ufffd", segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(8)
def combined_filter(filters: tuple[LineFilter, ...], *, plain: bool = False) -> ControlCharacterFilter:
    """Return one filter that applies `filters`, and then replaces control characters.

    If `plain` is true, it also replaces the icons and signs that readq draws by ASCII characters. Equal arguments
    return the same object, because Textual caches rendered lines by the identity of the filter.
    """
    return ControlCharacterFilter(filters, plain=plain)
