"""The terminal UI: builds the session, routes keys to screens, and leaves with everything written."""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.events import Event, Key
from textual.filter import LineFilter
from textual.message import Message
from textual.theme import BUILTIN_THEMES

from readq import clock
from readq.config import Config
from readq.errors import ConfigError, LibraryDiskError, LibraryLockedError, ReadqError
from readq.store.connection import lock_wait as waiting
from readq.store.connection.write_access import unwritable_reason
from readq.store.library import open_for_writing
from readq.text import counted, one_line
from readq.tui.actions.sync import sync_if_due
from readq.tui.app.registry import handlers
from readq.tui.app.suspend import write_before_stopping
from readq.tui.keys.keymap import Keymap
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.help_screen import HelpScreen
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.state.child_process import ReadqProcess
from readq.tui.state.library_cache import LibraryCache, ListQuery
from readq.tui.state.session import Session
from readq.tui.state.sync_job import SyncJob
from readq.tui.state.writer_thread import LockWait, Writer, WriteResult
from readq.tui.text.error_text import as_readq_error
from readq.tui.text.sanitize import combined_filter

if TYPE_CHECKING:
    from textual.command import Provider

_LOOK_EVERY = 1.0
"""Seconds between looks for what other processes wrote."""

_BACKUP_AFTER = 5.0
"""Seconds after the start until a backup is made, when one is due: not while the first keys are pressed."""

_PRUNE_AFTER = 8.0
"""Seconds after the start until old steps are forgotten, when there are any."""

_BUSY_TIMEOUT = 2.0
"""Seconds after which a writer that waits says so; it goes on waiting."""

_SHOWN_FOR = 6.0
"""Seconds that an error stays when no key is pressed."""

_UNREAD_FOR = 0.5
"""Seconds that an error stays under whatever keys are on their way while it comes up."""

_TWICE_WITHIN = 2.0
_PATIENCE = 30.0
_PATIENCE_WITH_SYNC = 2.0
_PATIENCE_WHEN_KILLED = 1.2
"""Seconds that leaving waits for what is still to be written."""


def _commands() -> "type[Provider]":
    from readq.tui.app.palette import ReadqCommands

    return ReadqCommands


