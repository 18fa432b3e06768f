"""Filter a list while the user types, a short time after each key.

If the filter finds many papers, some of them are shown first, and all of them later.
"""

import contextlib
from collections.abc import Callable
from sqlite3 import Connection
from typing import Protocol

from textual.timer import Timer

from readq.errors import LibraryLockedError, ReadqError
from readq.services import views
from readq.store.papers import queries
from readq.tui.state.background.awaited_read import read_and_wait
from readq.tui.state.count_reader import CountReader
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.list_reader import ListReader, Reading
from readq.tui.state.session import Session
from readq.tui.widgets.prompt_line import PromptLine

_DELAY = 0.08
"""Seconds from the last key until the typed filter is applied."""

_SEARCHING = "searching …"
"""The message while the whole list of a typed filter is read, before any of its papers is shown."""


class FilteredScreen(Protocol):
    """The interface of a screen whose list is filtered."""

    session: Session
    prompt_line: PromptLine
    list_reader: ListReader

    def list_papers(
        self, query: ListQuery, *, reset: bool = False, typing: bool = False, at_once: bool = False
    ) -> None:
        """Replace the list by the papers that match `query`, and show it.

        The parameters are those of `ListScreen.list_papers`.
        """

    def list_changed(self) -> None:
        """Redraw the screen."""

    def jump(self, index: int) -> None:
        """Move the cursor to the row `index`. If this is the heading of an unfolded day, move to a row next to it."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` after `delay` seconds."""


class TypedFilter:
    """Applies the text in the filter line of `screen` to its list.

    If many papers match, the list at first has only some of the newest. When all matching papers have been read, it
    shows all of them, unless the user has changed the text.
    """

    def __init__(self, screen: FilteredScreen) -> None:
        self._screen = screen
        self.in_all = CountReader(screen.session, self._counted)
        self._timer: Timer | None = None
        self._has_result = False
        """Whether the message of the filter line tells how many papers were found."""

    def apply_soon(self, text: str) -> None:
        """Filter the list by `text` after 80 ms. Another call within this time replaces the first call."""
        self.stop()
        self._timer = self._screen.set_timer(_DELAY, lambda: self._apply(text))

    def stop(self) -> None:
        """Cancel the filtering that `apply_soon` has scheduled."""
        self._has_result = False
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _apply(self, text: str) -> None:
        screen, library = self._screen, self._screen.session.library
        if text.endswith(":"):
            # The value is still to be typed.
            screen.prompt_line.show_message("")
            return
        query = library.list_query._replace(text=text.strip())
        try:
            reading = self._find(query, typing=True)
        except LibraryLockedError:
            self.apply_soon(text)
        except ReadqError as error:
            screen.prompt_line.show_message(str(error))
        else:
            self._has_result = reading is None or library.list_query == query
            screen.prompt_line.show_message(self._result() if self._has_result else _SEARCHING)

    async def accept(self, query: ListQuery) -> None:
        """List the papers that match `query`, after the user has pressed Enter.

        If many papers match, show the newest at once, and wait up to a second for the whole list. If no paper matches,
        but papers match the query with a `*` at its end, such as `transf*`, list these papers instead.

        Raises UsageError if `query` cannot be parsed. Raises LibraryLockedError if the library stays locked.
        """
        self.stop()
        if await self._list_whole(query) and not self._screen.session.list_state and await self._begins_words(query):
            await self._list_whole(_begun(query))

    async def _list_whole(self, query: ListQuery) -> bool:
        """List the papers that match `query`. Return whether all of them are listed."""
        if reading := self._find(query, typing=False):
            await self._screen.list_reader.wait_for(reading)
        return self._screen.session.library.list_query == query and not self._screen.session.library.is_partial

    async def _begins_words(self, query: ListQuery) -> bool:
        """Return whether any paper has a word that begins with the last word of the query text."""
        session, begun = self._screen.session, _begun(query)
        now = session.clock()
        if not query.text[-1:].isalnum():
            return False

        def job(connection: Connection) -> bool:
            return queries.has_any(connection, views.selection(begun.view, begun.text, now, connection))

        with contextlib.suppress(ReadqError):
            return await read_and_wait(session.reader, job)
        return False

    def cancel(self) -> None:
        """Cancel the scheduled filtering. If a list is being read in the background, do not show it."""
        self.stop()
        self._screen.list_reader.cancel()

    def _find(self, query: ListQuery, *, typing: bool) -> "Reading | None":
        """List the papers, or the newest of many.

        If papers are missing, or if all of them would have to be read first, the reader thread reads the whole list.
        Then return the list that is being read. It will replace the present list.
        """
        library = self._screen.session.library
        if library.is_quick(query):
            self._list(query, typing=typing, at_once=True)
            if not library.is_partial:
                return None
        return self._screen.list_reader.read(query, lambda: self._show_whole(query, typing=typing), typing=typing)

    def _list(self, query: ListQuery, *, typing: bool, at_once: bool) -> None:
        """List the papers. If the paper under the cursor is not found, go to the first row."""
        papers = self._screen.session.list_state
        before = papers.current
        self._screen.list_papers(query, typing=typing, at_once=at_once)
        if papers and papers.current != before:
            self._screen.jump(0)

    def _show_whole(self, query: ListQuery, *, typing: bool) -> None:
        self._list(query, typing=typing, at_once=False)
        self._has_result = True
        self._screen.prompt_line.show_message(self._result())

    def _counted(self) -> None:
        """Show how many papers of the view All match the filter, after they were counted."""
        if self._screen.session.list_state:
            return
        self._screen.list_changed()
        if self._has_result:
            self._screen.prompt_line.show_message(self._result())

    def _result(self) -> str:
        found = len(self._screen.session.list_state)
        if self._screen.session.library.is_partial:
            return f"the newest {found:,} found; the others follow"
        if found:
            return f"{found:,} found"
        in_all = self.in_all.known()
        if in_all is None:
            return "nothing here"
        return f"nothing here · {in_all:,} in All: Enter goes there" if in_all else "nothing found"


def _begun(query: ListQuery) -> ListQuery:
    """Return `query` with a `*` after its last word, so that it finds longer words too."""
    return query._replace(text=f"{query.text}*")
