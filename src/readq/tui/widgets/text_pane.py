"""A paper to read, beside the list or in full: blocks of text wrapped to the width and scrolled by the line.

It scrolls by itself: with Textual's scroll view every other paper would lay the whole screen out anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from readq.tui.text import note_markdown, paper_blocks
from readq.tui.text.line_wrap import wrap
from readq.tui.text.note_markdown import Mark
from readq.tui.text.paper_blocks import Block

_KINDS = (
    *(paper_blocks.TITLE, paper_blocks.AUTHORS, paper_blocks.META, paper_blocks.TAGS, paper_blocks.RULE),
    *(paper_blocks.BODY, paper_blocks.NOTE, paper_blocks.HINT),
    *(note_markdown.STRONG, note_markdown.EMPHASIS, note_markdown.CODE),
)
_MARGIN = 1
_WIDEST = 100
"""Cells; longer lines are hard to read, the rest of a wide screen stays empty."""

_WHEEL = 3
_THUMB = "▐"


class Run(NamedTuple):
    """A part of a line, and what it is marked as."""

    text: str
    marks: tuple[str, ...] = ()


class Line(NamedTuple):
    """A line to draw, of a block of this kind."""

    kind: str
    runs: tuple[Run, ...]


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
        self._lines: list[Line] = []
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
        kind, runs = self._lines[index] if index < len(self._lines) else _NOTHING
        plain = self._style(kind)
        texts = [Segment(text, self._marked(kind, marks)) for text, marks in runs]
        bar = Segment(_THUMB if self._in_thumb(y) else " ", self._style("bar"))
        room = width - 1 - _MARGIN - sum(cell_len(segment.text) for segment in texts)
        if room > 0:
            texts.append(Segment(" " * room, plain))
        elif room < 0:
            texts = list(Strip(texts).adjust_cell_length(width - 1 - _MARGIN, plain))
        # One strip a line, of known width: each costs as much as the rest of this.
        return Strip([Segment(" " * _MARGIN, plain), *texts, bar], width)

    def _marked(self, kind: str, marks: tuple[str, ...]) -> Style:
        if not marks:
            return self._style(kind)
        # A mark changes what its own rule says and leaves the colours of the paragraph.
        return Style.combine(
            [
                self._style(kind),
                *(self.get_component_rich_style(f"detail-pane--{mark}", partial=True) for mark in marks),
            ]
        )

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


_NOTHING = Line(paper_blocks.BODY, ())


def lines(blocks: Iterable[Block], width: int) -> Iterator[Line]:
    """Blocks wrapped to `width` cells; a rule is drawn, with an empty line before it."""
    if width < 1:
        return
    for block in blocks:
        if block.kind == paper_blocks.RULE:
            yield _NOTHING
            if block.text:
                yield Line(block.kind, (Run(f"── {block.text} ".ljust(width, "─")),))
        elif block.marks:
            wrapped = wrap(block.text, width, block.hang)
            yield from (Line(block.kind, runs) for runs in marked_runs(block.text, block.marks, wrapped))
        else:
            for paragraph in block.text.split("\n"):
                yield from (Line(block.kind, (Run(line),)) for line in wrap(paragraph, width, block.hang))


def marked_runs(text: str, marks: Sequence[Mark], wrapped: Iterable[str]) -> Iterator[tuple[Run, ...]]:
    """The lines that `text` was wrapped to, parted where the marks begin and end.

    Wrapping changes nothing but spaces: the visible characters of the lines are those of the text, one for one. A space
    belongs to what stands before it when that goes on behind it.
    """
    of_characters: list[tuple[str, ...]] = [()] * len(text)
    for start, end, kind in marks:
        of_characters[start:end] = [(*kinds, kind) for kinds in of_characters[start:end]]
    visible = [kinds for character, kinds in zip(text, of_characters, strict=True) if not character.isspace()]
    place = 0
    for line in wrapped:
        parts: list[tuple[str, tuple[str, ...]]] = []
        for character in line:
            if character.isspace():
                before, after = parts[-1][1] if parts else (), visible[place] if place < len(visible) else ()
                parts.append((character, before if before == after else ()))
            else:
                parts.append((character, visible[place]))
                place += 1
        yield tuple(
            Run("".join(character for character, _ in group), kinds)
            for kinds, group in groupby(parts, key=lambda part: part[1])
        )
