"""Copy texts to the clipboard by a command, one text at a time. The UI thread never waits for a command.

A command is a program such as wl-copy.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from readq.errors import ReadqError
from readq.services.papers.programs import Ended, Program
from readq.tui.state.background.daemon_thread import set_from_thread

TIMEOUT = 5.0
"""The time limit, in seconds, for a command that copies a text."""

_POLL_INTERVAL = 0.02


class CopyError(ReadqError):
    """Raised if a command that copies a text cannot be started, or ends with an error."""


class Clipboard:
    """Copies texts one after the other, in the order of the calls of `copy`.

    `commands` returns the commands that can copy a text, the preferred command first (see `services.papers.clipboard`).
    `terminal` sends a text to the terminal. Some terminals copy the text, others ignore it. `is_strict` is true if the
    user has chosen the command. If such a command fails, this is an error.
    """

    def __init__(
        self,
        commands: Callable[[], list[Sequence[str]]],
        terminal: Callable[[str], None],
        timeout: float = TIMEOUT,
        *,
        is_strict: bool = False,
    ) -> None:
        self._commands = commands
        self._terminal = terminal
        self._timeout = timeout
        self._is_strict = is_strict
        self._lock = asyncio.Lock()
        self._copies = 0

    async def copy(self, text: str) -> str:
        """Copy `text`. Return the name of the command that copied it, or "" if the text was sent to the terminal.

        If a command fails and `is_strict` is not set, try the next command. If all fail, send the text to the terminal.
        If a command fails and `is_strict` is set, raise CopyError. Raises ReadqError if a command does not end within
        the timeout.
        """
        self._copies += 1
        try:
            async with self._lock:
                return await self._copy(text)
        finally:
            self._copies -= 1

    async def _copy(self, text: str) -> str:
        for command in self._commands():
            try:
                return await run_copy_command(command, text, self._timeout)
            except CopyError:
                if self._is_strict:
                    raise
                # Another one may work: this one may belong to an old tmux, or to a display that is gone.
        self._terminal(text)
        return ""

    async def finish(self, timeout: float) -> None:
        """Wait for at most `timeout` seconds until all texts are copied."""
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        while self._copies and loop.time() < until:
            await asyncio.sleep(_POLL_INTERVAL)


async def run_copy_command(command: Sequence[str], text: str, timeout: float) -> str:
    """Run `command` with `text` as its standard input. Return the name of the command.

    Raises CopyError if the command fails. Raises ReadqError if it does not end within `timeout` seconds.
    """
    ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
    try:
        program = Program(command, text, partial(set_from_thread, ended))
    except ReadqError as error:
        raise CopyError(error.message, error.hint) from error
    try:
        end = await asyncio.wait_for(ended, timeout)
    except TimeoutError as error:
        program.stop()
        what = f"nothing was copied: {program.name} did not end in {timeout:g} seconds"
        raise ReadqError(what, "it was stopped; see copy.command in the config") from error
    if end.status != 0:
        raise CopyError(f"nothing was copied: {program.name} ended with status {end.status}", end.error or None)
    return program.name


def copied_text(name: str, text: str, by: str) -> str:
    """Return a message that tells the user that a text was copied.

    It contains the whole text, in case the copy gets lost. `name` describes the text, such as `the citation key`. `by`
    is the command that copied it, or "" if the text was sent to the terminal, which does not confirm a copy.
    """
    one_line = " ".join(text.split())
    if by:
        return f"copied {name} with {by}: {one_line}"
    return f"sent {name} to the terminal, which may copy it: {one_line}"
