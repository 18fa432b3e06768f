"""Ctrl+z: the program is stopped between two transactions, not within one, which would lock everybody else out."""

import asyncio
import signal

from readq.tui.state.writer_thread import Writer


def write_before_stopping(writer: Writer, patience: float, loop: asyncio.AbstractEventLoop) -> None:
    """Have SIGTSTP wait, for at most `patience` seconds, until what was decided is written.

    It is heard by the loop, not wherever the program happens to be: that may be half way through a list of rows. Call
    it once the terminal's own handler of that signal is in place; without one nothing is changed.
    """
    stop = signal.getsignal(signal.SIGTSTP)
    if not callable(stop):
        return

    def written_first() -> None:
        writer.wait_until_idle(patience)
        stop(signal.SIGTSTP, None)

    loop.add_signal_handler(signal.SIGTSTP, written_first)
