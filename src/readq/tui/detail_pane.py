"""A paper to read, beside the list or in full: blocks of text wrapped to the width and scrolled by the line.

It scrolls by itself: with Textual's scroll view every other paper would lay the whole screen out anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from readq.tui import paper_text
from readq.tui.paper_text import Block
from readq.tui.row_text import fit
from readq.tui.wrapping import wrap

_KINDS = (
    *(paper_text.TITLE, paper_text.AUTHORS, paper_text.META, paper_text.TAGS, paper_text.RULE),
    *(paper_text.BODY, paper_text.NOTE, paper_text.HINT),
)
_MARGIN = 1
_WIDEST = 100
"""Cells; longer lines are hard to read, the rest of a wide screen stays empty."""

_WHEEL = 3
_THUMB = "▐"


class DetailPane(Widget):
    """Shows blocks of text; a bar on the right says where in it one is, when it is longer than the pane."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail-pane--bar",
        *(f"detail-pane--{kind}" for kind in _KINDS),
    }

    def __init__(self) -> None:
        super().__init__()
        self._blocks: Sequence[Block] = ()
        self._lines: list[tuple[str, str]] = []
        self._top = 0
        self._styles: dict[str, Style] = {}

    def show(self, blocks: Sequence[Block], *, from_top: bool = True) -> None:
        """Show other text, from its first line unless told otherwise."""
        if blocks == self._blocks:
            return
        self._blocks = blocks
        self._top = 0 if from_top else self._top
        self._wrap()

    def scroll_lines(self, lines: int) -> None:
        """Scroll down by `lines`, or up by a negative number."""
        top = max(0, min(self._top + lines, len(self._lines) - self.content_size.height))
        if top != self._top:
            self._top = top
            self.refresh()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._wrap()

    def on_mouse_scroll_down(self) -> None:
        """The wheel scrolls."""
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self) -> None:
        """The wheel scrolls."""
        self.scroll_lines(-_WHEEL)

    def _wrap(self) -> None:
        width = min(self.content_size.width - 1, _WIDEST + 2 * _MARGIN) - 2 * _MARGIN
        self._lines = list(lines(self._blocks, width))
        self._top = max(0, min(self._top, len(self._lines) - self.content_size.height))
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme."""
        self._styles.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index = y + self._top
        width = self.content_size.width
        kind, text = self._lines[index] if index < len(self._lines) else (paper_text.BODY, "")
        segments = [Segment(fit(" " * _MARGIN + text, width - 1), self._style(kind))]
        segments.append(Segment(_THUMB if self._in_thumb(y) else " ", self._style("bar")))
        return Strip(segments, width)

    def _style(self, kind: str) -> Style:
        if kind not in self._styles:
            self._styles[kind] = self.get_component_rich_style(f"detail-pane--{kind}")
        return self._styles[kind]

    def _in_thumb(self, y: int) -> bool:
        height, total = self.content_size.height, len(self._lines)
        if total <= height:
            return False
        size = max(1, height * height // total)
        start = (height - size) * self._top // (total - height)
        return start <= y < start + size


def lines(blocks: Iterable[Block], width: int) -> Iterator[tuple[str, str]]:
    """(kind, line) of blocks wrapped to `width` cells; a rule is drawn, with an empty line before it."""
    if width < 1:
        return
    for kind, text in blocks:
        if kind == paper_text.RULE:
            yield paper_text.BODY, ""
            if text:
                yield kind, f"── {text} ".ljust(width, "─")
        else:
            for paragraph in text.split("\n"):
                yield from ((kind, line) for line in wrap(paragraph, width))
