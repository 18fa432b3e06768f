"""What every screen of readq has: keys from the keymap, a state line, a prompt in its place, a footer."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.events import Key, Paste
from textual.screen import Screen

from readq.errors import LibraryLockedError, ReadqError
from readq.services.views import VIEWS
from readq.tui.keys.keymap import key_name
from readq.tui.screens.screen_context import Handler, ScreenContext
from readq.tui.text.error_text import as_readq_error
from readq.tui.widgets.bars import FooterLine, StateLine
from readq.tui.widgets.note_session import NoteSession
from readq.tui.widgets.prompt_line import Prompt, PromptLine

if TYPE_CHECKING:
    from readq.tui.widgets.note_pane import NotePane

Answer = TypeVar("Answer")

_PATIENCE = 0.5
"""Seconds that a key may wait for the library, and the keys behind it with it."""

_TRIES = 10

_READ_WHAT_WAS_DECIDED = frozenset(
    {
        *("select_undecided", "drop_above", "review", "note", "note_in_editor", "refresh", "filter", "back"),
        *("edit", "merge", "steps"),
        *(f"view_{view.name}" for view in VIEWS),
    }
)
"""Actions that must see what the keys just before them decided."""


class KeyedScreen(Screen[None]):
    """A screen whose keys are looked up in the keymap under `PLACE` and carried out by the handlers for it.

    The app hands every key to `press` and waits until it has been acted on, so that the letters typed behind a `/`
    land in the filter however fast they come: Textual itself would pass a whole burst to what has the focus now.
    """

    PLACE: ClassVar[str]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - typed by Textual
    AUTO_FOCUS = ""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self.context = context
        self.session = context.session
        self.keymap = context.keymap
        self.flash = ""
        self.last_key = ""
        self.note_session = NoteSession(context.session, self, context.app.rescue_note)
        self.state_line = StateLine()
        self.prompt_line = PromptLine()
        self.footer_line = FooterLine()

    @property
    def place(self) -> str:
        """Where keys are looked up now."""
        return self.PLACE

    def compose_bottom(self) -> ComposeResult:
        """The lines below the body."""
        self.prompt_line.display = False
        yield self.state_line
        yield self.prompt_line
        yield self.footer_line

    async def press(self, event: Key) -> bool:
        """Act on a key; False when it means nothing here."""
        key = key_name(event.key, event.character)
        prompt = self.prompt_line.prompt
        if prompt is not None:
            await _netted(lambda: self._press_in_prompt(prompt, event), self._complain)
            self.draw_state()
            return True
        action = self.keymap.action(self.place, key)
        if self.note_session.pane is not None:
            return await self._press_in_note(self.note_session.pane, key, action.name if action else "")
        if action is None:
            return False
        self.last_key = key
        await self.perform(action.name)
        return True

    async def perform(self, name: str) -> None:
        """Carry out an action by its name; what goes wrong is shown."""
        if name in _READ_WHAT_WAS_DECIDED:
            await self.session.wait_for_writes(_PATIENCE)
        await self.carry_out(lambda screen: self.context.handlers(self.place)[name](screen))

    async def carry_out(self, handler: Handler) -> None:
        """Carry out what has no name; what goes wrong is shown."""
        self.flash = ""
        await _netted(lambda: self._patiently(lambda: handler(self)), self.session.observer.show_error)
        self.draw_state()

    async def _patiently(self, act: Callable[[], Awaitable[Answer] | Answer]) -> Answer:
        """Do something that reads before it changes anything; again if another process was just committing."""
        for _ in range(_TRIES - 1):
            try:
                return await _awaited(act())
            except LibraryLockedError:
                await asyncio.sleep(_PATIENCE / _TRIES)
        return await _awaited(act())

    async def _press_in_prompt(self, prompt: Prompt, event: Key) -> None:
        if event.key in ("escape", "ctrl+c"):
            self.close_prompt()
            await self._patiently(prompt.cancel)
        elif event.key == "enter":
            await self.session.wait_for_writes(_PATIENCE)
            if await self._patiently(lambda: prompt.accept(self.prompt_line.text)):
                self._close_if_open(prompt)
        elif event.key in ("up", "down", "pageup", "pagedown"):
            self.prompt_moved(event.key)
        elif not self.prompt_line.press(event.key, event.character):
            await self._leave_from_prompt(event)

    def _close_if_open(self, prompt: Prompt) -> None:
        # What was accepted may have asked something else.
        if self.prompt_line.prompt is prompt:
            self.close_prompt()

    async def _leave_from_prompt(self, event: Key) -> None:
        action = self.keymap.action(self.place, key_name(event.key, event.character))
        if action and action.name == "quit":
            await self.perform(action.name)

    def _complain(self, error: ReadqError) -> None:
        if self.prompt_line.prompt is not None:
            self.prompt_line.show_message(str(error))
        else:
            self.session.observer.show_error(error)

    async def _press_in_note(self, note: "NotePane", key: str, action: str) -> bool:
        if key == "escape":
            await _netted(self.note_session.close, self.session.observer.show_error)
        elif action == "quit" or (action == "quit_twice" and not note.area.selected_text):
            await self.perform(action)
        else:
            return False
        return True

    async def add_note_pane(self, pane: "NotePane") -> None:
        """Show a note editor beside the paper and give it the focus."""
        self.add_class("-noting")
        await self.query_one("#aside").mount(pane)
        pane.area.move_cursor(pane.area.document.end)
        # `focus()` would take effect only after the keys that are queued already.
        self.set_focus(pane.area, scroll_visible=False)
        self.draw_footer()

    async def remove_note_pane(self, pane: "NotePane") -> None:
        """Remove the note editor."""
        self.remove_class("-noting")
        await pane.remove()
        self.draw_footer()

    def prompt_moved(self, key: str) -> None:
        """A key that means nothing to the prompt but something to what is above it."""

    def ask(self, prompt: Prompt) -> None:
        """Open the prompt in place of the state line."""
        self.state_line.display = False
        self.prompt_line.display = True
        self.prompt_line.open(prompt)
        self.draw_footer()

    def close_prompt(self) -> None:
        """Back to the state line."""
        self.prompt_line.close()
        self.prompt_line.display = False
        self.state_line.display = True
        self.draw_footer()

    def on_paste(self, event: Paste) -> None:
        """Pasted text goes to the prompt, or nowhere: a list takes no letters from the clipboard."""
        if self.prompt_line.prompt is not None:
            event.stop()
            self.prompt_line.paste(event.text)

    def on_resize(self) -> None:
        """Draw the lines for the new width."""
        self.call_after_refresh(self.draw_bars)

    def draw_bars(self) -> None:
        """Draw every line that depends on the width."""
        self.draw_state()
        self.draw_footer()

    def say(self, text: str) -> None:
        """Show what was done, until the next key."""
        self.flash = text
        self.draw_state()

    def draw_state(self) -> None:
        """Draw the state line."""
        self.state_line.show(self.state_text(), self.flash, self.size.width)

    def draw_footer(self) -> None:
        """Draw the keys that work here now."""
        self.footer_line.show(self.footer_keys(), self.size.width)

    def state_text(self) -> str:
        """What the state line says when nothing has just happened."""
        return ""

    def footer_keys(self) -> list[tuple[str, str]]:
        """The keys that work here now, with their labels."""
        if self.prompt_line.prompt is not None:
            return list(self.prompt_line.prompt.keys)
        if self.note_session.pane is not None:
            return [("Esc", "save the note and close")]
        return self.keymap.footer(self.place)

    def subject(self) -> int | None:
        """The paper that a note, a copy or the browser is about."""
        return self.session.list_state.current

    def library_changed(self) -> None:
        """Rows, counts and papers were read anew: draw what is seen of them."""
        self.draw_state()

    def list_changed(self) -> None:
        """Other papers are listed."""
        self.library_changed()

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        """Some papers look different."""

    def sync_changed(self) -> None:
        """A sync goes on, or has ended."""
        self.draw_state()


async def _netted(act: Callable[[], Awaitable[None]], complain: Callable[[ReadqError], None]) -> None:
    """Do what a key asks for; whatever is wrong with it is told, and the UI goes on."""
    try:
        await act()
    except Exception as error:
        complain(as_readq_error(error))


async def _awaited(answer: Awaitable[Answer] | Answer) -> Answer:
    return await answer if inspect.isawaitable(answer) else answer
