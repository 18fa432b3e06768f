"""Quit the UI: save the open note, stop background jobs, and finish all writes."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

from textual.app import App

from readq.errors import ReadqError
from readq.tui.app.terminal_state import terminal_restorer
from readq.tui.screens.base import KeyedScreen
from readq.tui.state.background.import_runs import ImportRuns
from readq.tui.state.session import Session

_DOUBLE_PRESS = 2.0
"""The longest time, in seconds, between two presses of a key that together quit the app."""

_WRITE_TIMEOUT = 30.0
"""Seconds for which a normal quit waits for the remaining writes."""

_JOB_TIMEOUT = 2.0
"""Seconds for which a quit waits for a background job to stop."""

_NOTE_TIMEOUT = 0.4
"""Seconds for which an immediate quit waits until an open note is saved. After that, its text is kept as a draft."""

_SHORT_TIMEOUT = 0.7
"""Seconds for which an immediate quit, or a quit by a signal, waits for the remaining writes.

After that, the running write is rolled back.
"""

_ROLLBACK_TIMEOUT = 0.4
"""Seconds for which a quit waits for a rollback. After that the process exits.

The next process that opens the library then rolls back.
"""

_EXIT_DELAY = 0.5
"""Seconds that are added to `_SHORT_TIMEOUT` and `_ROLLBACK_TIMEOUT`.

The sum of the three is the longest time from a signal to the exit of the process.
"""

_COPY_TIMEOUT = 0.5
"""Seconds for which a quit waits for a text that is being copied to the clipboard."""

_POLL_INTERVAL = 0.02


class Shutdown:
    """Quits the app, and records which changes were not saved.

    `unwritten` has a description of each change that was not yet written to the library when the app quit. `rescued`
    has a message for each note that could not be saved, and for each import that had not ended.
    """

    def __init__(
        self,
        app: App[None],
        session: Session,
        screens: Callable[[], Sequence[KeyedScreen]],
        stop_jobs: Callable[[float], Awaitable[object]],
        finish_copies: Callable[[float], Awaitable[object]],
    ) -> None:
        """Prepare the shutdown of `app`. `screens` returns the open screens.

        `stop_jobs` stops the background jobs. `finish_copies` waits until the last text is in the clipboard. Both take
        a timeout in seconds.
        """
        self.imports = ImportRuns()
        self.unwritten: tuple[str, ...] = ()
        """The words for each write that was not done when the app quit, such as `a change`."""
        self.is_leaving = False
        """Whether the app is about to quit. Then only the keys that quit at once have an effect."""
        self._restore_terminal = terminal_restorer()
        self.rescued: list[str] = []
        """A message for each note that could not be saved. It names a file with the text, or contains the text.

        Also a message for each import that had not ended.
        """
        self._app = app
        self._session = session
        self._screens = screens
        self._stop_jobs = stop_jobs
        self._finish_copies = finish_copies
        self._pressed_at = -_DOUBLE_PRESS

    async def leave(self, *, at_once: bool = False) -> None:
        """Save the notes that are open, then finish all writes and quit in the background.

        The app waits for the writes for at most 30 seconds. If `at_once` is true, it quits within 2 seconds. A change
        that is not written by then is rolled back, and its description is printed after the UI has closed.

        Raises ReadqError if an open note cannot be closed.
        """
        for screen in self._screens():
            if at_once:
                await self._close_note(screen)
            else:
                await screen.note_session.close()
        self.is_leaving = True
        running = self.imports.running
        self._session.observer.show_message(f"finishing the import of {running[0]} …" if running else "saving …")
        timeout = _SHORT_TIMEOUT if at_once else _WRITE_TIMEOUT
        self._app.run_worker(self._stop(0, timeout), exit_on_error=False)

    async def _close_note(self, screen: KeyedScreen) -> None:
        try:
            await asyncio.wait_for(screen.note_session.close(), _NOTE_TIMEOUT)
        except TimeoutError:
            if screen.note_session.pane is not None:
                screen.note_session.pane.keep_draft()

    async def leave_if_pressed_twice(self) -> None:
        """Quit at once if the last call of this method was less than two seconds ago.

        Otherwise ask the user to press the same key again.
        """
        now = monotonic()
        if now - self._pressed_at < _DOUBLE_PRESS:
            await self.leave(at_once=True)
            return
        self._pressed_at = now
        self._session.observer.show_message("press again to quit")

    def leave_on_signal(self, status: int) -> None:
        """Quit with the exit status `status` after a signal. The text of an open note is saved as a draft."""
        for screen in self._screens():
            if screen.note_session.pane is not None:
                screen.note_session.pane.keep_draft()
        # Once the terminal is gone, Textual waits forever for its last output to be read.
        self.is_leaving = True
        last_resort = threading.Timer(_SHORT_TIMEOUT + _ROLLBACK_TIMEOUT + _EXIT_DELAY, self._exit, (status,))
        last_resort.daemon = True
        last_resort.start()
        self._app.run_worker(self._stop(status, _SHORT_TIMEOUT), exit_on_error=False)

    def _exit(self, status: int) -> None:
        self._restore_terminal()
        os._exit(status)

    async def _stop(self, status: int, timeout: float) -> None:
        writer = self._session.writer
        writer.finish()
        jobs = self._stop_jobs(min(timeout, _JOB_TIMEOUT))
        unfinished, *_ = await asyncio.gather(self.imports.wait(timeout), jobs, self._wait_for_writer(timeout))
        self.rescued += [f"the import of {name} had not ended; import it again" for name in unfinished]
        self._session.reader.interrupt()
        if not writer.has_ended:
            await self._wait_for_writer(_ROLLBACK_TIMEOUT, interrupting=True)
        self.unwritten = writer.unwritten
        await self._finish_copies(_COPY_TIMEOUT)
        self._app.exit(return_code=status)

    async def _wait_for_writer(self, timeout: float, *, interrupting: bool = False) -> None:
        # Not in a thread: the event loop would wait for its end when the app quits.
        writer, until = self._session.writer, monotonic() + timeout
        while not writer.has_ended and monotonic() < until:
            if interrupting:
                writer.interrupt()
            await asyncio.sleep(_POLL_INTERVAL)

    def rescue_note(self, paper_id: int, text: str, error: ReadqError) -> None:
        """Write `text` to a file, and show the path of the file.

        `text` is the text of a note that could not be saved, and `error` is the reason. If the file cannot be written
        either, the text is printed after the UI has closed.
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