class ReadqApp(App[None]):
    """Routes keys to the screen, reports of the writer to the session, and news of the session to the screens."""

    CSS_PATH = "readq.tcss"
    TITLE = "readq"
    COMMANDS = {_commands}  # noqa: RUF012 - typed by Textual
    ALLOW_SELECT = False
    # In a note the key belongs to the text area, which undoes with it.
    BINDINGS = [Binding("ctrl+z", "suspend_process", show=False)]  # noqa: RUF012 - typed by Textual

    class Reported(Message):
        """The writer has carried a command out, or waits for the library."""

        def __init__(self, written: WriteResult | LockWait) -> None:
            super().__init__()
            self.written = written

    def __init__(
        self,
        library: LibraryCache,
        config: Config,
        keymap: Keymap,
        *,
        review: str | None = None,
        config_path: str | None = None,
    ) -> None:
        """`review` is the query of a sitting to begin with; None begins with the list.

        `config_path` is the file of `config`, for programs that run in the background.
        """
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self.unwritten = False
        writer = Writer(lambda: open_for_writing(library.path, _BUSY_TIMEOUT), library.path, self._report)
        self.session = Session(library, writer, config, clock.now, self)
        self.context = ScreenContext(
            session=self.session,
            keymap=keymap,
            handlers=handlers,
            sync=SyncJob(ReadqProcess(library.path, config_path), self._sync_changed),
            downloads=ReadqProcess(library.path, config_path),
            app=self,
        )
        self._review = review
        self._interrupted_at = -_TWICE_WITHIN
        self._failed_at: float | None = None
        self.theme = theme_name(config.theme, os.environ)
        self.rescued: list[str] = []
        self._told = ""

    def _sync_changed(self) -> None:
        for screen in self._keyed_screens():
            screen.sync_changed()

    def _report(self, written: WriteResult | LockWait) -> None:
        self.post_message(self.Reported(written))

    def get_default_screen(self) -> QueueScreen:
        """The list."""
        return QueueScreen(self.context)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the net against control characters, as one."""
        return [combined_filter(tuple(super().get_line_filters()))]

    async def on_mount(self) -> None:
        """Listen to signals and to other processes; begin a review that was asked for."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(signum, self._killed, 128 + signum)
        write_before_stopping(self.session.writer, _PATIENCE_WHEN_KILLED, loop)
        self.set_interval(_LOOK_EVERY, self._look)
        if self.session.config.automatic_backup and not unwritable_reason(self.session.library.path):
            self.set_timer(_BACKUP_AFTER, self._back_up)
        self.set_timer(_PRUNE_AFTER, self._forget_old_steps)
        self.call_after_refresh(self._after_first_paint)

    async def _after_first_paint(self) -> None:
        screen = self.screen
        if isinstance(screen, QueueScreen):
            self.session.refresh()
            self._say_if_nothing_can_be_kept()
            if self._review is not None:
                from readq.tui.screens.review_screen import open_review

                await open_review(screen, self._review)
            else:
                from readq.tui.actions.notes import offer_draft

                offer_draft(screen)
            sync_if_due(screen)

    def _say_if_nothing_can_be_kept(self) -> None:
        path = self.session.library.path
        if why := unwritable_reason(path):
            self.show_error(LibraryDiskError(f"opened for reading, nothing can be kept in {path}: {why}"))

    async def on_event(self, event: Event) -> None:
        """Act on keys one after the other, before Textual passes them to what has the focus."""
        if isinstance(event, Key) and not event.is_forwarded:
            self._dismiss_failures()
            screen = self.screen
            if isinstance(screen, KeyedScreen | HelpScreen) and await screen.press(event):
                return
        await super().on_event(event)

    def on_readq_app_reported(self, message: Reported) -> None:
        """Take a report of the writer."""
        if isinstance(message.written, LockWait):
            owner, changes = (
                message.written.owner or "another program",
                counted(self.session.writer.pending, "change"),
            )
            self.show_message(f"waiting for {owner}: {changes} to write, none is lost")
            return
        try:
            self.session.writer.deliver(message.written)
        except Exception as error:
            self.show_error(as_readq_error(error))

    def waits(self, said: str) -> None:
        """Something waits for another process; called in the thread that does."""
        self.call_later(self.show_message, said)

    def _look(self) -> None:
        library = self.session.library
        try:
            self.session.refresh_if_changed()
        except ReadqError as error:
            self.show_error(error)
        if library.error and str(library.error) != self._told:
            self._told = str(library.error)
            self.show_error(library.error)

    def _forget_old_steps(self) -> None:
        from readq.services.history import retention

        session, now = self.session, self.session.clock()
        if session.library.read(lambda conn: retention.is_due(conn, session.config, now), False):
            # What cannot be forgotten now is at the next start.
            session.write(lambda conn: retention.prune(conn, session.config, now), failed=lambda _: None)

    def _back_up(self) -> None:
        self.run_worker(self._automatic_backup, thread=True, exit_on_error=False)

    def _automatic_backup(self) -> None:
        from readq.services.safety import backup as safety

        try:
            safety.back_up_automatically(self.session.library.path, self.session.clock(), self.session.config)
        except ReadqError as error:
            failure = ReadqError(f"no automatic backup: {error.message}", error.hint)
            self.call_from_thread(self.show_error, failure)

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        """These papers look different."""
        ids = tuple(paper_ids)
        for screen in self._keyed_screens():
            screen.rows_changed(ids)

    def library_changed(self) -> None:
        """Rows, counts and papers were read anew."""
        for screen in self._keyed_screens():
            screen.library_changed()

    def list_changed(self) -> None:
        """Other papers are listed."""
        for screen in self._keyed_screens():
            screen.list_changed()

    def show_message(self, text: str) -> None:
        """Something was done: say so where the reader is."""
        for screen in self._keyed_screens():
            screen.say(one_line(text))

    def show_error(self, error: ReadqError) -> None:
        """Something could not be done: say so until the next key, in place of what was said to be going on."""
        for screen in self._keyed_screens():
            screen.say("")
        self._failed_at = monotonic()
        self.notify(one_line(str(error)), severity="error", markup=False, timeout=_SHOWN_FOR)

    def _dismiss_failures(self) -> None:
        if self._failed_at is not None and monotonic() - self._failed_at > _UNREAD_FOR:
            self._failed_at = None
            self.clear_notifications()

    def rescue_note(self, paper_id: int, text: str, error: ReadqError) -> None:
        """A note could not be saved: keep its text in a file and say where; print it at the end if no disk takes it."""
        from readq.services.papers.text_editor import save_to_file

        try:
            path = save_to_file(text, f"-note-{paper_id}.md")
        except OSError:
            self.rescued.append(f"text that could be saved nowhere, of the note on paper {paper_id}:\n{text}")
            kept = "its text is printed when you quit"
        else:
            self.rescued.append(f"text that could not be saved is in {path}")
            kept = f"its text is in {path}"
        self.show_error(ReadqError(f"{error.message}: the note was not saved", kept))

    def _keyed_screens(self) -> list[KeyedScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, KeyedScreen)]

    async def leave(self) -> None:
        """Save an open note, write what is still to be written, and quit."""
        for screen in self._keyed_screens():
            await screen.note_session.close()
        self.show_message("saving …")
        await self._stop(0, _PATIENCE)

    async def _stop(self, status: int, patience: float) -> None:
        await asyncio.gather(
            *(each.stop(min(patience, _PATIENCE_WITH_SYNC)) for each in (self.context.sync, self.context.downloads))
        )
        self.unwritten = not await asyncio.to_thread(self.session.writer.close, patience)
        self.exit(return_code=status)

    def _killed(self, status: int) -> None:
        """There is no time to ask: what is being typed is kept as a draft."""
        for screen in self._keyed_screens():
            if screen.note_session.pane is not None:
                screen.note_session.pane.keep_draft()
        # When the terminal is gone, Textual waits for ever for its last output to be taken.
        last_resort = threading.Timer(_PATIENCE_WHEN_KILLED + 0.3, os._exit, (status,))
        last_resort.daemon = True
        last_resort.start()
        self.run_worker(self._stop(status, _PATIENCE_WHEN_KILLED), exit_on_error=False)

    async def leave_if_pressed_twice(self) -> None:
        """Quit at the second Ctrl+c within two seconds."""
        now = asyncio.get_running_loop().time()
        if now - self._interrupted_at < _TWICE_WITHIN:
            await self.leave()
        self._interrupted_at = now
        self.show_message("once more to quit")


