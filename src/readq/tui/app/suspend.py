"""Stop the process at Ctrl+z only after all writes are done.

If the process were stopped in a transaction, it would keep the library locked for all other processes.
"""

import asyncio
import signal

from readq.tui.state.writer_thread import Writer

_WRITE_TIMEOUT = 1.2
"""Seconds to wait for the writes before the process is stopped."""


def write_before_stopping(writer: Writer, loop: asyncio.AbstractEventLoop) -> None:
    """Make Ctrl+z (SIGTSTP) wait until all writes are done, for at most 1.2 seconds.

    Call this function after Textual has installed its own handler of the signal. If Textual has installed none, the
    function does nothing. The new handler runs in the event loop `loop`, because a plain signal handler could interrupt
    the UI while it reads rows.
    """
    stop = signal.getsignal(signal.SIGTSTP)
    if not callable(stop):
        return

    def write_then_stop() -> None:
        writer.wait_until_idle(_WRITE_TIMEOUT)
        stop(signal.SIGTSTP, None)

    loop.add_signal_handler(signal.SIGTSTP, write_then_stop)
