"""The objects that all screens share: session, keymap, handlers, background jobs, and methods of the app."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from readq.errors import ReadqError
from readq.tui.keys.keymap import Keymap
from readq.tui.state.child_process import ReadqProcess
from readq.tui.state.session import Session
from readq.tui.state.sync_job import SyncJob

Handler = Callable[[Any], Awaitable[None] | None]
"""Carries out an action. Its argument is the screen on which the key was pressed."""


class AppControl(Protocol):
    """The methods of the app that screens and actions call."""

    async def leave(self) -> None:
        """Save an open note, finish all writes, and quit."""

    async def leave_if_pressed_twice(self) -> None:
        """Quit at the second call within two seconds."""

    def rescue_note(self, paper_id: int, text: str, error: ReadqError) -> None:
        """Write the text of a note to a file after saving the note failed with `error`, and show the path."""


@dataclass
class ScreenContext:
    """The objects that all screens of an app share."""

    session: Session
    keymap: Keymap
    handlers: Callable[[str], Mapping[str, Handler]]
    """Returns the handlers of a scope by the names of their actions."""
    sync: SyncJob
    downloads: ReadqProcess
    app: AppControl
    demo: bool = False
    """Whether the library is the demo's, where nothing is downloaded."""
