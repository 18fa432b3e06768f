"""Run the user's own commands, which are programs set in the config.

Some commands have output that is shown. Only one command with such output can run at a time.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import NamedTuple

from readq.services.papers.programs import Ended, Program
from readq.tui.state.background.daemon_thread import set_from_thread

SHOWN_AFTER = 5.0
"""Seconds after which the state line shows that a command is running. From then on, the user can end it."""


def start_text(name: str) -> str:
    """Return the message that tells the user that the command `name` was started."""
    return f"{name} …"


class CommandOutput(NamedTuple):
    """The output of one of the user's own commands on a paper."""

    name: str
    """The name of the command."""
    paper_id: int
    title: str
    """The title of the paper."""
    text: str
    """The output."""
    is_cut: bool
    """Whether the command was stopped because it printed too much."""


class CommandRuns:
    """Starts the user's own commands, and keeps track of the running command whose output is to be shown."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.unseen: CommandOutput | None = None
        """The output of the last command, if it was not shown at once because other keys were pressed."""
        self.is_ended_by_reader = False
        """Whether the user has ended the last command."""
        self._clock = clock
        self._program: Program | None = None
        self._name = ""
        self._started = 0.0

    @property
    def running(self) -> str:
        """The name of the running command whose output is to be shown, or "" if no such command runs."""
        return self._name if self._program is not None else ""

    @property
    def can_be_ended(self) -> bool:
        """Whether the running command has run for at least SHOWN_AFTER seconds, so that the user can end it.

        The running command is the one that the property `running` names.
        """
        return self._program is not None and self._clock() - self._started >= SHOWN_AFTER

    def status_text(self) -> str:
        """Return the text for the state line about a command that can be ended, or "" if there is no such command."""
        if not self.can_be_ended:
            return ""
        return f"{self._name} runs for {self._clock() - self._started:.0f} s: Esc ends it"

    def end(self) -> None:
        """Kill the command that the property `running` names. If no such command runs, do nothing."""
        if self._program is not None:
            self.is_ended_by_reader = True
            self._program.stop()

    async def run(self, name: str, words: Sequence[str], text: str, *, keep_output: bool) -> Ended:
        """Run the program and arguments `words` with the standard input `text`. Return its exit status and output.

        `name` is the name of the command. If `keep_output` is true, the output is kept, to be shown. Otherwise the
        output is discarded, and the program can outlive readq. Raises ReadqError if the program cannot be started.
        """
        ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        program = Program(words, text, partial(set_from_thread, ended), keep_output=keep_output)
        if not keep_output:
            return await ended
        self._program, self._name, self._started = program, name, self._clock()
        self.is_ended_by_reader = False
        try:
            return await ended
        finally:
            self._program = None
