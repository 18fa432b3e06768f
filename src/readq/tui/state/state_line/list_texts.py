"""Texts about the list: the state line, the counts of the views, the news, and the progress of triage."""

from collections.abc import Callable

from readq.days import local_day
from readq.review.queue import DayCount, count_day
from readq.store.papers.queries import Counts
from readq.text import counted
from readq.tui.keys.action import LIST
from readq.tui.state import triage_progress
from readq.tui.state.background.import_runs import ImportRuns
from readq.tui.state.background.sync_job import SyncJob
from readq.tui.state.session import Session
from readq.tui.state.state_line import status_text
from readq.tui.state.state_line.queue_wait import WAIT_DAYS, count_waiting
from readq.tui.text import day_headings, icons
from readq.tui.text.sanitize import display_text


class ListTexts:
    """Makes the texts about the list of `session`.

    `imports` knows which imports run. `sync` returns the SyncJob of the UI. `label` returns the label of the key of an
    action, given the scope and the name of the action.
    """

    def __init__(
        self, session: Session, imports: ImportRuns, sync: Callable[[], SyncJob], label: Callable[[str, str], str]
    ) -> None:
        self._session = session
        self._imports = imports
        self._sync = sync
        self._label = label
        self._waiting: tuple[object, int] = (None, 0)
        """The state in which the papers that have waited long in the queue were counted, and their number."""

    @property
    def day_count(self) -> DayCount:
        """The number of cards still to review today, and the number of all due cards."""
        counts = self._session.library.counts
        return count_day(counts.due, counts.due_papers, counts.answered, self._session.config.a_day)

    @property
    def counts(self) -> Counts:
        """The number of papers in each view, as the views bar shows it.

        A paper that was dropped in this UI still counts in the view All, until this UI reads the list of All again.
        """
        library = self._session.library
        return library.counts._replace(all=library.counts.all + library.progress.dropped)

    def news(self) -> str:
        """Return the news for the views bar, or "" if there is no news.

        While a sync runs, the news is its progress. Otherwise it is the number of new papers that are not listed yet.
        Without such papers, it is the number of failing feeds.
        """
        if self._sync().state.running:
            return self._sync().news_text()
        if self._session.unlisted_count:
            return f"{icons.SYNC} {self._session.unlisted_count:,} new"
        failing = self._session.library.failing_feeds
        return f"{icons.FAILED} {counted(failing, 'feed')}" if failing else ""

    def state_text(self) -> str:
        """Return the text of the state line when there is no message.

        The text has these parts:

        - the paper under the cursor, if the setting `plain` is on
        - the file or folder that is being imported
        - the progress or the failures of a sync
        - the number of new papers that are not listed yet
        - a remark, if only the newest papers are listed
        - the view with its filter and numbers of papers
        - the hint for the undo key
        """
        session, key = self._session, self._label(LIST, "undo")
        # Of a pending write it is not known yet what undo would undo.
        undo = "" if session.writer.pending else status_text.undo_hint(session.undo_step, key)
        text = status_text.state_line(session.library.list_query, session.list_state, undo, self._progress_text())
        if session.library.is_partial:
            text = f"the newest, the others follow · {text}"
        if session.unlisted_count:
            text = f"{session.unlisted_count:,} new, {self._label(LIST, 'refresh')} shows them · {text}"
        row = self._row_text() if session.config.plain else ""
        return " · ".join(filter(None, (row, self._imports.status_text(), self._sync().status_text(), text)))

    def _row_text(self) -> str:
        """Return the paper under the cursor in one line: its place, title and status. On a heading, return the day."""
        papers, library = self._session.list_state, self._session.library
        if papers.heading is not None:
            return day_headings.heading(papers.day_summary(papers.heading), local_day(self._session.clock()))
        row = None if papers.current is None else library.cached_row(papers.current)
        if row is None:
            return ""
        return f"{papers.cursor + 1:,} of {len(papers):,}: {display_text(row.title)}, {papers.status_at(papers.cursor)}"

    def _progress_text(self) -> str:
        """Return the text about the progress in the inbox, or about the limit and the oldest papers of the queue."""
        library = self._session.library
        query, counts = library.list_query, library.counts
        if query.text:
            return ""
        budget = triage_progress.budget_text(counts.queued, self._session.config.queue_budget)
        if query.view == "queue":
            waiting = self._waiting_count()
            palette = self._label(LIST, "palette")
            how = f", {palette}wait Enter lists them" if len(palette) == 1 else ""
            offer = f"{waiting:,} queued for {WAIT_DAYS} days or more{how}" if waiting else ""
            papers = counted(len(self._session.list_state), "paper")
            return " · ".join(filter(None, (papers, budget, offer))) if budget or offer else ""
        text = library.progress.text(self._session.clock()) if query.view == "inbox" else ""
        if not text:
            return ""
        keys = self._label(LIST, "review"), self._label(LIST, "view_queue")
        end = "" if counts.inbox else triage_progress.end_text(self.day_count.today, counts.queued, *keys)
        return " · ".join(filter(None, (text, budget, end)))

    def _waiting_count(self) -> int:
        library, now = self._session.library, self._session.clock()
        state = (local_day(now), library.counts)
        if self._waiting[0] != state:
            self._waiting = (state, library.read(lambda conn: count_waiting(conn, now), self._waiting[1]))
        return self._waiting[1]
