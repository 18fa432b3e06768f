"""The prompt: a line for typing a filter, tags or a path. The screen passes each key to it, so no typed key is lost."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content, Span

from readq.line_wrap import wrap
from readq.text import one_line
from readq.tui.state.completion import Candidate, Completion
from readq.tui.text.list_columns import fit
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.line_edit import LineEdit

_MAX_LINES_BELOW = 5
"""Maximum number of lines of a message below the prompt. The rest of a longer message is not shown."""

_LEAST_ROOM = 8
"""The smallest number of cells for the text. A label that leaves fewer is wrapped, and ends before the text."""

_GAP = "  "
"""The spaces between two candidates."""

_PADDING = 3
"""The number of cells for the space before and after a message that is to the right of the text."""


Suggest = Callable[[str, int, Callable[[Completion], None]], None]
"""A function that finds completions of a text. Its arguments are the text, the position of the cursor, and a callback.

The function calls the callback with the candidates, at once or later.
"""

_NO_COMPLETION = Completion(0)
_TAB_STEPS = {"tab": 1, "shift+tab": -1}


class Prompt(NamedTuple):
    """A question that the user answers by typing one line of text. The callbacks receive this text."""

    label: str
    accept: Callable[[str], bool | Awaitable[bool]]
    """The callback for Enter. Its argument is the typed text. It returns whether to close the prompt."""
    text: str = ""
    """The text in the prompt when it opens."""
    changed: Callable[[str], None] | None = None
    """The callback for each change of the text. Its argument is the text."""
    cancel: Callable[[], None] = lambda: None
    """The callback for Esc."""
    hint: str = ""
    """The message that is shown when the prompt opens, until another message replaces it."""
    keys: tuple[tuple[str, str], ...] = (("Enter", "do it"), ("Esc", "cancel"))
    """The keys of the prompt, as (key, label) pairs for the footer."""
    suggest: Suggest | None = None
    """The function that finds candidates, which Tab inserts. If it is None, Tab completes nothing."""

    def footer_keys(self) -> list[tuple[str, str]]:
        """Return the keys for the footer, as (key, label) pairs."""
        return [*self.keys[:1], ("Tab", "complete"), *self.keys[1:]] if self.suggest else list(self.keys)


class PromptLine(TextLine):
    """Shows a `Prompt` with its text and cursor. A message is shown to the right of the text or below it.

    The last line shows candidates, which are possible completions of the text. Tab inserts the first candidate. Each
    further Tab replaces it by the next candidate.
    """

    def __init__(self) -> None:
        super().__init__()
        self.prompt: Prompt | None = None
        self._edit = LineEdit()
        self._message = ""
        self._height = 1
        self._completion = _NO_COMPLETION
        self._chosen: int | None = None
        """The index of the candidate that was inserted last. It is None after any other key."""
        self._typed = LineEdit()
        """The text before the first candidate was inserted."""
        self._asked: LineEdit | None = None
        """The text for which candidates are awaited."""
        self._tabs = 0
        """The number of candidates by which to move when the candidates arrive, because Tab was pressed before that."""

    @property
    def text(self) -> str:
        """The text typed so far."""
        return self._edit.text

    def open(self, prompt: Prompt) -> None:
        """Show `prompt` with its initial text."""
        self.prompt = prompt
        self._edit = LineEdit(prompt.text)
        self._message = prompt.hint
        self._ask()
        self.draw()

    def close(self) -> None:
        """Close the prompt, if one is open."""
        self.prompt = None

    def show_message(self, message: str) -> None:
        """Show `message`, such as an error or the number of papers found. It replaces the present message."""
        self._message = message
        self.draw()

    def press(self, key: str, character: str | None) -> bool:
        """Apply a key to the text. Return whether the key edited the text or typed a character.

        `key` and `character` come from Textual's key event.
        """
        if key in _TAB_STEPS and self.prompt is not None and self.prompt.suggest:
            self._complete(_TAB_STEPS[key])
            return True
        edited = self._edit.press(key, character)
        if edited:
            self._changed()
        return edited

    def paste(self, text: str) -> None:
        """Insert `text` at the cursor, without control characters and line breaks."""
        self._edit.insert(one_line(text))
        self._changed()

    def _ask(self) -> None:
        """Request the candidates for the present text. Until they arrive, those for an earlier text are shown."""
        self._chosen, self._tabs = None, 0
        if self.prompt is None or self.prompt.suggest is None:
            self._completion, self._asked = _NO_COMPLETION, None
            return
        asked = self._asked = LineEdit(self._edit.text, self._edit.cursor)

        def answer(completion: Completion) -> None:
            if self._asked is asked:
                self._asked, self._completion = None, completion
                tabs = self._tabs
                self.draw()
                if tabs:
                    self._complete(tabs)

        self.prompt.suggest(asked.text, asked.cursor, answer)

    def _complete(self, steps: int) -> None:
        """Insert the first candidate. If a candidate is inserted already, replace it by the one `steps` further on."""
        if self._asked is not None:
            self._tabs += steps
            return
        start, candidates = self._completion
        if not candidates:
            return
        if self._chosen is None:
            self._typed = LineEdit(self._edit.text, self._edit.cursor)
            self._chosen = steps - 1 if steps > 0 else steps
        else:
            self._chosen += steps
        self._chosen %= len(candidates)
        before, text = self._typed, candidates[self._chosen].text
        self._edit = LineEdit(before.text[:start] + text + before.text[before.cursor :], start + len(text))
        if len(candidates) == 1:
            # What follows a folder or a field can be completed at once.
            self._ask()
        self._notify()

    def _changed(self) -> None:
        self._ask()
        self._notify()

    def _notify(self) -> None:
        self.draw()
        if self.prompt and self.prompt.changed:
            self.prompt.changed(self._edit.text)

    def draw(self) -> None:
        """Draw the label, the text and the message. A long text scrolls sideways to keep the cursor visible."""
        if self.prompt is None:
            return
        width = self.size.width
        *above, label = wrap(self.prompt.label, max(_LEAST_ROOM, width - _LEAST_ROOM - 2))
        start, head = "".join(f" {part}\n" for part in above), f" {label} "
        inline, below = place_message(self._message, width, cell_len(head + self._edit.text) + 1)
        message = f"  {inline} " if inline else ""
        room = max(_LEAST_ROOM, width - cell_len(head) - cell_len(message) - 1)
        visible, cursor = self._edit.visible_part(room)
        gap = max(1, width - cell_len(head + visible + message))
        cursor_column = len(start + head) + cursor
        message_column = len(start + head + visible) + gap
        line = start + "\n ".join([head + visible + " " * gap + message, *below])
        spans = [Span(0, len(start + head), "bold"), Span(cursor_column, cursor_column + 1, "reverse")]
        spans.append(Span(message_column, len(line), "italic"))
        offered, chosen = candidate_line(self._completion.candidates, self._chosen, width - 2)
        if offered:
            spans.append(Span(len(line) + 2 + chosen.start, len(line) + 2 + chosen.stop, "reverse"))
            line += f"\n {offered}"
        # The line of candidates is kept free for them, so that the list above does not jump while one types.
        self._set_height(len(above) + 1 + len(below) + (self.prompt.suggest is not None))
        self.put(Content(line, spans))

    def _set_height(self, height: int) -> None:
        if height != self._height:
            self._height = height
            self.styles.height = height

    def on_resize(self) -> None:
        """Draw again for the new width."""
        self.draw()


def candidate_line(candidates: Sequence[Candidate], chosen: int | None, width: int) -> tuple[str, slice]:
    """Return a line of candidates, and the slice of the line that holds the chosen candidate.

    The line has at most `width` cells. `chosen` is the index of the chosen candidate. If `chosen` is None, the slice is
    empty. If not all candidates fit in the line, they are divided into pages. The line then has the page with the
    chosen candidate, or else the first page. Without candidates, the line is "".
    """
    line, part = "", slice(0, 0)
    for index, (text, detail) in enumerate(candidates):
        shown = fit(f"{text} {detail}".rstrip(), min(width, cell_len(f"{text} {detail}".rstrip())))
        gap = _GAP if line else ""
        if cell_len(line + gap + shown) > width:
            if chosen is None or index > chosen:
                break
            line, gap = "", ""
        line += gap
        if index == chosen:
            part = slice(len(line), len(line) + len(shown))
        line += shown
    return line, part


def place_message(message: str, width: int, used: int) -> tuple[str, list[str]]:
    """Choose a place for `message` next to a text in a line of `width` cells. The text takes `used` cells.

    Return the message to show to the right of the text, and the lines to show below the text. One of the two is empty.
    The message goes to the right if it fits into the free cells. A message of at most a third of `width` also goes to
    the right, and the text must then scroll. Any other message goes below the text.
    """
    cells = cell_len(message) + _PADDING
    if cells <= max(width - used, width // 3) or width < 2 * _PADDING:
        return message, []
    lines = wrap(message, width - 2)
    if len(lines) <= _MAX_LINES_BELOW:
        return "", lines
    return "", [*lines[: _MAX_LINES_BELOW - 1], fit(" ".join(lines[_MAX_LINES_BELOW - 1 :]), width - 2)]
