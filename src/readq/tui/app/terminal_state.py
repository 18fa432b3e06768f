"""Restore the terminal if the process exits before the app has ended.

An app that ends normally restores the terminal itself.
"""

import contextlib
import os
import sys
import termios
from collections.abc import Callable

_RESET = (
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"  # no mouse events
    b"\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[?7h"  # no focus events, no bracketed paste, plain keys, lines wrap
    b"\x1b[?2031l"  # no reports of colours
    b"\x1b[?1049l\x1b[?25h"  # the normal screen, with a cursor
)


def terminal_restorer() -> Callable[[], None]:
    """Record the state of the terminal. Return a function that restores this state.

    The returned function never waits and raises no errors. Without a terminal, it does nothing.
    """
    # Textual draws on standard error's terminal and reads keys from standard input.
    try:
        keys, screen = sys.__stdin__, sys.__stderr__
        attributes = termios.tcgetattr(keys.fileno()) if keys and screen and screen.isatty() else None
    except (OSError, ValueError, termios.error):
        attributes = None

    def restore() -> None:
        if attributes is None or not keys or not screen:
            return
        with contextlib.suppress(OSError, ValueError, termios.error):
            # The terminal may be gone, or its output stopped.
            os.set_blocking(screen.fileno(), False)
            os.write(screen.fileno(), _RESET)
            termios.tcsetattr(keys.fileno(), termios.TCSANOW, attributes)

    return restore
