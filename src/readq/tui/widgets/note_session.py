"""Edit notes on a screen: open the note editor, and save its text."""

import asyncio
from collections.abc import Callable
from sqlite3 import Connection
from typing import TYPE_CHECKING, Protocol

from readq.errors import ReadqError
from readq.review.questions import left_out_text
from readq.services.papers import notes
from readq.services.papers.notes import SaveResult
from readq.store.papers.notes import Note, find_note, list_drafts
from readq.templates import note_template
from readq.tui.state.session import Session

if TYPE_CHECKING:
    from readq.tui.widgets.note_pane import NotePane

_KEYS_TIMEOUT = 2.0
"""Seconds to wait until the editor has handled the keys that were typed before Esc."""

_WRITE_TIMEOUT = 2.0
"""Seconds to wait until the writer thread has written earlier changes."""

_UNCHANGED = "note unchanged"


class NoteHost(Protocol):
    """The interface of a screen that can show the note editor."""

    async def add_note_pane(self, pane: "NotePane") -> None:
        """Show the note editor `pane`, and give it the focus."""

    async def remove_note_pane(self, pane: "NotePane") -> None:
        """Remove the note editor `pane` from the screen."""

    def track(
        self, what: str, job: Callable[[Connection], SaveResult], step_of: Callable[[SaveResult], int | None]
    ) -> Callable[[Connection], SaveResult]:
        """Return the function to run in place of `job`. The function `job` changes the library in one undo step.

        In a review, return a function that runs `job` and records its step, so that the undo key of the review can undo
        the step. On other screens, return `job` itself. `what` names the step in messages, such as `tagged`. `step_of`
        returns the number of the step, given the result of `job`.
        """


class NoteSession:
    """Edits notes on one screen, one note at a time. `pane` is the open editor, or None.

    If a note cannot be saved, the function `rescue` is called with the id of the paper, the text and the error.
    """

    def __init__(self, session: Session, host: NoteHost, rescue: Callable[[int, str, ReadqError], None]) -> None:
        self.pane: NotePane | None = None
        self._closed: Callable[[], None] | None = None
        self._session = session
        self._host = host
        self._rescue = rescue

    async def open(
        self, paper_id: int, lines_to_fill: Callable[[str], str] | None = None, closed: Callable[[], None] | None = None
    ) -> bool:
        """Open the editor with the note on a paper, or with the draft that an interrupted edit has left.

        Return whether the editor was opened. `closed` is called after the editor was closed.

        The function `lines_to_fill` gets the text of the note, and returns lines for the user to complete, such as
        `claim:`. The editor shows these lines before the note. Lines that the user does not complete are not saved.
        With `lines_to_fill`, the editor is opened only if there is no draft and the function returns at least one line.

        Raises LibraryError or a subclass if the library cannot be written to, or is marked as damaged. Also raises the
        errors of `saved_note` and `template`.
        """
        # Imported with the first note: nothing else needs Textual's text area.
        from readq.tui.widgets.note_pane import NotePane, NoteTexts

        self._session.require_writable()
        note = await self.saved_note(paper_id)
        drafts = await self._session.library.read_when_free(list_drafts)
        draft = next((each for each in drafts if each.paper_id == paper_id), None)
        template = "" if note or lines_to_fill else self.template(paper_id)
        # What is left empty of the default template is not saved. The user's own template is kept as it is.
        is_default = template == note_template.DEFAULT
        saved = note.text if note else "" if is_default else template
        heading = " note: lines left empty are not saved" if is_default else " note"
        text, version = saved or template, note.version if note else 0
        to_fill = lines_to_fill(text) if lines_to_fill else template if is_default else ""
        if lines_to_fill and (draft or not to_fill):
            return False
        if lines_to_fill:
            text = f"{to_fill}\n{text}" if text else to_fill
            heading = " your claim: Esc saves it; lines left empty are not saved"
        if draft:
            text, to_fill = draft.text, ""
            version = draft.base_version if draft.base_version is not None else version
            heading = " note: what you were typing when readq was interrupted"
        texts = NoteTexts(text, saved, heading, to_fill, is_asked=bool(lines_to_fill), is_draft=bool(draft))
        self.pane = NotePane(self._session, paper_id, texts, version)
        self._closed = closed
        await self._host.add_note_pane(self.pane)
        return True

    async def saved_note(self, paper_id: int) -> Note | None:
        """Wait until all earlier changes are written. Then return the note on a paper, or None if there is none.

        Raises ReadqError if the wait takes more than two seconds, or if the library is locked for that long.
        """
        if not await self._session.wait_for_writes(_WRITE_TIMEOUT):
            raise ReadqError("changes are still to be written", "nothing is lost; open the note again in a moment")
        return await self._session.library.read_when_free(lambda conn: find_note(conn, paper_id))

    def template(self, paper_id: int) -> str:
        """Return the text of a new note on a paper: the template in the settings, filled with data of the paper.

        Return "" if there is no template, or if the paper cannot be read. Raises UsageError if the template has an
        unknown field or a lone brace.
        """
        template = self._session.config.notes_template
        paper = self._session.library.paper(paper_id) if template else None
        if paper is None:
            return ""
        from readq.services.notes.template import fill

        return fill(template, paper, self._session.clock())

    async def close(self) -> None:
        """Close the open editor, and save the note if it was changed. If no editor is open, do nothing.

        Raises ReadqError if the editor has not handled all typed keys within two seconds. The editor then stays open,
        and the text is saved as a draft.
        """
        pane = self.pane
        if pane is None:
            return
        keys_handled = asyncio.Event()
        pane.area.call_later(keys_handled.set)
        try:
            await asyncio.wait_for(keys_handled.wait(), _KEYS_TIMEOUT)
        except TimeoutError as error:
            pane.keep_draft()
            raise ReadqError(
                "the editor has not handled all typed keys yet", "a draft is kept; close it again"
            ) from error
        self.pane = None
        if not pane.is_unchanged:
            self.save(pane.paper_id, pane.filled_text, pane.base_version)
        elif pane.texts.is_asked:
            # The action that has asked for the lines has shown a message. It stays, so no other message is shown.
            self._session.write(lambda conn: notes.drop_draft(conn, pane.paper_id))
        else:
            self.discard_draft(pane.paper_id)
        await self._host.remove_note_pane(pane)
        closed, self._closed = self._closed, None
        if closed is not None:
            closed()

    def discard_draft(self, paper_id: int) -> None:
        """Delete the draft of a paper's note in the background, and show a message that the note is unchanged."""
        show_message = self._session.observer.show_message
        self._session.write(lambda conn: notes.drop_draft(conn, paper_id), lambda _: show_message(_UNCHANGED))

    def save(self, paper_id: int, text: str, base_version: int) -> None:
        """Save the note on a paper in the background, and show a message about the result. On failure, call `rescue`.

        `base_version` is the version of the note that was edited. If another version was saved meanwhile, both texts
        are kept. `rescue` is the function with which this object was created.
        """
        session, now = self._session, self._session.clock()

        def done(saved: SaveResult) -> None:
            result = f"note saved on {session.describe((saved.paper_id,))}" if saved.outcome.changed else _UNCHANGED
            parts = (result, notes.BOTH_KEPT if saved.both else "", left_out_text(text))
            session.observer.show_message("; ".join(filter(None, parts)))

        def failed(error: ReadqError) -> None:
            self._rescue(paper_id, text, error)

        def save(connection: Connection) -> SaveResult:
            return notes.save(connection, paper_id, text, now, base_version)

        session.write(self._host.track("note", save, lambda saved: saved.outcome.step), done, failed)
