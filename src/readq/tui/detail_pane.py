"""A paper to read, beside the list or in full: blocks of text wrapped to the width and scrolled by the line."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from readq.tui import paper_text
from readq.tui.paper_text import Block
from readq.tui.row_text import fit

_KINDS = (
    *(paper_text.TITLE, paper_text.AUTHORS, paper_text.META, paper_text.TAGS, paper_text.RULE),
    *(paper_text.BODY, paper_text.NOTE, paper_text.HINT),
)
_MARGIN = 1
_WIDEST = 100
"""Longer lines are hard to read; the rest of a wide screen stays empty."""


class DetailPane(ScrollView):
    """Shows blocks of text."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"detail-pane--{kind}" for kind in _KINDS}

    def __init__(self, blocks: Iterable[Block] = (), *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._blocks: Sequence[Block] = tuple(blocks)
        self._lines: list[tuple[str, str]] = []
        self._wrapped_for = 0

    def show(self, blocks: Sequence[Block], *, from_top: bool = True) -> None:
        """Show other text, from its first line unless told otherwise."""
        if list(blocks) == list(self._blocks):
            return
        self._blocks = blocks
        self._wrap(self.scrollable_content_region.width)
        if from_top:
            self.scroll_to(y=0, animate=False, immediate=True)
        self.refresh()

    def scroll_by(self, lines: int) -> None:
        """Scroll down by `lines`, or up by a negative number."""
        self.scroll_to(y=max(0, self.scroll_offset.y + lines), animate=False, immediate=True)

    def on_resize(self, event: Resize) -> None:
        """Wrap anew."""
        self._wrap(event.size.width)

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self.refresh()

    def _wrap(self, width: int) -> None:
        self._lines = list(lines(self._blocks, min(width, _WIDEST + 2 * _MARGIN) - 2 * _MARGIN))
        self.virtual_size = Size(width, len(self._lines))

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        kind, text = self._lines[index] if index < len(self._lines) else (paper_text.BODY, "")
        style = self.get_component_rich_style(f"detail-pane--{kind}", default=Style.null())
        return Strip([Segment(" " * _MARGIN), Segment(fit(text, width - _MARGIN), style)], width)


def lines(blocks: Iterable[Block], width: int) -> Iterable[tuple[str, str]]:
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
                wrapped = Content(paragraph).wrap(width) if paragraph.strip() else [Content("")]
                yield from ((kind, line.plain) for line in wrapped)
