"""Ctrl+z: the program is stopped between two transactions, not within one, which would lock everybody else out."""

import signal
from types import FrameType

from readq.tui.writer_thread import Writer


def write_before_stopping(writer: Writer, patience: float) -> None:
    """Have SIGTSTP wait, for at most `patience` seconds, until what was decided is written.

    Call it once the terminal's own handler of that signal is in place; without one nothing is changed.
    """
    stop = signal.getsignal(signal.SIGTSTP)
    if not callable(stop):
        return

    def written_first(number: int, frame: FrameType | None) -> None:
        writer.wait_until_idle(patience)
        stop(number, frame)

    signal.signal(signal.SIGTSTP, written_first)
