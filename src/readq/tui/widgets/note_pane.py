"""The note editor. It is imported when the first note is opened, because only it needs Textual's TextArea."""

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

from readq.errors import ReadqError
from readq.review.prompts import without_unfilled
from readq.store.references import RemovedError
from readq.tui.state.session import Session
from readq.tui.widgets.bars import TextLine

_DRAFT_DELAY = 1.0
"""Seconds after a change until the text is saved as a draft."""


class NoteArea(TextArea):
    """A text area that can be drawn before its styles are applied."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines in the region `crop`. While the area has no styles yet, return blank lines.

        On a busy machine the screen may be drawn between the mount of the area and the update of its styles. TextArea
        raises KeyError then. The update draws the area again.
        """
        try:
            return super().render_lines(crop)
        except KeyError:
            return [Strip.blank(crop.width)] * crop.height


class NoteTexts(NamedTuple):
    """The texts of a note editor. `text` is the initial text: a draft, or the saved note `saved`.

    `heading` is the line above it. `to_fill` are lines that the initial text begins with, and that the user may fill.
    """

    text: str
    saved: str
    heading: str
    to_fill: str = ""


class NotePane(Vertical):
    """An editor of the note on a paper: a text area under a heading.

    `base_version` is the version of the saved note.
    """

    def __init__(self, session: Session, paper_id: int, texts: NoteTexts, base_version: int) -> None:
        super().__init__()
        self.session = session
        self.paper_id = paper_id
        self.texts = texts
        self.base_version = base_version
        self._last_checked = texts.text
        self._draft = texts.text if texts.text != texts.saved and not texts.to_fill else None
        self._removal_shown = False
        self._draft_timer: Timer | None = None
        self.area = NoteArea(texts.text, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)

    def compose(self) -> ComposeResult:
        """Yield the heading and the text area."""
        heading = TextLine("note-heading")
        heading.put(Content(self.texts.heading))
        yield heading
        yield self.area

    @property
    def filled_text(self) -> str:
        """The text without the lines to fill that were not filled."""
        return without_unfilled(self.area.text, self.texts.to_fill) if self.texts.to_fill else self.area.text

    @property
    def is_unchanged(self) -> bool:
        """Whether the text equals the saved note, apart from lines that were not filled."""
        return self.filled_text == self.texts.saved

    def move_to_start(self) -> None:
        """Move the cursor to the end of the first line to fill. Without one, move it to the end of the text."""
        end = (0, len(self.texts.to_fill.split("\n")[0])) if self.texts.to_fill else self.area.document.end
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
        text, now, former = self.area.text, self.session.clock(), self._draft
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
