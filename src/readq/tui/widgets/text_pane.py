"""A pane that shows text blocks, wrapped to its width and scrolled by line.

The pane has its own code for scrolling. Textual's ScrollView would lay out the whole screen again for each new text.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from readq.line_wrap import wrap
from readq.tui.text import note_markdown, paper_blocks
from readq.tui.text.note_markdown import Mark
from readq.tui.text.paper_blocks import Block
from readq.tui.text.tones import MATCH

_KINDS = (
    *(paper_blocks.TITLE, paper_blocks.QUESTION, paper_blocks.AUTHORS, paper_blocks.PLACE, paper_blocks.META),
    *(paper_blocks.TAGS, paper_blocks.RULE, paper_blocks.BODY, paper_blocks.NOTE, paper_blocks.HINT),
    *(note_markdown.STRONG, note_markdown.EMPHASIS, note_markdown.CODE, MATCH),
)
_MARGIN = 1
_MAX_TEXT_WIDTH = 96
"""The largest width of text, in cells, because longer lines are hard to read."""

_MIN_WIDTH_FOR_TWO = 110
"""Smallest width, in cells, of a pane that shows the note beside the abstract."""

_GAP = 3
"""Width in cells between the abstract and the note beside it."""

_WHEEL_LINES = 3
_THUMB = "▐"


class StyledRun(NamedTuple):
    """A part of a line in one style. All styles in `marks`, such as emphasis, apply to the whole part."""

    text: str
    marks: tuple[str, ...] = ()


class TextPaneLine(NamedTuple):
    """A wrapped line of a text block. `kind` is the kind of the block."""

    kind: str
    runs: tuple[StyledRun, ...]


class TextPane(Widget):
    """Shows text blocks. If they are longer than the pane, a scroll bar is drawn on the right.

    In a wide pane, the note of a paper stands beside the abstract.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text-pane--bar",
        *(f"text-pane--{kind}" for kind in _KINDS),
    }

    def __init__(self) -> None:
        super().__init__()
        self._blocks: Sequence[Block] = ()
        self._lines: list[TextPaneLine] = []
        self._side_lines: dict[int, TextPaneLine] = {}
        """Maps indexes of lines in `_lines` to the lines of the note that stand at the right of them."""
        self._side_start = 0
        """The column, in cells, at which the lines of the note begin."""
        self._top = 0
        self._waiting: list[Callable[[], object]] | None = []
        """The calls that wait for the first layout, or None after it."""
        self._styles: dict[str, Style] = {}

    def show(self, blocks: Sequence[Block], *, from_top: bool = True) -> None:
        """Replace the shown blocks. If `from_top` is true, scroll to the first line.

        If `blocks` equals the shown blocks, do nothing.
        """
        if blocks == self._blocks:
            return
        before = self._visible_lines()
        self._blocks = blocks
        self._top = 0 if from_top else self._top
        self._wrap()
        self._refresh_changed(before)

    def after_layout(self, act: Callable[[], object]) -> None:
        """Call `act` when the pane has its size: now, or after the first layout if the pane was just opened."""
        if self._waiting is None or not self.display:
            act()
        else:
            self._waiting.append(act)

    def scroll_lines(self, lines: int) -> bool:
        """Scroll down by `lines` lines, or up if `lines` is negative.

        Return False if the text cannot scroll further.
        """
        top = max(0, min(self._top + lines, len(self._lines) - self.content_size.height))
        if top == self._top:
            return False
        self._top = top
        self.refresh()
        return True

    @property
    def shows_all(self) -> bool:
        """Whether the whole text is visible."""
        return len(self._lines) <= self.content_size.height

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self._wrap()
        self.refresh()
        waiting, self._waiting = self._waiting, None
        for act in waiting or ():
            act()

    def on_mouse_scroll_down(self) -> None:
        """Scroll down by three lines."""
        self.scroll_lines(_WHEEL_LINES)

    def on_mouse_scroll_up(self) -> None:
        """Scroll up by three lines."""
        self.scroll_lines(-_WHEEL_LINES)

    def _wrap(self) -> None:
        width = self.content_size.width - 1 - 2 * _MARGIN
        self._lines, self._side_lines = wrap_in_columns(self._blocks, width)
        self._side_start = _MARGIN + column_widths(width)[0] + _GAP
        self._top = max(0, min(self._top, len(self._lines) - self.content_size.height))

    def _visible_lines(self) -> list[tuple[object, ...]]:
        """Return what is drawn in each line of the pane: the text, the note beside it, and the scroll bar."""
        indexes = range(self._top, self._top + self.content_size.height)
        return [
            (self._lines[index] if index < len(self._lines) else None, self._side_lines.get(index), self._in_thumb(y))
            for y, index in enumerate(indexes)
        ]

    def _refresh_changed(self, before: Sequence[tuple[object, ...]]) -> None:
        """Draw the lines from the first to the last that differ from `before`: many papers end above the last line."""
        after = self._visible_lines()
        changed = [y for y, (old, new) in enumerate(zip_longest(before, after)) if old != new]
        if changed:
            # Textual adds the padding of the pane.
            self.refresh(Region(0, changed[0], self.content_size.width, changed[-1] - changed[0] + 1))

    def notify_style_update(self) -> None:
        """Clear the cached styles, because the theme may have changed."""
        self._styles.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return the wrapped line that is shown in the row `y` of the widget. Textual calls this to draw the pane."""
        index = y + self._top
        width = self.content_size.width
        line = self._lines[index] if index < len(self._lines) else _EMPTY_LINE
        plain = self._style(line.kind)
        bar = Segment(_THUMB if self._in_thumb(y) else " ", self._style("bar"))
        texts = self._segments(line)
        if side := self._side_lines.get(index):
            room = self._side_start - _MARGIN
            texts = [*Strip(texts).adjust_cell_length(room, plain), *self._segments(side)]
        room = width - 1 - _MARGIN - sum(cell_len(segment.text) for segment in texts)
        if room > 0:
            texts.append(Segment(" " * room, plain))
        elif room < 0:
            texts = list(Strip(texts).adjust_cell_length(width - 1 - _MARGIN, plain))
        # Build one strip per line, with its width given: a second strip would double the cost of drawing.
        return Strip([Segment(" " * _MARGIN, plain), *texts, bar], width)

    def _segments(self, line: TextPaneLine) -> list[Segment]:
        return [Segment(text, self._marked_style(line.kind, marks)) for text, marks in line.runs]

    def _marked_style(self, kind: str, marks: tuple[str, ...]) -> Style:
        if not marks:
            return self._style(kind)
        # `partial` applies only what the rule of the mark sets, so the colours of the block stay.
        return Style.combine(
            [
                self._style(kind),
                *(self.get_component_rich_style(f"text-pane--{mark}", partial=True) for mark in marks),
            ]
        )

    def _style(self, kind: str) -> Style:
        if kind not in self._styles:
            self._styles[kind] = self.get_component_rich_style(f"text-pane--{kind}")
        return self._styles[kind]

    def _in_thumb(self, y: int) -> bool:
        height, total = self.content_size.height, len(self._lines)
        if total <= height:
            return False
        size = max(1, height * height // total)
        start = (height - size) * self._top // (total - height)
        return start <= y < start + size


_EMPTY_LINE = TextPaneLine(paper_blocks.BODY, ())


def column_widths(width: int) -> tuple[int, int]:
    """Return the width of the text, and that of the note beside it, for a pane with room for `width` cells of text.

    The second width is 0 if the pane is too narrow for two columns.
    """
    if width < _MIN_WIDTH_FOR_TWO:
        return min(width, _MAX_TEXT_WIDTH), 0
    first = min((width - _GAP) * 3 // 5, _MAX_TEXT_WIDTH)
    return first, min(width - _GAP - first, _MAX_TEXT_WIDTH)


def wrap_in_columns(blocks: Sequence[Block], width: int) -> tuple[list[TextPaneLine], dict[int, TextPaneLine]]:
    """Wrap text blocks for a pane with room for `width` cells of text.

    Return the lines of the left column as a list, and the lines of the right column as a dict. The dict maps the index
    of a left line to the right line beside it. The right column has the note. The note begins beside the first line of
    the abstract. If the pane is too narrow, or if the note or the abstract is missing, the right column is empty.
    """
    first, second = column_widths(width)
    rules = [index for index, block in enumerate(blocks) if block.kind == paper_blocks.RULE]
    if not second or len(rules) < 2 or blocks[rules[-1]].text == "":
        return list(wrap_blocks(blocks, min(width, _MAX_TEXT_WIDTH))), {}
    *_, abstract, note = rules
    # The blocks before the abstract take the full width of a text, since no note stands beside them.
    lines = list(wrap_blocks(blocks[:abstract], min(width, _MAX_TEXT_WIDTH)))
    start = len(lines)
    lines += wrap_blocks(blocks[abstract:note], first)
    # The first line of a section is empty.
    side = dict(enumerate(wrap_blocks(blocks[note:], second), start))
    lines += [_EMPTY_LINE] * (start + len(side) - len(lines))
    return lines, side


def wrap_blocks(blocks: Iterable[Block], width: int) -> Iterator[TextPaneLine]:
    """Wrap text blocks to lines of at most `width` cells.

    A block of kind RULE separates two sections. It becomes an empty line. If it has a text, a line with the text and a
    rule follows. If `width` is less than 1, yield nothing.
    """
    if width < 1:
        return
    for block in blocks:
        if block.kind == paper_blocks.RULE:
            yield _EMPTY_LINE
            if block.text:
                yield TextPaneLine(block.kind, (StyledRun(f"── {block.text} ".ljust(width, "─")),))
        elif block.marks:
            wrapped = wrap(block.text, width, block.hang)
            yield from (TextPaneLine(block.kind, runs) for runs in marked_runs(block.text, block.marks, wrapped))
        else:
            for paragraph in block.text.split("\n"):
                yield from (TextPaneLine(block.kind, (StyledRun(line),)) for line in wrap(paragraph, width, block.hang))


def marked_runs(text: str, marks: Sequence[Mark], wrapped: Iterable[str]) -> Iterator[tuple[StyledRun, ...]]:
    """Yield each wrapped line of `text` as a tuple of runs.

    All characters of a run have the same marks, such as emphasis. `wrapped` holds the lines of `text` after wrapping.
    They differ from `text` only in their spaces. `marks` says which spans of `text` are marked. A space is marked only
    if the characters before and after it have the same marks.
    """
    marks_by_index: list[tuple[str, ...]] = [()] * len(text)
    for start, end, kind in marks:
        marks_by_index[start:end] = [(*kinds, kind) for kinds in marks_by_index[start:end]]
    visible = [kinds for character, kinds in zip(text, marks_by_index, strict=True) if not character.isspace()]
    position = 0
    for line in wrapped:
        parts: list[tuple[str, tuple[str, ...]]] = []
        for character in line:
            if character.isspace():
                before, after = parts[-1][1] if parts else (), visible[position] if position < len(visible) else ()
                parts.append((character, before if before == after else ()))
            else:
                parts.append((character, visible[position]))
                position += 1
        yield tuple(
            StyledRun("".join(character for character, _ in group), kinds)
            for kinds, group in groupby(parts, key=lambda part: part[1])
        )
