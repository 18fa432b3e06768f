"""The note editor. It is imported when the first note is opened, because only it needs Textual's TextArea."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

from readq.errors import ReadqError
from readq.model.note_links import open_link
from readq.review.prompts import without_unfilled
from readq.store.references import RemovedError
from readq.tui.state.session import Session
from readq.tui.text.note_markdown import list_mark
from readq.tui.widgets.bars import TextLine

_DRAFT_DELAY = 1.0
"""Seconds from a change of the text until the text is saved as a draft."""

_INDENT = 2
"""Number of columns by which Tab indents an item of a list."""


_EDITS = {
    **{binding.key: binding.action for binding in Binding.make_bindings(TextArea.BINDINGS)},
    **dict.fromkeys(("alt+left", "alt+b", "ctrl+left"), "cursor_word_left"),
    **dict.fromkeys(("alt+right", "alt+f", "ctrl+right"), "cursor_word_right"),
    **dict.fromkeys(("alt+backspace", "ctrl+w"), "delete_word_left"),
    "alt+d": "delete_word_right",
}
"""Maps keys to actions of Textual's text area. The keys that move by a word are those of shells and editors."""


class NoteArea(TextArea):
    """A text area for Markdown. It can be drawn before its styles are applied.

    Enter in a list begins the next item. Tab and Shift+Tab change the indent of an item. After `[[`, Tab completes a
    citation key. When the user types the first letters of a key, the area calls the function `complete` with these
    letters. `complete` must find the citation keys that begin with the letters, and pass the keys to `offer`.
    """

    class Offered(Message):
        """The message about a change of the offered citation keys. Tab completes a link with one of `keys`."""

        def __init__(self, keys: Sequence[str]) -> None:
            super().__init__()
            self.keys = keys

    def __init__(self, text: str, complete: Callable[[str], None]) -> None:
        super().__init__(
            text, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False, tab_behavior="indent"
        )
        self._complete = complete
        self._typed: str | None = None
        self._offered: Sequence[str] = ()
        self._completed: tuple[tuple[int, int], tuple[int, int], int] | None = None
        """Start and end of the key that Tab has just completed, and its index in the offered keys."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines in the region `crop`. While the area has no styles yet, return blank lines.

        On a busy machine, Textual can draw the area before it has set its styles. TextArea's own `render_lines` then
        raises KeyError. Textual draws the area again when it has set the styles.
        """
        try:
            return super().render_lines(crop)
        except KeyError:
            return [Strip.blank(crop.width)] * crop.height

    def offer(self, typed: str, keys: Sequence[str]) -> None:
        """Offer `keys`, the citation keys that begin with `typed`.

        Do nothing if the user has typed another text meanwhile.
        """
        if typed == self._typed:
            self._offered = keys
            self.post_message(self.Offered(keys))

    def on_text_area_selection_changed(self) -> None:
        """If the text before the cursor ends in an unfinished link, look up the citation keys that can complete it."""
        if self._completed and self.cursor_location == self._completed[1]:
            return
        self._completed = None
        row, column = self.cursor_location
        typed = open_link(self.document.get_line(row)[:column])
        if typed == self._typed:
            return
        self._typed, had, self._offered = typed, bool(self._offered), ()
        if typed is not None:
            self._complete(typed)
        elif had:
            self.post_message(self.Offered(()))

    async def _on_key(self, event: Key) -> None:  # Textual calls the handlers of both classes
        handlers = {"enter": self._next_item, "tab": self._tab, "shift+tab": self._outdent}
        if event.key in handlers:
            is_handled = handlers[event.key]()
        elif is_handled := event.key in _EDITS:
            # Not by a binding: a letter that is typed at once would come first.
            await self.app.run_action(_EDITS[event.key], self)
        if is_handled:
            event.stop()
            event.prevent_default()

    def _next_item(self) -> bool:
        """Begin the next item of a list. In an empty item, end the list. Return False outside a list."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        mark = list_mark(line)
        if mark is None or column < len(mark.present):
            return False
        if line.strip() == mark.present.strip():
            self.replace("", (row, 0), (row, len(line)), maintain_selection_offset=False)
            return True
        self.replace(f"\n{mark.following}", *sorted(self.selection), maintain_selection_offset=False)
        return True

    def _tab(self) -> bool:
        """Complete a link, or indent an item of a list. Return False if Tab stands for spaces."""
        if self._offered and (self._typed is not None or self._completed):
            self._complete_link()
            return True
        row, column = self.cursor_location
        if list_mark(self.document.get_line(row)) is None:
            return False
        self.insert(" " * _INDENT, (row, 0), maintain_selection_offset=True)
        self.move_cursor((row, column + _INDENT))
        return True

    def _outdent(self) -> bool:
        row, column = self.cursor_location
        line = self.document.get_line(row)
        spaces = min(_INDENT, len(line) - len(line.lstrip(" ")))
        self.delete((row, 0), (row, spaces))
        self.move_cursor((row, max(0, column - spaces)))
        return True

    def _complete_link(self) -> None:
        """Replace the typed beginning by the first offered key.

        Each further call replaces the inserted key by the next one.
        """
        row, column = self.cursor_location
        if self._completed:
            start, end, index = self._completed
            index = (index + 1) % len(self._offered)
        else:
            start, end, index = (row, column - len(self._typed or "")), (row, column), 0
        text = f"{self._offered[index]}]]"
        after = self.document.get_line(row)[end[1] :]
        end = (row, end[1] + 2) if not self._completed and after.startswith("]]") else end
        place = (row, start[1] + len(text))
        self._completed = (start, place, index)
        self.replace(text, start, end, maintain_selection_offset=False)
        self.move_cursor(place)


_KEYS_OFFERED = 6
"""The largest number of citation keys that are offered for a link."""


class NoteTexts(NamedTuple):
    """The texts with which a note editor opens."""

    text: str
    """The text to edit."""
    saved: str
    """The note before the edit. For a new note, this is the user's own template, or "" if there is none."""
    heading: str
    """The line above the text."""
    to_fill: str = ""
    """The lines at the beginning of `text` that the user can complete, such as `claim:`. It is "" without such lines.

    A line that the user leaves empty is not saved.
    """
    is_asked: bool = False
    """Whether the user is asked to complete the lines in `to_fill`. The cursor then begins in the first of them."""
    is_draft: bool = False
    """Whether `text` is a stored draft."""


