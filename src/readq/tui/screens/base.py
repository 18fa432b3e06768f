"""The base class of all screens with keys. It runs the handlers of keys, and draws the state line and the footer."""

import asyncio
import inspect
from collections.abc import Callable, Iterable
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import Screen

from readq.errors import LibraryLockedError, ReadqError
from readq.tui.keys.action import SCOPES
from readq.tui.keys.key_count import KeyCount
from readq.tui.keys.keymap import key_label, key_name
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.state.background.command_runs import start_text
from readq.tui.state.line_marks import Targets
from readq.tui.state.preferences.state_file import StateFile
from readq.tui.text.error_text import as_readq_error
from readq.tui.widgets.bars import FooterLine, StateLine
from readq.tui.widgets.note_session import NoteSession
from readq.tui.widgets.prompt_line import Prompt, PromptLine
from readq.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from readq.tui.widgets.note_pane import NotePane

Result = TypeVar("Result")

_LOCK_TIMEOUT = 0.5
"""The longest time, in seconds, for which a key and the keys queued behind it wait while the library is locked."""

_LOCK_RETRIES = 10

_KEYS_OF_THE_APP = ("ctrl+z",)
"""The keys that the app handles instead of the screens. They are not in the keymap."""

_WRITE_TIMEOUT = 0.2
"""The longest time, in seconds, for which a key and the keys queued behind it wait for earlier writes."""


