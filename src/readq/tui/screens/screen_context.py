"""The objects that the app gives to all screens: session, keymap, handlers, background jobs, and methods of the app."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from textual.events import Key

from readq.errors import ReadqError
from readq.tui.keys.keymap import Keymap
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.background.clipboard import Clipboard
from readq.tui.state.background.command_runs import CommandRuns
from readq.tui.state.background.import_runs import ImportRuns
from readq.tui.state.background.sync_job import SyncJob
from readq.tui.state.preferences.view_orders import ViewOrders
from readq.tui.state.session import Session

Handler = Callable[[Any], Awaitable[None] | None]
"""A function that carries out an action. Its argument is the screen on which the key was pressed."""

CountedHandler = Callable[[Any, int], None]
"""A function that carries out an action for which the user has typed a count.

Its arguments are the screen and the count.
"""


@runtime_checkable
class KeyTaker(Protocol):
    """The interface of a screen that handles keys and pasted text itself, in the order in which they arrive."""

    async def press(self, event: Key) -> bool:
        """Handle a key press. Return False if the screen does not handle the key."""

    def paste(self, text: str) -> bool:
        """Handle pasted text. Return False if the focused widget is to get the text."""


class AppControl(Protocol):
    """The methods of the app that screens and actions can call.

    `imports` are the running imports of files, for which the app waits before it quits.
    """

    imports: ImportRuns

    async def leave(self, *, at_once: bool = False) -> None:
        """Save the notes that are open, finish all writes, and quit. If `at_once` is true, quit within 2 seconds.

        Raises ReadqError if an open note cannot be closed.
        """

    async def leave_if_pressed_twice(self) -> None:
        """Quit if the last call was less than two seconds ago. Otherwise ask the user to press the same key again."""

    def rescue_note(self, paper_id: int, text: str, error: ReadqError) -> None:
        """Write `text` to a file, and show the path of the file.

        `text` is the text of a note that could not be saved, and `error` is the reason.
        """


@dataclass
class ScreenContext:
    """The objects that all screens of an app share."""

    session: Session
    keymap: Keymap
    handlers: Callable[[str], Mapping[str, Handler]]
    """A function that maps a scope to a dict from names of actions to their handlers."""
    orders: ViewOrders
    counted: Callable[[str], Mapping[str, CountedHandler]]
    """A function that maps a scope to a dict from names of actions to their handlers, for actions that take a count."""
    reason_against: Callable[[Any, str], str]
    """A function that returns the reason why an action cannot be done now, or "" if it can.

    Its arguments are the screen and the name of the action.
    """
    sync: SyncJob
    downloads: ReadqProcess
    clipboard: Clipboard
    commands: CommandRuns
    redraw_state: Callable[[], None]
    """A function that draws the state line of the visible screen again."""
    compare_notes: Callable[[], None]
    """A function that makes readq compare the notes with the folder of note files as soon as possible."""
    app: AppControl
    key_presses: int = 0
    """The number of keys that the screens have handled so far."""
    demo: bool = False
    """Whether the UI runs the demo, in which nothing is downloaded."""
