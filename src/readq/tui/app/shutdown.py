"""Quit the UI: save the open note, stop background jobs, and finish all writes."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

from textual.app import App

from readq.errors import ReadqError
from readq.tui.screens.base import KeyedScreen
from readq.tui.state.session import Session

_DOUBLE_PRESS = 2.0
"""Longest time in seconds between the two presses that quit."""

_WRITE_TIMEOUT = 30.0
"""Seconds that quitting waits for the remaining writes."""

_JOB_TIMEOUT = 2.0
"""Seconds that quitting waits for a background job to stop."""

_SIGNAL_TIMEOUT = 1.2
"""Seconds that the program waits for the remaining writes after SIGTERM or SIGHUP."""

_EXIT_DELAY = 0.3
"""Seconds after `_SIGNAL_TIMEOUT` until the process exits in any case."""


class Shutdown:
    """Quits the app, and records which changes were not saved.

    `unwritten` is True if some writes were not done when the app quit. `rescued` has a message for each note that could
    not be saved.
    """

    def __init__(
        self,
        app: App[None],
        session: Session,
        screens: Callable[[], Sequence[KeyedScreen]],
        stop_jobs: Callable[[float], Awaitable[object]],
    ) -> None:
        """Prepare the shutdown of `app`. `screens` returns the open screens.

        `stop_jobs` stops the background jobs. Its argument is a timeout in seconds.
        """
        self.unwritten = False
        """Whether some writes were not done when the app quit."""
        self.rescued: list[str] = []
        """A message for each note that could not be saved: the path of the file with its text, or the text itself."""
        self._app = app
        self._session = session
        self._screens = screens
        self._stop_jobs = stop_jobs
        self._pressed_at = -_DOUBLE_PRESS

    async def leave(self) -> None:
        """Save an open note, finish all writes, and quit.

        Wait for the writes for at most 30 seconds. Raises ReadqError if the note cannot be closed.
        """
        for screen in self._screens():
            await screen.note_session.close()
        self._session.observer.show_message("saving …")
        await self._stop(0, _WRITE_TIMEOUT)

    async def leave_if_pressed_twice(self) -> None:
        """Quit if the last call was less than two seconds ago. Otherwise ask the user to press the key again."""
        now = monotonic()
        if now - self._pressed_at < _DOUBLE_PRESS:
            await self.leave()
        self._pressed_at = now
        self._session.observer.show_message("press again to quit")

    def leave_on_signal(self, status: int) -> None:
        """Quit with the exit status `status` after a signal. The text of an open note is saved as a draft."""
        for screen in self._screens():
            if screen.note_session.pane is not None:
                screen.note_session.pane.keep_draft()
        # Once the terminal is gone, Textual waits forever for its last output to be read.
        last_resort = threading.Timer(_SIGNAL_TIMEOUT + _EXIT_DELAY, os._exit, (status,))
        last_resort.daemon = True
        last_resort.start()
        self._app.run_worker(self._stop(status, _SIGNAL_TIMEOUT), exit_on_error=False)

    async def _stop(self, status: int, timeout: float) -> None:
        await self._stop_jobs(min(timeout, _JOB_TIMEOUT))
        self.unwritten = not await asyncio.to_thread(self._session.writer.close, timeout)
        self._app.exit(return_code=status)

    def rescue_note(self, paper_id: int, text: str, error: ReadqError) -> None:
        """Write `text`, a note that was not saved because of `error`, to a file. Show the path of the file.

        If the file cannot be written either, the text is printed after the UI has closed.
        """
        # Imported when it is needed: no part of the first screen.
        from readq.services.papers.text_editor import save_to_file

        try:
            path = save_to_file(text, f"-note-{paper_id}.md")
        except OSError:
            self.rescued.append(f"the note on paper {paper_id} could not be saved anywhere; its text:\n{text}")
            hint = "its text is printed when you quit"
        else:
            self.rescued.append(f"text that could not be saved is in {path}")
            hint = f"its text is in {path}"
        self._session.observer.show_error(ReadqError(f"{error.message}: the note was not saved", hint))