class KeyedScreen(Screen[None]):
    """A screen with keys. The keymap gives the action of each key in the scope of the screen.

    The app awaits `press` for each key before it takes the next one. So the letters typed after `/` reach the filter,
    however fast they are typed. Without the wait, Textual would send them to the widget that had the focus before `/`.
    """

    SCOPE: ClassVar[str]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - typed by Textual
    AUTO_FOCUS = ""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self.context = context
        self.session = context.session
        self.keymap = context.keymap
        self.note_session = NoteSession(context.session, self, context.app.rescue_note)
        self.status_message = ""
        """The message of the last action. It is shown until the next key."""
        self._told_at = 0
        """The number of keys that were pressed before the message was shown."""
        self.last_key = ""
        self.key_count = KeyCount()
        self.is_outdated = False
        """Whether the library, the list or a sync changed while another screen covered this one."""
        self.state_line = StateLine()
        self.prompt_line = PromptLine()
        self.footer_line = FooterLine()

    @property
    def scope(self) -> str:
        """The scope in which the keymap looks up the keys of this screen."""
        return self.SCOPE

    @property
    def takes_text(self) -> bool:
        """Whether typed keys are text, because a prompt or a note is open."""
        return self.prompt_line.prompt is not None or self.note_session.pane is not None

    def compose_bottom(self) -> ComposeResult:
        """Yield the state line, the prompt (hidden at first) and the footer, which are at the bottom of the screen."""
        self.prompt_line.display = False
        yield self.state_line
        yield self.prompt_line
        yield self.footer_line

    def on_screen_resume(self) -> None:
        """Redraw the screen if the library, the list or the state of a sync changed while another screen was on top.

        Remove the message in the state line if at least two keys were pressed since it was shown. If only one key was
        pressed, this key has closed the other screen.
        """
        if self.context.key_presses > self._told_at + 1:
            self.show_message("")
        if self.is_outdated:
            self.is_outdated = False
            self.library_changed()

    async def press(self, event: Key) -> bool:
        """Handle a key press: pass the key to the open prompt, or run the action of the key.

        Return False if the screen does not handle the key. While a note is open, the screen handles only a few keys, so
        that the text area gets all other keys.
        """
        key = key_name(event.key, event.character)
        action = self.keymap.action(self.scope, key)
        self.context.key_presses += 1
        if await self.take_key(event):
            return True
        if self.prompt_line.prompt is not None:
            await self._press_in_prompt(self.prompt_line.prompt, event, action.name if action else "")
            return True
        if self.note_session.pane is not None:
            return await self._press_in_note(self.note_session.pane, event.key, action.name if action else "")
        if event.key in _KEYS_OF_THE_APP:
            return False
        if event.key == "escape" and self.context.commands.can_be_ended:
            self.context.commands.end()
            return True
        if action is None:
            self._press_unbound(key)
            return True
        self.last_key = key
        await self.perform(action.name, self.key_count.take())
        return True

    async def take_key(self, event: Key) -> bool:  # noqa: ARG002 - by default, no key is taken
        """Handle a key that has a meaning outside the keymap, such as a letter that labels a row.

        Return whether the key was handled. By default, no key is handled. Subclasses override this method.
        """
        return False

    def _press_unbound(self, key: str) -> None:
        """Add a key without an action to the count, if it is a digit. Otherwise say that it does nothing."""
        if self.context.counted(self.scope) and self.key_count.add(key):
            self.show_message(f"{self.key_count.digits} … then a key that moves, such as j; Esc ends the count")
            return
        self.key_count.take()
        help_key = self.keymap.label(self.scope, "help")
        hint = f"; {help_key} lists the keys" if help_key else ""
        self.show_message(f"{key_label(key)} does nothing {SCOPES[self.scope]}{hint}")

    async def perform(self, name: str, count: int | None = None) -> None:
        """Run the handler of the action `name`. If the action cannot be done now, show the reason instead.

        If the action waits for writes, wait for them first. `count` is the count typed before the key, or None. If
        there is a count but the action takes none, only show a message.
        """
        if self.keymap.by_name(name).waits_for_writes:
            await self.session.wait_for_writes(_WRITE_TIMEOUT)
        if name not in self.context.handlers(self.scope):
            # The palette was opened in an empty library, and papers have arrived meanwhile, or the other way round.
            self.show_message("nothing done: the library has changed, and the command is not for it any more")
            return
        self.status_message = ""
        if reason := await self.run_safely(self.context.reason_against, self, name):
            self.status_message = str(reason)
        elif count is None:
            await self.run_safely(self.context.handlers(self.scope)[name], self)
        elif counted := self.context.counted(self.scope).get(name):
            await self.run_safely(counted, self, count)
        elif name != "back":
            self.status_message = f"nothing done: a count such as {count} is for keys that move"
        self.draw_state()

    async def run_safely(self, call: Callable[..., object], *arguments: object) -> object:
        """Call `call` with `arguments` and return its result. If the result is awaitable, await it.

        If `call` raises an error, show the error and return None. While the library is locked, repeat the call for up
        to half a second. So `call` must do all its reads before it changes anything. Otherwise the repeated call could
        make the same change a second time.
        """
        for attempts_left in reversed(range(_LOCK_RETRIES)):
            try:
                result = call(*arguments)
                return await result if inspect.isawaitable(result) else result
            except LibraryLockedError as error:
                if not attempts_left:
                    self._show_error(error)
                    break
                await asyncio.sleep(_LOCK_TIMEOUT / _LOCK_RETRIES)
            except Exception as error:
                self._show_error(as_readq_error(error))
                break
        return None

    def _show_error(self, error: ReadqError) -> None:
        if self.prompt_line.prompt is not None:
            self.prompt_line.show_message(str(error))
        else:
            self.session.observer.show_error(error)

    async def _press_in_prompt(self, prompt: Prompt, event: Key, action: str) -> None:
        if event.key in ("escape", "ctrl+c"):
            await self.cancel_prompt()
        elif event.key == "enter":
            await self.session.wait_for_writes(_WRITE_TIMEOUT)
            accepted = await self.run_safely(prompt.accept, self.prompt_line.text)
            # Accepting may have opened another prompt.
            if accepted and self.prompt_line.prompt is prompt:
                self.close_prompt()
        elif event.key in ("up", "down", "pageup", "pagedown"):
            self.move_from_prompt(event.key)
        elif not self.prompt_line.press(event.key, event.character) and action == "quit":
            await self.perform(action)
        self.draw_state()

    async def _press_in_note(self, pane: "NotePane", key: str, action: str) -> bool:
        if key == "escape":
            await self.run_safely(self.note_session.close)
        elif action == "quit" or (action == "quit_twice" and not pane.area.selected_text):
            await self.perform(action)
        else:
            return False
        return True

    async def add_note_pane(self, pane: "NotePane") -> None:
        """Show the note editor `pane`, and give it the focus."""
        self.add_class("-noting")
        await self.query_one("#aside").mount(pane)
        pane.move_to_start()
        # `focus()` would take effect only after the keys that are queued already.
        self.set_focus(pane.area, scroll_visible=False)
        self.draw_footer()

    async def remove_note_pane(self, pane: "NotePane") -> None:
        """Remove the note editor `pane` from the screen."""
        self.remove_class("-noting")
        await pane.remove()
        self.draw_footer()

    def move_from_prompt(self, key: str) -> None:
        """Handle an arrow or page key that is pressed in a prompt. By default, do nothing."""

    def open_prompt(self, prompt: Prompt) -> None:
        """Show `prompt` in place of the state line."""
        self.state_line.display = False
        self.prompt_line.display = True
        self.prompt_line.open(prompt)
        self.draw_footer()

    def close_prompt(self) -> None:
        """Show the state line in place of the prompt."""
        self.prompt_line.close()
        self.prompt_line.display = False
        self.state_line.display = True
        self.draw_footer()

    async def cancel_prompt(self) -> None:
        """Close the open prompt without its effect, as Esc does. If no prompt is open, do nothing."""
        if (prompt := self.prompt_line.prompt) is not None:
            self.close_prompt()
            await self.run_safely(prompt.cancel)

    def paste(self, text: str) -> bool:
        """Paste text into the open prompt. Without a prompt, the screen takes the text (see `take_paste`).

        Return False while a note is open, so that its text area gets the text.
        """
        if self.prompt_line.prompt is not None:
            self.prompt_line.paste(text)
        elif self.note_session.pane is not None:
            return False
        else:
            self.take_paste(text)
        return True

    def take_paste(self, text: str) -> None:  # noqa: ARG002 - a screen with a search uses it
        """Handle a text that is pasted while no prompt and no note is open.

        By default, show a message, and do not use the text: its letters must not act as keys.
        """
        self.show_message("nothing done: pasted text is not taken for keys")

    def on_resize(self) -> None:
        """Draw the state line and the footer again for the new width."""
        self.call_after_refresh(self.draw_bars)

    def draw_bars(self) -> None:
        """Draw the lines that depend on the width of the screen: the state line and the footer."""
        self.draw_state()
        self.draw_footer()

    def save_choices(self, file: StateFile[Any, Any]) -> None:
        """Write `file`, which holds choices of the user such as the layouts of views, to the disk in the background.

        If the write fails, show the reason.
        """

        def save() -> None:
            if problem := file.save():
                self.app.call_from_thread(self.show_message, problem)

        self.run_worker(save, thread=True, exit_on_error=False)

    def scroll_text(self, pane: TextPane, lines: int) -> None:
        """Scroll the text in `pane` down by `lines` lines, or up if `lines` is negative.

        If the text cannot scroll further, show a message. A pane that has no size yet is scrolled once it has one.
        """

        def scroll() -> None:
            if not pane.scroll_lines(lines):
                end = "the end" if lines > 0 else "the beginning"
                self.show_message("the whole text is on the screen" if pane.shows_all else f"this is {end} of the text")

        pane.after_layout(scroll)

    def show_message(self, text: str) -> None:
        """Show a message in the state line until the next key."""
        self.status_message, self._told_at = text, self.context.key_presses
        self.draw_state()

    def draw_state(self) -> None:
        """Draw the message of the last action in the state line. If there is no message, draw `state_text`."""
        message, runs = self.status_message, self.context.commands
        if running := runs.status_text():
            message = " · ".join(filter(None, (running, message if message != start_text(runs.running) else "")))
        self.state_line.show(self.state_text(), message, self.size.width)

    def draw_footer(self) -> None:
        """Draw the footer."""
        self.footer_line.show(self.footer_keys(), self.size.width)

    def state_text(self) -> str:
        """Return the text of the state line when there is no message. By default, it is ""."""
        return ""

    def footer_keys(self) -> list[tuple[str, str]]:
        """Return the keys to show in the footer, as (key, label) pairs. Keys without an effect are left out."""
        if self.prompt_line.prompt is not None:
            return self.prompt_line.prompt.footer_keys()
        if self.note_session.pane is not None:
            return [("Esc", "save the note and close")]
        return self.screen_footer_keys()

    def screen_footer_keys(self) -> list[tuple[str, str]]:
        """Return the keys for the footer while neither a prompt nor a note is open."""
        return self.keymap.footer(self.scope)

    def targets(self) -> Targets:
        """Return the papers that an action applies to. In this base class, the result has only the current paper."""
        current = self.current_paper_id()
        return Targets.of(*([] if current is None else [current]))

    def end_selection(self) -> bool:
        """Clear the selection, if the screen has one. Return whether any papers were selected before."""
        return False

    def track(
        self,
        what: str,  # noqa: ARG002 - a review names the step by it
        job: Callable[[Connection], Result],
        step_of: Callable[[Result], int | None],  # noqa: ARG002 - a review records the step
    ) -> Callable[[Connection], Result]:
        """Return a function that the caller runs in place of `job`. By default, return `job` itself.

        `job` writes an undo step. In the review screen, the returned function runs `job` and records the number of this
        step, because the undo key of a review undoes only steps of this review. `step_of` takes the result of `job`,
        and returns the number of the step. `what` names the step in messages, such as `tagged`.
        """
        return job

    def current_paper_id(self) -> int | None:
        """Return the id of the current paper, which is the paper that an action on a single paper changes.

        Return None if there is no such paper.
        """
        return self.session.list_state.current

    def library_changed(self) -> None:
        """Redraw the screen. The app calls this after the session has updated its rows, statuses or counts."""
        self.draw_state()

    def list_changed(self) -> None:
        """Redraw the screen. The app calls this when the list has different papers."""
        self.library_changed()

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        """Redraw the rows of the papers with these ids. By default, do nothing."""

    def own_views_changed(self) -> None:
        """Redraw the saved views, after the papers of each were counted. By default, do nothing."""

    def sync_changed(self) -> None:
        """Redraw the screen. The app calls this after a sync has started, progressed or ended."""
        self.draw_state()
