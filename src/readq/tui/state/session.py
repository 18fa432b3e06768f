"""What the screens share: the library as it is shown, the listing, and the way to change it. Knows nothing of a screen.

A decision is bound to its papers when its key is pressed, shown at once, and written in the order of the keys.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from sqlite3 import Connection
from typing import Any, Protocol, TypeVar

from readq.config import Config
from readq.days import instant
from readq.errors import ReadqError
from readq.model.values import QueueRow, Status
from readq.services.history import undo as undoing
from readq.services.history.steps import Outcome
from readq.services.papers import triage
from readq.store.connection.write_access import read_only_error, unwritable_reason
from readq.store.journal import steps as journal
from readq.store.journal.steps import Step
from readq.text import counted
from readq.tui.state.library_cache import LibraryView, Shown
from readq.tui.state.list_state import Listing
from readq.tui.state.writer_thread import Command, Writer
from readq.tui.text.wording import numbered, quoted

Result = TypeVar("Result")


class Audience(Protocol):
    """Who is told what happens at the desk."""

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        """These papers look different."""

    def library_changed(self) -> None:
        """Rows, counts and papers were read anew."""

    def listed_anew(self) -> None:
        """Other papers are listed."""

    def said(self, text: str) -> None:
        """Something was done, in a few words."""

    def failed(self, error: ReadqError) -> None:
        """Something could not be done."""


class Desk:
    """The reader's place: one library, one listing, one writer."""

    def __init__(
        self, library: LibraryView, writer: Writer, config: Config, clock: Callable[[], datetime], audience: Audience
    ) -> None:
        self.library = library
        self.listing = Listing()
        self.writer = writer
        self.config = config
        self.clock = clock
        self.audience = audience
        self.decided: dict[int, str] = {}
        """What was decided on the papers of this list since it was listed."""
        self.newest: Step | None = None
        """The step that undo would take back."""
        self.unlisted = 0
        """How many papers another process has added to what is shown since it was listed."""

    def show(self, shown: Shown, *, typing: bool = False, from_top: bool = False) -> None:
        """List other papers; raises as `LibraryView.show` does."""
        self.listing.replace(self.library.show(shown, typing=typing), from_top=from_top)
        self.decided.clear()
        self.unlisted = 0

    def look_if_changed(self) -> None:
        """Look again if another process has written; call it now and then."""
        if not self.writer.pending and self.library.changed():
            self.unlisted = self.library.unlisted()
            if self.unlisted and not self.listing:
                # There is nothing in an empty list whose place could be lost.
                self._relist()
            self.look()

    def look(self) -> None:
        """Read anew what the library says: counts, rows, the newest step."""
        self.library.read_counts()
        self.library.reread()
        self.newest = self.library.ask(journal.step_to_undo, self.newest)
        self._recount()
        self.audience.library_changed()

    def _recount(self) -> None:
        for paper_id in list(self.decided):
            row = self.library.cached(paper_id)
            if row and row.status == Status.INBOX:
                del self.decided[paper_id]
            elif row:
                self.decided[paper_id] = row.status

    def refuse_unwritable(self) -> None:
        """Raise LibraryDiskError when nothing can be kept: then nothing is shown as done either."""
        if why := unwritable_reason(self.library.path):
            raise read_only_error(self.library.path, why)

    def write(
        self,
        job: Callable[[Connection], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[ReadqError], None] | None = None,
    ) -> None:
        """Have `job` done by the writer; `done` and `failed` come back in the UI's thread."""

        def on_done(result: Any) -> None:  # noqa: ANN401 - the writer carries results of every type
            if done:
                done(result)
            self._written()

        def on_failed(error: ReadqError) -> None:
            (failed or self.audience.failed)(error)
            self._written()

        self.writer.submit(Command(job, on_done, on_failed))

    async def caught_up(self, seconds: float) -> None:
        """Wait, without blocking the loop, until what was decided is in the library; for at most `seconds`."""
        if self.writer.pending:
            await asyncio.to_thread(self.writer.wait_until_idle, seconds)

    def _written(self) -> None:
        # While more is to be written, what the library says lags behind what is shown.
        if not self.writer.pending:
            self.library.changed()
            self.look()

    def mark(self, ids: Sequence[int], status: Status) -> None:
        """Decide on papers."""
        self.refuse_unwritable()
        now = self.clock()
        self._pretend(ids, lambda row: row._replace(status=status, decided=instant(now)))
        before = {paper_id: self.decided.get(paper_id) for paper_id in ids}
        self.decided.update(dict.fromkeys(ids, status))
        enrol = self.config.enrol_on_done

        def failed(error: ReadqError) -> None:
            self.decided.update({paper_id: was for paper_id, was in before.items() if was is not None})
            for paper_id in (paper_id for paper_id, was in before.items() if was is None):
                self.decided.pop(paper_id, None)
            self.audience.failed(error)

        job = partial(triage.mark, ids=ids, status=status, now=now, enrol_on_done=enrol)
        past = triage.STEP_NAMES[status]
        self._step(ids, f"{past}:" if " " in past else past, job, failed)

    def star(self, ids: Sequence[int]) -> None:
        """Star papers; take the stars off if all of them have one."""
        self.refuse_unwritable()
        now, starred = self.clock(), not self._all(ids, lambda row: row.starred)
        self._pretend(ids, lambda row: row._replace(starred=starred))
        self._step(ids, "starred" if starred else "unstarred", lambda conn: triage.star(conn, ids, starred, now))

    def enrol(self, ids: Sequence[int]) -> None:
        """Bring papers into review; take them out if all of them are in it."""
        self.refuse_unwritable()
        now, enrolled = self.clock(), not self._all(ids, lambda row: row.enrolled)
        self._pretend(ids, lambda row: row._replace(enrolled=enrolled))
        what = "now in review:" if enrolled else "out of review:"
        self._step(ids, what, lambda conn: triage.enrol(conn, ids, enrolled, now))

    def tag(self, ids: Sequence[int], add: Sequence[str], remove: Sequence[str]) -> None:
        """Add and remove tags."""
        self.refuse_unwritable()
        now = self.clock()
        what = " ".join([*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)])
        self._step(ids, f"tagged {what}:", lambda conn: triage.tag(conn, ids, add, remove, now))

    def snooze(self, ids: Sequence[int], until: date | None) -> None:
        """Hide papers until a day; None shows them again."""
        self.refuse_unwritable()
        now, past = self.clock(), f"snoozed until {until}:" if until else "snoozed no longer:"
        only_waiting = "not snoozed, only undecided and queued papers can be:" if until else ""
        self._step(ids, past, lambda conn: triage.snooze(conn, ids, until, now), unchanged=only_waiting)

    def merge(self, job: Callable[[Connection], Outcome], kept: int, gone: int) -> None:
        """Make one paper of two with `job`; the list keeps the one that stays."""
        self.refuse_unwritable()

        def done(outcome: Outcome) -> None:
            if outcome.step is None:
                self.audience.said("not merged: one of the two was removed elsewhere")
                return
            self._take_off_the_list((gone,))
            self.audience.said(f"merged #{gone} into #{kept}: {self.name_of((kept,))}")

        self.write(job, done)

    def undo(self, step: int | None = None) -> None:
        """Take back the newest step, or just the one of this number."""
        self.refuse_unwritable()
        now = self.clock()
        self.write(lambda conn: undoing.undo(conn, now, step), lambda undone: self._undone(undone, "undid", "undo"))

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.refuse_unwritable()
        now = self.clock()
        self.write(lambda conn: undoing.redo(conn, now), lambda undone: self._undone(undone, "did again", "redo"))

    def _undone(self, undone: undoing.Undone | None, past: str, verb: str) -> None:
        if undone is None:
            self.audience.said(f"nothing to {verb}")
            return
        did = f"cannot {verb}: {undone.what}" if undone.stays else f"{past}: {undone.what}"
        if undone.conflicts:
            changed = f"{counted(len(undone.conflicts), 'paper')} changed since"
            did += f"; {changed}, left alone: {numbered(undone.conflicts)};"
        if undone.kept:
            did += f", {counted(len(undone.kept), 'paper')} kept: touched since;"
        if undone.left_alone:
            did += f"; changed since, left alone: {', '.join(undone.left_alone)}"
        papers = undone.papers or undone.conflicts
        text = f"{did} {self.name_of(papers)}" if papers else did
        self._relist_if_hidden(undone.papers)
        index = self.listing.index(undone.papers[0]) if len(undone.papers) == 1 else None
        if index is not None:
            self.listing.move(index)
        self.audience.said(text)

    def _relist_if_hidden(self, ids: Sequence[int]) -> None:
        """Show papers that came back to an empty list; to a list with others in it they come with the next refresh."""
        if self.listing:
            listed = set(self.listing.ids)
            self.unlisted = self.unlisted if listed.issuperset(ids) else self.library.unlisted()
        else:
            self._relist()

    def _relist(self) -> None:
        try:
            self.show(self.library.shown)
        except ReadqError as error:
            self.audience.failed(error)
        self.audience.listed_anew()

    def name_of(self, ids: Sequence[int]) -> str:
        """One paper by its title, shortened; several by their number."""
        if len(ids) != 1:
            return counted(len(ids), "paper")
        rows = self.library.rows(ids)
        row = rows[0] if rows else self.library.cached(ids[0])
        return quoted(row.title) if row else f"paper {ids[0]}"

    def _step(
        self,
        ids: Sequence[int],
        past: str,
        job: Callable[[Connection], Outcome],
        failed: Callable[[ReadqError], None] | None = None,
        unchanged: str = "",
    ) -> None:
        def done(outcome: Outcome) -> None:
            gone = dict.fromkeys(map(int, outcome.missing))
            there = [each for each in ids if each not in gone]
            did = past if outcome.changed else unchanged or f"{past.removesuffix(':')} (already so):"
            did = f"{did} {self.name_of(there)}" if there else ""
            if gone:
                did = "; ".join(
                    filter(None, [f"removed elsewhere, no longer listed: {self.name_of(tuple(gone))}", did])
                )
                self._take_off_the_list(gone)
            self.audience.said(did)

        self.write(job, done, failed)

    def _take_off_the_list(self, gone: Collection[int]) -> None:
        """List papers no longer that another process has removed."""
        self.listing.remove(gone)
        self.library.take_off(gone)
        for paper_id in gone:
            self.decided.pop(paper_id, None)
        self.audience.listed_anew()

    def _pretend(self, ids: Sequence[int], change: Callable[[QueueRow], QueueRow]) -> None:
        for paper_id in ids:
            row = self.library.cached(paper_id)
            if row:
                self.library.pretend(change(row))
        self.audience.rows_changed(ids)

    def _all(self, ids: Sequence[int], question: Callable[[QueueRow], bool]) -> bool:
        rows = [self.library.cached(paper_id) for paper_id in ids]
        return bool(rows) and all(row is not None and question(row) for row in rows)

    def undecided(self, ids: Iterable[int]) -> tuple[int, ...]:
        """Those of the papers that nothing was decided on, not even by a key pressed a moment ago.

        Raises LibraryLockedError when that cannot be known now.
        """
        rows = self.library.rows_now(ids)
        return tuple(row.id for row in rows if row.status == Status.INBOX and row.id not in self.decided)
