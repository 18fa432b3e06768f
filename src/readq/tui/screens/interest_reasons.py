"""Find out which words raise and lower the interest of a paper. This takes about 4 ms, so it is done in a thread.

The interest is a number from 0 to 100 that estimates how much the paper interests the user.
"""

from collections.abc import Callable

from readq.errors import ReadqError
from readq.model.values import Paper
from readq.ranking.explanation import Explanation, reasons
from readq.services import interest
from readq.tui.state.session import Session
from readq.tui.state.writer_thread import Command
from readq.tui.text import icons

_OTHER = f"{icons.OTHER} one of the rest, shown here so that you judge it too."


class InterestReasons:
    """Makes the line of text that tells the user how high the interest of a paper is, and why.

    The words that raise and lower the interest are read in the background. `changed` is called when they have been
    read. The screen must then redraw the paper.
    """

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._key: tuple[int, int] | None = None
        self._line = ""
        self._is_reading = False

    def line(self, paper: Paper, *, is_other: bool = False) -> str:
        """Return the line of text about a paper's interest.

        The line contains the words that raise and lower the interest, if they have been read already. Return "" if
        there is nothing to say.

        A list ordered by interest also shows some papers of low interest near the start, so that the user judges such
        papers too. `is_other` is true for these papers. Their line begins with the reason why they are shown.
        """
        return " ".join(filter(None, (_OTHER if is_other else "", self._number(paper))))

    def _number(self, paper: Paper) -> str:
        if paper.interest is None:
            return ""
        key = (paper.id, paper.interest)
        if key != self._key:
            self._key, self._line = key, f"interest {paper.interest} of 100"
            self._read(key)
        return self._line

    def _read(self, key: tuple[int, int]) -> None:
        """Read the words of a paper. Of the papers that are shown meanwhile, the last one is read next."""
        if self._is_reading:
            return
        self._is_reading = True

        def done(why: Explanation | None) -> None:
            self._is_reading = False
            if key != self._key and self._key is not None:
                self._read(self._key)
            elif why is not None:
                self._line = f"interest {why.number} of 100: {reasons(why)}"
                self._changed()

        def failed(_: ReadqError) -> None:
            done(None)

        self._session.reader.submit(Command(lambda conn: interest.explanation(conn, key[0]), done, failed))
