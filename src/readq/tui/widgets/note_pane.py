"""The note editor. It is imported when the first note is opened, because only it needs Textual's TextArea."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

from readq.errors import ReadqError
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


class NotePane(Vertical):
    """An editor of the note on a paper: a text area under the line `heading`.

    `note_text` is the saved note, and `base_version` its version. `text` is the initial text: a draft, or the saved
    note.
    """

    def __init__(
        self, session: Session, paper_id: int, text: str, base_version: int, heading: str, note_text: str
    ) -> None:
        super().__init__()
        self.session = session
        self.paper_id = paper_id
        self.base_version = base_version
        self._heading = heading
        self._note_text = note_text
        self._last_checked = text
        self._draft = text if text != note_text else None
        self._removal_shown = False
        self._draft_timer: Timer | None = None
        self.area = NoteArea(text, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)

    def compose(self) -> ComposeResult:
        """Yield the heading and the text area."""
        heading = TextLine("note-heading")
        heading.put(Content(self._heading))
        yield heading
        yield self.area

    @property
    def is_unchanged(self) -> bool:
        """Whether the text equals the saved note `note_text`."""
        return self.area.text == self._note_text

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