def theme_name(wanted: str, environ: Mapping[str, str]) -> str:
    """The theme of the config (`dark`, `light`, or a name that Textual knows); else one that suits the terminal.

    Raises ConfigError for an unknown name.
    """
    if not wanted:
        # Set by rxvt, Konsole and others as "foreground;background" in the 16 ANSI colours.
        background = environ.get("COLORFGBG", "").rpartition(";")[2]
        wanted = "light" if background in ("7", "15") else "dark"
    name = {"dark": "textual-dark", "light": "textual-light"}.get(wanted, wanted)
    if name not in BUILTIN_THEMES:
        raise ConfigError(f"there is no theme {wanted!r}", f"dark, light, {', '.join(sorted(BUILTIN_THEMES))}")
    return name


def build(
    library_path: str, config: Config, *, start: str = "queue", query: str = "", config_path: str | None = None
) -> ReadqApp:
    """The app over a library with its first list read; raises as `run` does."""
    keymap = Keymap(config.keys)
    library = LibraryCache(library_path, clock.now)
    try:
        review = query if start == "review" else None
        app = ReadqApp(library, config, keymap, review=review, config_path=config_path)
        app.session.list_papers(ListQuery(text=query if start == "queue" else ""))
        library.refresh_counts()
    except ReadqError:
        library.close()
        raise
    return app


def run(
    library_path: str,
    config: Config,
    *,
    start: str = "queue",
    query: str = "",
    config_path: str | None = None,
    demo: bool = False,
) -> int:
    """Show the library at `library_path` until the reader leaves; the exit status.

    `start` is `queue` or `review`; `query` narrows what either shows; `config_path` as for ReadqApp; with `demo`
    nothing is downloaded. Raises ReadqError when the library cannot be opened, the query not be understood, or the
    config names unknown keys. Stdin and stdout must be a terminal.
    """
    if os.environ.get("NO_COLOR") == "":
        # Textual takes an empty one for set; by no-color.org it is not.
        del os.environ["NO_COLOR"]
    app = build(library_path, config, start=start, query=query, config_path=config_path)
    app.context.demo = demo
    # What else writes in this process, an import, waits in a thread of its own.
    waiting.set_listener(app.waits)
    # What is there now stays: the collector, at work all the time under Textual, need not go through it again.
    gc.freeze()
    gc.enable()
    try:
        app.run()
    finally:
        waiting.set_listener(None)
        app.session.library.close()
    for line in app.rescued:
        sys.stderr.write(f"note: {line}\n")
    if app.unwritten:
        raise LibraryLockedError("the library stayed locked: the last changes are not saved", "see readq undo --list")
    return app.return_code or 0
