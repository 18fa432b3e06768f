"""The line where a filter, tags or a path are typed. Fed key by key by its screen, so that a fast typist loses none."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content, Span

from readq.text import one_line
from readq.tui.bars import Line
from readq.tui.line_edit import LineEdit


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


class PromptLine(Line):
    """Shows a `Prompt` with the text under edit, its cursor, and what is wrong or found on the right."""

    def __init__(self) -> None:
        super().__init__()
        self.prompt: Prompt | None = None
        self._edit = LineEdit()
        self._message = ""

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
        """Show what is wrong or found, on the right."""
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
        """Show the line as it is now, its cursor always in sight."""
        if self.prompt is None:
            return
        head = f" {self.prompt.label} "
        message = f"  {self._message} " if self._message else ""
        room = max(8, self.size.width - cell_len(head) - cell_len(message) - 1)
        text, cursor = self._edit.text + " ", self._edit.cursor
        start = max(0, cursor - room + 1)
        visible = text[start : start + room]
        gap = max(1, self.size.width - cell_len(head + visible + message))
        at = len(head) + cursor - start
        end = len(head) + len(visible) + gap
        spans = [Span(0, len(head), "bold"), Span(at, at + 1, "reverse"), Span(end, end + len(message), "italic")]
        self.put(Content(head + visible + " " * gap + message, spans))

    def on_resize(self) -> None:
        """Another width."""
        self.draw()
