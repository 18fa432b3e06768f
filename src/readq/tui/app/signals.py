"""Handle the signals of the process in the event loop.

A plain signal handler can interrupt the UI anywhere, for example while the UI reads rows or handles another signal.
"""

import asyncio
import signal
from collections.abc import Callable

from textual.app import App

from readq.tui.state.writer_thread import Writer

_WRITE_TIMEOUT = 1.2
"""Seconds to wait for the writes before the process is stopped."""


def handle_signals(app: App[None], writer: Writer, leave: Callable[[int], None]) -> None:
    """Install the handlers of the signals that end, stop or continue the process, or report a new terminal size.

    Call this function in the event loop, after Textual has installed its own handlers. Signals that end the process
    call `leave` with the exit status.
    """
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        loop.add_signal_handler(signum, leave, 128 + signum)
    _stop_and_continue(app, writer, loop)
    _take_last_size(loop)


def _stop_and_continue(app: App[None], writer: Writer, loop: asyncio.AbstractEventLoop) -> None:
    """Make Ctrl+z (SIGTSTP) wait until all writes are done, for at most 1.2 seconds. Take the terminal at SIGCONT.

    If the process were stopped in a transaction, it would keep the library locked for all other processes. If Textual
    has installed no handlers of these signals, do nothing.
    """
    stop, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(stop) or not callable(resume):
        return
    has_terminal = True

    def write_then_stop() -> None:
        nonlocal has_terminal
        writer.wait_until_idle(_WRITE_TIMEOUT)
        has_terminal = False
        stop(signal.SIGTSTP, None)

    def take_terminal() -> None:
        if has_terminal:
            # After SIGSTOP, or after SIGCONT alone. Textual would start a second reader of the keys.
            with app.suspend():
                pass
        else:
            resume(signal.SIGCONT, None)

    def redraw(_: App[None]) -> None:
        nonlocal has_terminal
        has_terminal = True
        # Textual itself redraws after an editor, but not after Ctrl+z.
        app.refresh(layout=True)

    app.app_resume_signal.subscribe(app, redraw)
    loop.add_signal_handler(signal.SIGTSTP, write_then_stop)
    loop.add_signal_handler(signal.SIGCONT, take_terminal)


def _take_last_size(loop: asyncio.AbstractEventLoop) -> None:
    """Call Textual's handler of SIGWINCH in the event loop, where no second call interrupts it.

    The handler reads the size of the terminal and queues it. A second call between the two would queue a newer size
    first, and the older one would stay on the screen. Textual installs its handler again after another program has
    used the terminal. The event loop still makes its call then, after the calls that interrupt each other.
    """
    resize = signal.getsignal(signal.SIGWINCH)
    if callable(resize):
        loop.add_signal_handler(signal.SIGWINCH, resize, signal.SIGWINCH, None)
