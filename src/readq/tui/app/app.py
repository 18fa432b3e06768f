"""The Textual app. It connects the screens, the session and the writer thread.

The app passes keys to the screen, results of the writer thread to the session, and changes of the session to the
screens.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.message import Message

from readq import clock
from readq.config import Config
from readq.errors import LibraryDiskError, LibraryError, ReadqError
from readq.services.papers.clipboard import copy_commands
from readq.services.papers.own_commands import parse_commands
from readq.store.connection import damage_mark
from readq.store.connection.write_access import unwritable_reason
from readq.store.library import open_for_reading, open_for_writing
from readq.text import counted, one_line
from readq.tui.actions.availability import reason_against
from readq.tui.actions.cite import copy
from readq.tui.actions.sync import sync_if_due
from readq.tui.app.color_scheme import ColorScheme
from readq.tui.app.line_filter import combined_filter
from readq.tui.app.maintenance import renew_kept_files, schedule_maintenance
from readq.tui.app.registry import counted_handlers, handlers_with
from readq.tui.app.shutdown import Shutdown
from readq.tui.app.signals import handle_signals
from readq.tui.app.theme import CONTRAST_THEMES, theme_name, tone_variables
from readq.tui.keys.action import LIST
from readq.tui.keys.backlog import Backlog
from readq.tui.keys.keymap import Keymap, key_name
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import KeyTaker, ScreenContext
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.background.clipboard import Clipboard
from readq.tui.state.background.command_runs import CommandRuns
from readq.tui.state.background.interest_job import InterestJob
from readq.tui.state.background.notes_job import NotesJob
from readq.tui.state.background.share_job import ShareJob
from readq.tui.state.background.sync_job import SyncJob
from readq.tui.state.library_cache import LibraryCache
from readq.tui.state.preferences import view_orders
from readq.tui.state.preferences.view_orders import ViewOrders
from readq.tui.state.session import Session
from readq.tui.state.writer_thread import LockWait, Writer, WriteResult
from readq.tui.text.error_text import as_readq_error

if TYPE_CHECKING:
    from textual.command import Provider

    from readq.services.review.cards import ReviewChoice

_POLL_INTERVAL = 1.0
"""How often, in seconds, the app checks whether another process has written, and whether the terminal was closed."""

_STDIN = 0

_BUSY_TIMEOUT = 2.0
"""Seconds for which the writer thread waits for a lock before it reports the wait. After that, it goes on waiting."""

_ERROR_TIMEOUT = 6.0
"""The longest time, in seconds, for which an error is shown. A key press ends it earlier."""

_ERROR_MIN_TIME = 0.5
"""The shortest time, in seconds, for which an error is shown, even if keys are pressed."""


_QUIT_DELAY = 0.4
"""Seconds after a press of the quit key until the app quits, even if keys that were pressed before are still queued."""


def _commands() -> "type[Provider]":
    from readq.tui.app.palette import ReadqCommands

    return ReadqCommands


class ReadqApp(App[None]):
    """The app for one library. It implements `SessionObserver`: its session calls it after each change."""

    CSS_PATH = "readq.tcss"
    TITLE = "readq"
    COMMANDS = {_commands}  # noqa: RUF012 - typed by Textual
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False  # the keymap opens the palette: in a note, Ctrl+p must not act on papers
    # No action of the keymap: in a note the text area handles the key, as its undo.
    BINDINGS = [Binding("ctrl+z", "suspend_process", show=False)]  # noqa: RUF012 - typed by Textual

    class WriterReported(Message):
        """A report of the writer thread: a command has finished, or the writer waits for a lock."""

        def __init__(self, report: WriteResult | LockWait) -> None:
            super().__init__()
            self.report = report

    def __init__(
        self,
        library: LibraryCache,
        config: Config,
        keymap: Keymap,
        *,
        review: "ReviewChoice | None" = None,
        config_path: str | None = None,
    ) -> None:
        """Create the app for the library `library`. Raises ConfigError for an unknown theme.

        `review` selects the cards of a review at the start. If it is None, the app starts with the list.
        `config_path` is the path of the file that `config` was read from. Child processes read the same file.
        """
        self._colors, self._is_plain = config.colors, config.plain
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        path = library.path
        writer = Writer(lambda: open_for_writing(path, _BUSY_TIMEOUT), path, self._report, follow_up=renew_kept_files)
        reader = Writer(lambda: open_for_reading(path, _BUSY_TIMEOUT), path, self._report, only_reads=True)
        self.session = Session(library, writer, reader, config, clock.now, self)
        self.interest = InterestJob(library, ReadqProcess(library.path, config_path))
        self.notes = NotesJob(library.path, config, clock.now)
        self.share = ShareJob(library, ReadqProcess(library.path, config_path), is_wanted=config.share_automatic)
        self.shutdown = Shutdown(self, self.session, self._keyed_screens, self._stop_jobs, self._finish_copies)
        self.context = ScreenContext(
            session=self.session,
            keymap=keymap,
            handlers=handlers_with(parse_commands(config.commands)),
            orders=ViewOrders(view_orders.default_path()),
            counted=counted_handlers,
            reason_against=reason_against,
            sync=SyncJob(ReadqProcess(library.path, config_path), self._sync_changed),
            downloads=ReadqProcess(library.path, config_path),
            commands=CommandRuns(),
            redraw_state=self._redraw_state,
            compare_notes=self.notes.hurry,
            clipboard=self._own_clipboard(config),
            app=self.shutdown,
        )
        self._choose_look(config)
        self._review = review
        self._has_terminal = os.isatty(_STDIN)
        self._backlog = Backlog()
        self._quit_key: Key | None = None
        """The key that quits, while it waits in the queue."""
        self._error_shown_at: float | None = None
        self._last_library_error = ""
        self._wait_text = ""
        """The last message that changes wait for a lock. It is "" when all changes are written."""

    def _choose_look(self, config: Config) -> None:
        for theme in CONTRAST_THEMES:
            self.register_theme(theme)
        self.theme = theme_name(config.theme, os.environ)
        self._color_scheme = ColorScheme(self, is_free=not config.theme)
        self.set_class(config.plain, "-plain")

    def _own_clipboard(self, config: Config) -> Clipboard:
        return Clipboard(
            lambda: copy_commands(config.copy_command, os.environ),
            super().copy_to_clipboard,
            is_strict=config.copy_command is not None,
        )

    def get_default_screen(self) -> ListScreen:
        """Return the first screen, which is the list screen."""
        return ListScreen(self.context)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours of the tones in the theme, as variables for the style sheet.

        A tone is a role of text, such as authors or error.
        """
        return tone_variables(self.current_theme, self._colors)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return a single filter in a list. It applies Textual's own filters, and then replaces control characters."""
        return [combined_filter(tuple(super().get_line_filters()), plain=self._is_plain)]

    async def on_mount(self) -> None:
        """Install signal handlers and timers. Schedule the tasks that follow the first frame."""
        handle_signals(self, self.session.writer, self.shutdown.leave_on_signal)
        self._color_scheme.follow()
        self.set_interval(_POLL_INTERVAL, self._poll)
        schedule_maintenance(self, self.session, None if self.context.demo else self.share)
        self.call_after_refresh(self._after_first_frame)

    async def _after_first_frame(self) -> None:
        screen = self.screen
        if not isinstance(screen, ListScreen):
            return
        self.session.refresh()
        path = self.session.library.path
        if reason := unwritable_reason(path):
            self.show_error(LibraryDiskError(f"opened for reading, nothing can be kept in {path}: {reason}"))
        elif damage := damage_mark.damage_of(path):
            self.show_error(LibraryError(f"opened for reading, {path} is damaged: {damage}", damage_mark.REMEDY))
        if self._review is not None:
            from readq.tui.actions.review.start import start_review

            await start_review(screen, self._review)
        else:
            from readq.tui.actions.notes import offer_draft

            offer_draft(screen)
        sync_if_due(screen)

    async def on_event(self, event: Event) -> None:
        """Give each key, and pasted text, to the current screen first.

        If the screen does not handle it, give it to the focused widget. Each key is taken from the queue only after the
        key before it has been handled completely.
        """
        if isinstance(event, Key) and not event.is_forwarded:
            if self._color_scheme.press(event.key) or self._drops(event):
                return
            self._hide_error()
            screen = self.screen
            if isinstance(screen, KeyTaker) and await screen.press(event):
                return
        elif isinstance(event, Paste) and not event.is_forwarded:
            screen = self.screen
            if isinstance(screen, KeyTaker) and screen.paste(event.text):
                return
        await super().on_event(event)

    def post_message(self, message: Message) -> bool:
        """Queue a message. Return whether it was queued.

        If the message is a press of the quit key, the app quits soon, even if many keys were queued before it.
        """
        if isinstance(message, Key) and self._quits(message):
            self._quit_key = message
            asyncio.get_running_loop().call_later(_QUIT_DELAY, self._quit_if_waiting, message)
        return super().post_message(message)

    def _quit_if_waiting(self, key: Key) -> None:
        if self._quit_key is key and not self.shutdown.is_leaving:
            self.run_worker(self.shutdown.leave(at_once=True), exit_on_error=False)

    def _quits(self, key: Key) -> bool:
        action = self.context.keymap.action(LIST, key_name(key.key, key.character))
        return action is not None and action.name == "quit"

    def _drops(self, key: Key) -> bool:
        """Return whether a key has no effect, because too many keys arrive at once, or because the app is quitting."""
        if key is self._quit_key:
            self._quit_key = None
            return False
        if self.shutdown.is_leaving:
            return True
        screen, was_flooded = self.screen, self._backlog.is_flooded
        if not isinstance(screen, KeyedScreen) or screen.takes_text:
            return False
        drops = self._backlog.drops(key.time, monotonic())
        if drops and not was_flooded:
            self.show_message("too many keys at once: the rest are ignored")
        return drops

    async def action_quit(self) -> None:
        """Quit as the quit key does. Textual calls this for Ctrl+q in a menu, in the help and in the palette."""
        await self.shutdown.leave(at_once=True)

    def _report(self, report: WriteResult | LockWait) -> None:
        """Pass a report of the writer thread to the UI thread."""
        self.post_message(self.WriterReported(report))

    def on_readq_app_writer_reported(self, message: WriterReported) -> None:
        """Call the callback of a finished command, or show which process holds the lock that the writer waits for."""
        if isinstance(message.report, LockWait):
            owner, pending = message.report.owner or "the lock on the library", self.session.writer.pending
            if pending:
                self._wait_text = f"waiting for {owner}: {counted(pending, 'change')} to write, none is lost"
                self.show_message(self._wait_text)
            return
        try:
            message.report.writer.deliver(message.report)
        except Exception as error:
            self.show_error(as_readq_error(error))
        if self._wait_text and not self.session.writer.pending:
            self._end_wait()

    def _end_wait(self) -> None:
        """Remove the message that changes wait for a lock from the screens that still show it."""
        for screen in self._keyed_screens():
            if screen.status_message == one_line(self._wait_text):
                screen.show_message("")
        self._wait_text = ""

    def show_message_later(self, text: str) -> None:
        """Schedule a message to be shown by the UI thread. Any thread can call this method."""
        self.call_later(self.show_message, text)

    def _poll(self) -> None:
        if self._has_terminal and not os.isatty(_STDIN):
            # Only the first process of a terminal's session gets SIGHUP. Textual would read the end of input forever.
            self._has_terminal = False
            self.shutdown.leave_on_signal(128 + signal.SIGHUP)
            return
        library = self.session.library
        try:
            self.session.refresh_if_changed()
        except ReadqError as error:
            self.show_error(error)
        if library.error and str(library.error) != self._last_library_error:
            self._last_library_error = str(library.error)
            self.show_error(library.error)
        if not self.session.writer.pending and self.interest.is_due:
            self.run_worker(self.interest.run(), exit_on_error=False, group="interest")
        if self.notes.is_due:
            self.run_worker(self._compare_notes(), exit_on_error=False, group="notes")

    async def _compare_notes(self) -> None:
        for line in await self.notes.run():
            self.show_message(line)

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        """Redraw the rows of the papers with these ids on the visible screen."""
        if screen := self._visible_screen():
            screen.rows_changed(tuple(paper_ids))

    def library_changed(self) -> None:
        """Redraw the visible screen. The session calls this after it has updated its rows, statuses or counts."""
        if screen := self._visible_screen():
            screen.library_changed()

    def list_changed(self) -> None:
        """Redraw the visible screen. The session calls this when the list has different papers."""
        if screen := self._visible_screen():
            screen.list_changed()

    def _sync_changed(self) -> None:
        if screen := self._visible_screen():
            screen.sync_changed()

    def _redraw_state(self) -> None:
        if screen := self._visible_screen():
            screen.draw_state()

    def _visible_screen(self) -> KeyedScreen | None:
        """Return the top screen with keys. Mark the screens below it, so that they redraw when they are shown again."""
        screens = self._keyed_screens()
        for screen in screens[:-1]:
            screen.is_outdated = True
        return screens[-1] if screens else None

    def show_message(self, text: str) -> None:
        """Show a message on every open screen, so that it remains visible when the top screen is closed."""
        for screen in self._keyed_screens():
            screen.show_message(one_line(text))

    def show_error(self, error: ReadqError) -> None:
        """Show an error until the next key, for at most 6 seconds. If `plain` is set, show it in the state line.

        The message in the state line is cleared, because it can wrongly say that the failed action was done.
        """
        if self._is_plain:
            # In the line that says everything else, and not in a box elsewhere.
            self.show_message(str(error))
            return
        for screen in self._keyed_screens():
            screen.show_message("")
        self._error_shown_at = monotonic()
        self.notify(one_line(str(error)), severity="error", markup=False, timeout=_ERROR_TIMEOUT)

    def _hide_error(self) -> None:
        if self._error_shown_at is not None and monotonic() - self._error_shown_at > _ERROR_MIN_TIME:
            self._error_shown_at = None
            self.clear_notifications()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy the selected text of a note in the background. This overrides Textual's method."""
        copy(self._keyed_screens()[-1], text, "the selected text")

    def _keyed_screens(self) -> list[KeyedScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, KeyedScreen)]

    async def _finish_copies(self, timeout: float) -> None:
        """Wait until the texts that the writer thread has just delivered are copied."""
        is_delivered = asyncio.Event()
        self.call_later(is_delivered.set)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(is_delivered.wait(), timeout)
        await self.context.clipboard.finish(timeout)

    async def on_unmount(self) -> None:
        """Tell the terminal to stop its reports of dark and light colours. Textual calls this when the app ends."""
        self._color_scheme.end()

    async def _stop_jobs(self, timeout: float) -> None:
        self.context.commands.end()
        jobs = (self.context.sync, self.context.downloads, self.interest)
        await asyncio.gather(*(job.stop(timeout) for job in jobs))
