"""The editor of a note, beside its paper. Imported with the first note: nothing else needs its text area."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import TextArea

from readq.errors import ReadqError
from readq.store.references import RemovedError
from readq.tui.state.session import Session
from readq.tui.widgets.bars import TextLine

_DRAFT_DELAY = 1.0
"""Seconds after the last key before what was typed is kept as a draft."""


class NotePane(Vertical):
    """A text area on one paper's note, which says `note_text`; the editing began from `base_version` with `text`."""

    def __init__(
        self, session: Session, paper_id: int, text: str, base_version: int, heading: str, note_text: str
    ) -> None:
        super().__init__()
        self.session = session
        self.paper_id = paper_id
        self.base_version = base_version
        self._heading = heading
        self._note_text = note_text
        self._seen_text = text
        self._draft = text if text != note_text else None
        self._told_removed = False
        self._draft_timer: Timer | None = None
        self.area = TextArea(text, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)

    def compose(self) -> ComposeResult:
        """A heading and the text."""
        heading = TextLine("note-heading")
        heading.put(Content(self._heading))
        yield heading
        yield self.area

    @property
    def is_unchanged(self) -> bool:
        """Whether the text is what the note said when it was opened."""
        return self.area.text == self._note_text

    def on_text_area_changed(self) -> None:
        """Keep a draft once the typing pauses."""
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(_DRAFT_DELAY, self.keep_draft)

    def keep_draft(self) -> None:
        """Hand what was typed to the writer, so that a crash loses none of it."""
        from readq.services.papers import notes

        self._draft_timer = None
        text, now, former = self.area.text, self.session.clock(), self._draft
        if text == self._seen_text:
            return
        self._seen_text = self._draft = text
        self.session.write(
            lambda conn: notes.keep_draft(conn, self.paper_id, text, self.base_version, now, former),
            failed=self._failed,
        )

    def _failed(self, error: ReadqError) -> None:
        if not isinstance(error, RemovedError):
            self.session.observer.show_error(error)
        elif not self._told_removed:
            # Once: an undo may bring the paper back, so the next draft is tried all the same.
            self._told_removed = True
            self.session.observer.show_error(RemovedError(error.message, "close the note: its text goes into a file"))