class NotePane(Vertical):
    """An editor of the note on a paper: a text area under a heading.

    `base_version` is the version number of the saved note that is edited.
    """

    def __init__(self, session: Session, paper_id: int, texts: NoteTexts, base_version: int) -> None:
        super().__init__()
        self.session = session
        self.paper_id = paper_id
        self.texts = texts
        self.base_version = base_version
        self._last_checked = texts.text if texts.is_asked or texts.is_draft else texts.saved
        self._draft = texts.text if texts.is_draft else None
        self._removal_shown = False
        self._draft_timer: Timer | None = None
        self.area = NoteArea(texts.text, self._complete)
        self._heading_line = TextLine("note-heading")

    def compose(self) -> ComposeResult:
        """Yield the heading and the text area."""
        self._heading_line.put(Content(self.texts.heading))
        yield self._heading_line
        yield self.area

    def _complete(self, typed: str) -> None:
        """Look up the citation keys that begin with `typed`, and offer them to the text area."""
        from readq.store.search.vocabulary import keys_with_prefix

        self.session.read(
            lambda conn: keys_with_prefix(conn, typed, _KEYS_OFFERED), lambda keys: self.area.offer(typed, keys)
        )

    def on_note_area_offered(self, message: NoteArea.Offered) -> None:
        """Show the offered citation keys in place of the heading. If there are none, show the heading."""
        keys = f" Tab completes: {' · '.join(message.keys)}" if message.keys else self.texts.heading
        self._heading_line.put(Content(keys))

    @property
    def filled_text(self) -> str:
        """The text of the editor, without those lines of `to_fill` that the user left empty."""
        return without_unfilled(self.area.text, self.texts.to_fill) if self.texts.to_fill else self.area.text

    @property
    def is_unchanged(self) -> bool:
        """Whether `filled_text` equals `texts.saved`, so that there is nothing to save."""
        return self.filled_text == self.texts.saved

    def move_to_start(self) -> None:
        """Move the cursor to where the user starts to type: the end of the first line to complete.

        If the user is not asked to complete lines, this is the end of the text.
        """
        end = (0, len(self.texts.to_fill.split("\n")[0])) if self.texts.is_asked else self.area.document.end
        self.area.move_cursor(end)

    def on_text_area_changed(self) -> None:
        """Schedule a save of the draft in one second, unless a save is scheduled already."""
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(_DRAFT_DELAY, self.keep_draft)

    def keep_draft(self) -> None:
        """Save the text as a draft in the background, so that a crash does not lose it.

        If the text equals the last draft, do nothing.
        """
        from readq.services.papers import notes

        self._draft_timer = None
        text = self.area.text if self.texts.is_asked else self.filled_text
        now, former = self.session.clock(), self._draft
        if text == self._last_checked:
            return
        self._last_checked = self._draft = text
        self.session.write(
            lambda conn: notes.keep_draft(conn, self.paper_id, text, self.base_version, now, former),
            failed=self._failed,
        )

    def _failed(self, error: ReadqError) -> None:
        if not isinstance(error, RemovedError):
            self.session.observer.show_error(error)
        elif not self._removal_shown:
            # Shown once. Later drafts are still tried, because an undo may restore the paper.
            self._removal_shown = True
            self.session.observer.show_error(RemovedError(error.message, "close the note: its text goes into a file"))
