"""Read why a paper has its number of interest, in a worker thread: the sums of a hundred words take 4 ms."""

import contextlib
from collections.abc import Callable
from functools import partial

from textual.screen import Screen

from readq.errors import ReadqError
from readq.model.values import Paper
from readq.ranking.explanation import reasons
from readq.services import interest
from readq.store.library import open_for_reading
from readq.tui.text import icons

_BUSY_TIMEOUT = 0.5

_OTHER = f"{icons.OTHER} one of the rest, shown here so that you judge it too."


class InterestReasons:
    """The line about the number of interest of the paper that a screen shows.

    `changed` is called when the words of the shown paper have been read. Then the screen must show the paper again.
    """

    def __init__(self, screen: Screen[None], library_path: str, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._path = library_path
        self._changed = changed
        self._key: tuple[int, int] | None = None
        self._line = ""

    def line(self, paper: Paper, *, is_other: bool = False) -> str:
        """Return the number of a paper with the words for and against it, or only the number until they are read.

        With `is_other`, the line says first why the paper stands among those of more interest. Without a number, there
        is nothing else to say.
        """
        return " ".join(filter(None, (_OTHER if is_other else "", self._number(paper))))

    def _number(self, paper: Paper) -> str:
        if paper.interest is None:
            return ""
        key = (paper.id, paper.interest)
        if key != self._key:
            self._key, self._line = key, f"interest {paper.interest} of 100"
            self._screen.run_worker(
                partial(self._read, key), thread=True, exclusive=True, exit_on_error=False, group="interest reasons"
            )
        return self._line

    def _read(self, key: tuple[int, int]) -> None:
        with (
            contextlib.suppress(ReadqError),
            contextlib.closing(open_for_reading(self._path, _BUSY_TIMEOUT)) as connection,
        ):
            why = interest.explanation(connection, key[0])
            if why is not None:
                self._screen.app.call_from_thread(self._put, key, f"interest {why.number} of 100: {reasons(why)}")

    def _put(self, key: tuple[int, int], line: str) -> None:
        if key == self._key:
            self._line = line
            self._changed()
