"""The line where a filter, tags or a path are typed. Fed key by key by its screen, so that a fast typist loses none."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content, Span

from readq.text import one_line
from readq.tui.text.columns import fit
from readq.tui.text.line_wrap import wrap
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.line_edit import LineEdit

_MOST_BELOW = 4
"""Lines of a message below the prompt; the last one is cut."""

_MARGINS = 3
"""Cells around a message beside the text."""


class Prompt(NamedTuple):
    """What is asked: `accept` takes the text at Enter and returns whether the line may close; `changed` follows every
    key; `cancel` comes with Esc. `keys` are shown in the footer."""

    label: str
    accept: Callable[[str], bool | Awaitable[bool]]
    text: str = ""
    changed: Callable[[str], None] | None = None
    cancel: Callable[[], None] = lambda: None
    aside: str = ""
    keys: tuple[tuple[str, str], ...] = (("Enter", "do it"), ("Esc", "cancel"))


class PromptLine(TextLine):
    """Shows a `Prompt` with the text under edit, its cursor, and what is wrong or found, on the right or below."""

    def __init__(self) -> None:
        super().__init__()
        self.prompt: Prompt | None = None
        self._edit = LineEdit()
        self._message = ""
        self._height = 1

    @property
    def text(self) -> str:
        """What has been typed."""
        return self._edit.text

    def open(self, prompt: Prompt) -> None:
        """Ask."""
        self.prompt = prompt
        self._edit = LineEdit(prompt.text)
        self._message = prompt.aside
        self.draw()

    def close(self) -> None:
        """Ask no longer."""
        self.prompt = None

    def say(self, message: str) -> None:
        """Show what is wrong or found."""
        self._message = message
        self.draw()

    def press(self, key: str, character: str | None) -> bool:
        """Edit the text; False when the key means nothing to it."""
        understood = self._edit.press(key, character)
        if understood:
            self._changed()
        return understood

    def paste(self, text: str) -> None:
        """Put in what was pasted, made inert and in one line."""
        self._edit.insert(one_line(text))
        self._changed()

    def _changed(self) -> None:
        self.draw()
        if self.prompt and self.prompt.changed:
            self.prompt.changed(self._edit.text)

    def draw(self) -> None:
        """Show the line as it is now, its cursor always in sight; a message that has no room beside stands below."""
        if self.prompt is None:
            return
        head, width = f" {self.prompt.label} ", self.size.width
        beside, below = placed(self._message, width, cell_len(head + self._edit.text) + 1)
        message = f"  {beside} " if beside else ""
        room = max(8, width - cell_len(head) - cell_len(message) - 1)
        text, cursor = self._edit.text + " ", self._edit.cursor
        start = max(0, cursor - room + 1)
        visible = text[start : start + room]
        gap = max(1, width - cell_len(head + visible + message))
        at = len(head) + cursor - start
        end = len(head) + len(visible) + gap
        line = "\n ".join([head + visible + " " * gap + message, *below])
        self._set_height(1 + len(below))
        spans = [Span(0, len(head), "bold"), Span(at, at + 1, "reverse"), Span(end, len(line), "italic")]
        self.put(Content(line, spans))

    def _set_height(self, height: int) -> None:
        if height != self._height:
            self._height = height
            self.styles.height = height

    def on_resize(self) -> None:
        """Another width."""
        self.draw()


def placed(message: str, width: int, used: int) -> tuple[str, list[str]]:
    """What of the message stands beside a text that takes `used` cells of `width`, and which lines stand below.

    Beside is what leaves the text its room, or takes no more than a third of the line: then the text scrolls.
    """
    cells = cell_len(message) + _MARGINS
    if cells <= max(width - used, width // 3) or width < 2 * _MARGINS:
        return message, []
    lines = wrap(message, width - 2)
    if len(lines) <= _MOST_BELOW:
        return "", lines
    return "", [*lines[: _MOST_BELOW - 1], fit(" ".join(lines[_MOST_BELOW - 1 :]), width - 2)]
