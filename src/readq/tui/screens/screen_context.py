"""What every screen is built from: the session, the keys, the background jobs, and the part of the app it may call."""

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
        """Keep the text of a note that could not be saved because of `error`, and show where it is."""


@dataclass
class ScreenContext:
    """What every screen is built from. All screens of an app share one context."""

    session: Session
    keymap: Keymap
    handlers: Callable[[str], Mapping[str, Handler]]
    """Returns the handlers of a scope by the names of their actions."""
    sync: SyncJob
    downloads: ReadqProcess
    app: AppControl
    demo: bool = False
    """Whether the library is the demo's, where nothing is downloaded."""
