"""The session of the UI: the library, the list of papers, and all changes that keys make.

A change is shown at once (optimistic update). The writer thread writes the changes in the order of the key presses.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from sqlite3 import Connection
from typing import Any, Protocol, TypeVar

from readq.config import Config
from readq.errors import ReadqError
from readq.model.values import QueueRow, Status
from readq.services.history import undo
from readq.services.history.steps import Outcome
from readq.services.history.undo import UndoResult
from readq.store.connection.damage_mark import refuse_damaged
from readq.store.connection.write_access import read_only_error, unwritable_reason
from readq.store.journal import steps
from readq.store.journal.steps import Step
from readq.store.papers.queries import Counts
from readq.text import counted
from readq.tui.state import decisions
from readq.tui.state.decisions import Decision
from readq.tui.state.library_cache import PAGE, LibraryCache, ListQuery
from readq.tui.state.line_marks import Targets
from readq.tui.state.list_state import ListState, Marks
from readq.tui.state.listed_state import ListedState, gone_papers, read_listed_state
from readq.tui.state.writer_thread import Command, Writer
from readq.tui.text.paper_names import quoted_title

Result = TypeVar("Result")

_MANY = PAGE
"""The largest number of papers for which a decision updates all cached rows, not only the visible rows."""

_MAX_PENDING = 50
"""The number of pending writes at which further decisions are refused, so that no decision waits long for its write."""

_MAX_MARKS = 8
"""The number of newest decisions whose undo the screen shows at once, before the undo is written."""


class SessionObserver(Protocol):
    """The interface by which a session reports changes, always in the UI thread. The app implements it."""

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        """Redraw the rows of the papers with these ids."""

    def library_changed(self) -> None:
        """Redraw the whole screen, after the session has updated its rows, statuses or counts."""

    def list_changed(self) -> None:
        """Redraw the list, after it was replaced by other papers."""

    def show_message(self, text: str) -> None:
        """Show a message, such as the result of an action."""

    def show_error(self, error: ReadqError) -> None:
        """Show an error, such as the reason why an action failed."""


class Session:
    """One open library, the list of papers on the screen, and the writer thread of the library."""

    def __init__(
        self,
        library: LibraryCache,
        writer: Writer,
        reader: Writer,
        config: Config,
        clock: Callable[[], datetime],
        observer: SessionObserver,
    ) -> None:
        """Open a session. `reader` is a `Writer` that only reads. It runs long reads in the reader thread."""
        self.library = library
        self.list_state = ListState()
        self.writer = writer
        self.config = config
        self.clock = clock
        self.observer = observer
        self.reader = reader
        self.undo_step: Step | None = None
        """The step that the undo key would undo, None if there is none."""
        self.unlisted_count = 0
        """Number of unlisted papers that match the list query, because they were changed after the list was loaded."""
        self._is_list_outdated = False
        """Whether the statuses of the listed papers and `unlisted_count` must be read again."""
        self._is_reading = False
        """Whether the reader thread is reading these statuses and `unlisted_count`."""
        self._counts_number = 0
        """The number of times that counts were stored, or asked for."""
        self._is_list_early = False
        """Whether the list was loaded while writes were pending."""
        self._is_typing = False
        """Whether the last word of the list query matches as a prefix."""
        self._marks_before: list[Marks] = []
        """The marks of the lines before each of the newest decisions, so that undo can show them at once."""

    def list_papers(
        self, query: ListQuery, *, typing: bool = False, reset: bool = False, at_once: bool = False
    ) -> None:
        """Replace the list by the papers that match `query`.

        If `reset` is true, move the cursor to the top and clear the selection. `LibraryCache.list_papers` explains
        `typing`, `at_once` and the errors. After an error the list stays as it is.
        """
        self.list_state.replace(
            *self.library.list_papers(query, typing=typing, at_once=at_once), view=query.view, reset=reset
        )
        self._marks_before.clear()
        self.unlisted_count = 0
        # With writes pending, the list is older than the library will be. It is loaded again when they are done.
        self._is_list_outdated = self._is_list_early = self.writer.pending > 0
        self._is_typing = typing

    def refresh_if_changed(self) -> None:
        """Call `refresh` if no write is pending and another process has written to the library since the last call."""
        if not self.writer.pending and self.library.poll_changes():
            self.library.feeds_changed()
            self._is_list_outdated = True
            self.refresh()
            self._read_statuses()

    def refresh(self, counts: Counts | None = None) -> None:
        """Read the cached rows and the newest undo step again. Then make the observer redraw the screen.

        `counts` are the numbers of papers in each view after a write. If `counts` is None, the numbers are read later
        in the reader thread, or at once if the library was empty, because the first papers change the screen.
        """
        self._counts_number += 1
        if counts:
            self.library.put_counts(counts, own=True)
        else:
            was_empty = self.library.is_counted and not any(self.library.counts)
            (self.library.refresh_counts if was_empty else self._read_counts)()
        self.library.refresh_rows()
        self.undo_step = self.library.read(steps.step_to_undo, self.undo_step)
        for row in self.library.cached_rows():
            self.list_state.put_status(row.id, row.status)
        self.observer.library_changed()

    def _read_counts(self) -> None:
        number = self._counts_number

        def done(counts: Counts) -> None:  # a write meanwhile brings its own counts
            if number == self._counts_number and not self.writer.pending:
                self.library.put_counts(counts, own=False)
                self.observer.library_changed()

        self.read(self.library.count_views, done)

    def _read_statuses(self) -> None:
        """Read the statuses of all listed papers and `unlisted_count` in the reader thread, if they are outdated.

        Nothing is read while writes are pending, because the shown statuses are newer than those in the library.
        """
        if not self._is_list_outdated or self.writer.pending or self._is_reading:
            return
        self._is_reading = True
        ids, version, query, now = self.list_state.ids, self.list_state.version, self.library.list_query, self.clock()

        def failed(_: ReadqError) -> None:
            self._is_reading = False

        def done(state: ListedState) -> None:
            self._is_reading = False
            if self.list_state.version != version:
                self._read_statuses()
                return
            self._is_list_outdated = False
            self.list_state.put_statuses(state.statuses)
            self.unlisted_count = state.unlisted
            if self.unlisted_count and not self.list_state:
                # In an empty list no cursor position can be lost.
                self._reload_list()
            self.observer.library_changed()

        self.reader.submit(Command(lambda conn: read_listed_state(conn, ids, query, now), done, failed))

    def read(self, job: Callable[[Connection], Result], done: Callable[[Result], None]) -> None:
        """Run `job`, which only reads, in the reader thread. On success, the UI thread calls `done` with its result."""
        self.reader.submit(Command(job, done, lambda _: None))

    def require_writable(self) -> None:
        """Raise LibraryError or a subclass if the library cannot be written to, or is marked as damaged.

        Call this before an optimistic update.
        """
        if reason := unwritable_reason(self.library.path):
            raise read_only_error(self.library.path, reason)
        refuse_damaged(self.library.path)

    def write(
        self,
        job: Callable[[Connection], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[ReadqError], None] | None = None,
        what: str = "a change",
    ) -> None:
        """Run `job` in the writer thread, and return without waiting for it.

        When the job ends, the UI thread calls `done` with its result, or `failed` with its error. If `failed` is None,
        the error is shown to the user. `what` describes the change in messages, such as `a change` or `an undo`.
        """
        self._marks_before.clear()
        self._submit(job, done, failed, what)

    def _submit(
        self,
        job: Callable[[Connection], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[ReadqError], None] | None = None,
        what: str = "a change",
    ) -> None:
        def run(connection: Connection) -> tuple[Result, Counts | None]:
            result = job(connection)
            # Counting visits all papers, so it is done here and not in the UI thread.
            return result, self.library.read_counts(connection)

        def on_done(written: tuple[Any, Counts | None]) -> None:
            result, counts = written
            if done:
                done(result)
            self._refresh_when_written(counts)

        def on_failed(error: ReadqError) -> None:
            (failed or self.observer.show_error)(error)
            self._refresh_when_written()

        self.writer.submit(Command(run, on_done, on_failed, what))

    async def wait_for_writes(self, timeout: float) -> bool:
        """Wait until the pending writes are done, for at most `timeout` seconds. Return False on timeout."""
        return not self.writer.pending or await asyncio.to_thread(self.writer.wait_until_idle, timeout)

    def _refresh_when_written(self, counts: Counts | None = None) -> None:
        # With writes pending, the library is older than what the optimistic updates show.
        if not self.writer.pending:
            self.library.poll_changes()
            if self._is_list_early:
                self._reload_list()
            self.refresh(counts)
            self._read_statuses()

    def decide(self, decision: Decision) -> None:
        """Show the effect of a decision at once, write it in the background, and show a message about the result.

        Raises LibraryError or a subclass if the library cannot be written to, or is marked as damaged. Raises
        ReadqError if too many writes are pending.
        """
        self.require_writable()
        if self.writer.pending > _MAX_PENDING:
            raise ReadqError(
                f"{counted(self.writer.pending, 'change')} still to be written", "nothing was changed; wait a moment"
            )
        before = self.list_state.marks()
        self._marks_before = [*self._marks_before[1 - _MAX_MARKS :], before]
        self._show(decision)

        def done(outcome: Outcome) -> None:
            if outcome.decided:
                self._is_list_outdated = True
            text = decisions.result_text(decision, outcome, self.describe)
            self._remove_from_list(decisions.unlisted_papers(decision, outcome))
            self.observer.show_message(text)

        def failed(error: ReadqError) -> None:
            if decision.status is not None:
                self.list_state.restore_marks(before, decision.papers)
                self._is_list_outdated = True
            self.observer.show_error(error)

        self._submit(decision.job, done, failed, decisions.words(decision))

    def _show(self, decision: Decision) -> None:
        if decision.preview is not None:
            rows = [row for row in self._cached_rows_of(decision.papers) if row]
            for row in rows:
                self.library.put_row(decision.preview(row))
            self.observer.rows_changed([row.id for row in rows])
        if decision.status is not None:
            self.list_state.decide(decision.papers, decision.status)
        if len(decision.papers) > 1:
            self.observer.show_message(f"writing: {decisions.words(decision)} …")

    def _cached_rows_of(self, papers: Targets) -> list[QueueRow | None]:
        """Return the cached rows of papers. For many papers, leave out rows whose line is not known."""
        if len(papers) <= _MANY:
            return self.cached_rows(papers)
        lines = [(self.list_state.known_line(row.id), row) for row in self.library.cached_rows()]
        return [
            row
            for line, row in lines
            if line is not None and papers.mask[line] and not (papers.undecided and row.status != Status.INBOX)
        ]

    def _remove_from_list(self, paper_ids: Collection[int]) -> None:
        if paper_ids:
            self.list_state.remove(paper_ids)
            self.observer.list_changed()

    def undo(self, step: int | None = None) -> None:
        """Undo the step with the number `step` in the background, and show a message about the result.

        If `step` is None, undo the newest step. Raises LibraryError or a subclass if the library cannot be written to,
        or is marked as damaged.
        """
        self.require_writable()
        now = self.clock()
        if step is None and self._marks_before:
            self._show_marks(self._marks_before.pop())
            marks = self._marks_before
        else:
            marks = []
        done = partial(self._report_undo, past="undone", verb="undo")
        self.write(lambda conn: gone_papers(conn, undo.undo(conn, now, step)), done, what="an undo")
        self._marks_before = marks

    def _show_marks(self, marks: Marks) -> None:
        """Show the statuses in `marks`. The really restored statuses are read after the undo is written."""
        if not self.list_state.restore_marks(marks):
            return
        changed = []
        for row in self.library.cached_rows():
            line = self.list_state.known_line(row.id)
            if line is not None and self.list_state.status_at(line) != row.status:
                changed.append(row._replace(status=self.list_state.status_at(line)))
        for row in changed:
            self.library.put_row(row)
        self.observer.rows_changed([row.id for row in changed])

    def redo(self) -> None:
        """Redo the step that was undone last, in the background, and show a message about the result.

        Raises LibraryError or a subclass if the library cannot be written to, or is marked as damaged.
        """
        self.require_writable()
        now = self.clock()
        done = partial(self._report_undo, past="redone", verb="redo")
        self.write(lambda conn: gone_papers(conn, undo.redo(conn, now)), done, what="a redo")

    def _report_undo(self, result: tuple[UndoResult | None, Collection[int]], past: str, verb: str) -> None:
        undone, gone = result
        if undone is None:
            self.observer.show_message(f"nothing to {verb}")
            return
        # Worded before the list is reloaded: the names may come from the cache of the old list.
        text = decisions.undo_text(undone, past, verb, self.describe)
        self.library.feeds_changed()
        self._is_list_outdated = True
        self._list_restored(undone.papers)
        self._remove_from_list(gone)
        index = self.list_state.index(undone.papers[0]) if len(undone.papers) == 1 else None
        if index is not None:
            self.list_state.move(index)
            self.observer.list_changed()
        self.observer.show_message(text)

    def _list_restored(self, paper_ids: Sequence[int]) -> None:
        """Put papers back to the lines from which a decision took them. If the list is empty, reload it."""
        if not self.list_state:
            self._reload_list()
            return
        if self.list_state.restore(paper_ids):
            self.observer.list_changed()

    def _reload_list(self) -> None:
        try:
            self.list_papers(self.library.list_query, typing=self._is_typing)
        except ReadqError as error:
            self.observer.show_error(error)
        self.observer.list_changed()

    def describe(self, paper_ids: Sequence[int]) -> str:
        """Return the words that stand for papers in a message: the quoted title of a single paper, or `3 papers`."""
        if len(paper_ids) != 1:
            return counted(len(paper_ids), "paper")
        rows = self.library.rows(paper_ids)
        row = rows[0] if rows else self.library.cached_row(paper_ids[0])
        return quoted_title(row.title) if row else f"paper {paper_ids[0]}"

    def cached_rows(self, paper_ids: Iterable[int]) -> list[QueueRow | None]:
        """Return the cached rows of papers in the order of `paper_ids`. A row that is not cached is None."""
        return [self.library.cached_row(paper_id) for paper_id in paper_ids]

    def rows_of(self, papers: Targets) -> list[QueueRow | None] | None:
        """Return the row of each paper in `papers`, in the order of the list. The row of a removed paper is None.

        For more than 64 papers, return None instead of a list, so that a key does not wait for many look-ups. The job
        of a decision must then read the rows from the library.
        """
        return self.library.rows_into_cache(papers.paper_ids()) if len(papers) <= _MANY else None

    def undecided_to_cursor(self) -> Targets:
        """Return the undecided papers from the top of the list to the cursor (see `ListState.undecided_to_cursor`)."""
        return self.list_state.undecided_to_cursor(certain=not self._is_list_outdated and not self.writer.pending)
