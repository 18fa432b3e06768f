"""The command palette. Enter waits for the end of the search, and then runs the best command for the typed text."""

import asyncio
import contextlib

from textual import on
from textual.binding import Binding
from textual.command import CommandPalette
from textual.events import Key
from textual.widgets import Input
from textual.worker import WorkerCancelled, WorkerFailed

from readq.text import one_line

_EDITS = {binding.key: binding.action for binding in Binding.make_bindings(Input.BINDINGS)}
_MOVES = {binding.key: binding.action for binding in Binding.make_bindings(CommandPalette.BINDINGS)}

_SEARCH_TIMEOUT = 5.0
"""The longest time, in seconds, for which Enter waits for the end of the search."""


class PaletteScreen(CommandPalette):
    """Textual's command palette, in which Enter waits until the search for the typed text has ended.

    Without the wait, Enter would run a command that an earlier search has found. The keys act in the order in which
    they were pressed. In Textual's palette, a letter acts before a Backspace that was pressed just before the letter.
    """

    async def press(self, event: Key) -> bool:
        """Handle a key press: edit the text, move the cursor, run the command or close the palette.

        Return False if the palette has no action for the key.
        """
        field = self.query_one(Input)
        if event.is_printable and event.character:
            field.replace(event.character, *field.selection)
        elif event.key in _EDITS:
            await self.app.run_action(_EDITS[event.key], field)
        elif event.key in _MOVES:
            with contextlib.suppress(KeyError):  # from a list that has no lines yet, because it was just filled
                await self.app.run_action(_MOVES[event.key], self)
        else:
            return False
        return True

    def paste(self, text: str) -> bool:
        """Insert pasted text into the search, and return True."""
        field = self.query_one(Input)
        field.replace(one_line(text), *field.selection)
        return True

    @on(Input.Submitted)
    async def _wait_for_search(self) -> None:
        """Wait until the search for the typed text has ended. Textual then runs the highlighted command."""
        # Each typed letter cancels the search before. A cancelled search would end the wait for the last one.
        searches = [
            worker
            for worker in self.app.workers
            if worker.node is self and not worker.is_finished and not worker.is_cancelled
        ]
        if searches:
            with contextlib.suppress(TimeoutError, WorkerCancelled, WorkerFailed):
                await asyncio.wait_for(self.app.workers.wait_for_complete(searches), _SEARCH_TIMEOUT)
