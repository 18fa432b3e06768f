"""Filter a list while the user types: after a short wait, and in two steps if the list is long."""

from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer

from readq.errors import LibraryLockedError, ReadqError
from readq.tui.state.library_cache import Listed, ListQuery
from readq.tui.state.session import Session
from readq.tui.widgets.prompt_line import PromptLine

_DELAY = 0.08
"""Seconds after the last key before the typed filter is applied."""


class FilteredScreen(Protocol):
    """The screen whose list is filtered."""

    session: Session
    prompt_line: PromptLine

    def list_papers(self, query: ListQuery, *, reset: bool = False, typing: bool = False) -> None:
        """Replace the list by the papers that match `query`, and show it."""

    def count_in_all(self) -> int:
        """Return the number of papers in the view All that match the filter."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` after `delay` seconds."""


class TypedFilter:
    """Applies the text in the filter line of `screen` to its list.

    A word that most papers have finds more papers than can be read before the next key. Then some of the newest are
    listed at once. A worker thread reads the whole list, which replaces them unless the text has changed.
    """

    def __init__(self, screen: FilteredScreen) -> None:
        self._screen = screen
        self._timer: Timer | None = None

    def apply_soon(self, text: str) -> None:
        """Filter the list by `text` after 80 ms. Another call within this time replaces the first one."""
        self.stop()
        self._timer = self._screen.set_timer(_DELAY, lambda: self._apply(text))

    def stop(self) -> None:
        """Cancel the filtering that `apply_soon` has scheduled."""
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
            screen.list_papers(query, typing=True)
        except LibraryLockedError:
            self.apply_soon(text)
        except ReadqError as error:
            screen.prompt_line.show_message(str(error))
        else:
            screen.prompt_line.show_message(self._result())
            if library.is_partial:
                self._complete(query)

    def _complete(self, query: ListQuery) -> None:
        screen, library = self._screen, self._screen.session.library
        version = screen.session.list_state.version

        def show(listed: Listed) -> None:
            # Another list has another version, also one of the same query.
            if library.is_partial and screen.session.list_state.version == version:
                library.put_complete_list(listed)
                screen.list_papers(query, typing=True)
                screen.prompt_line.show_message(self._result())

        screen.session.read(lambda connection: library.complete_list(connection, query, typing=True), show)

    def _result(self) -> str:
        found = len(self._screen.session.list_state)
        if self._screen.session.library.is_partial:
            return f"the newest {found:,} found; the others follow"
        if found:
            return f"{found:,} found"
        in_all = self._screen.count_in_all()
        return f"nothing here · {in_all:,} in All: Enter goes there" if in_all else "nothing found"
