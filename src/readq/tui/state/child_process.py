"""readq run by the UI as a program of its own: what it parses and stores there slows no key here.

Its output is read line by line as JSON. It is no part of the terminal: Ctrl-C does not reach it, and `stop` ends it
the way a reader would, so that what was stored is kept.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

_LONGEST_LINE = 1 << 20
_NICE = 10


class Background:
    """One readq command at a time, over the library at `library` and the config file at `config_path`."""

    def __init__(self, library: str, config_path: str | None) -> None:
        self._environ = {**os.environ, "READQ_DB": library}
        if config_path is not None:
            self._environ["READQ_CONFIG"] = config_path
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether a command is under way."""
        return self._process is not None

    async def run(self, words: Sequence[str], on_line: Callable[[Mapping[str, Any]], None]) -> tuple[int, str]:
        """Run `readq WORDS`; `on_line` gets each JSON object. Returns the exit status and the last line of stderr."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "readq",
            *words,
            env=self._environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        self._process = process
        with contextlib.suppress(OSError):
            # The reader's keys come first.
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        try:
            complaint, _ = await asyncio.gather(_last_line(process.stderr), _each_object(process.stdout, on_line))
            return await process.wait(), complaint
        finally:
            self._process = None

    async def stop(self, patience: float) -> None:
        """End the command that is under way, if any; it keeps what it has stored, and gets `patience` seconds to."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), patience)


async def _each_object(stream: asyncio.StreamReader | None, on_line: Callable[[Mapping[str, Any]], None]) -> None:
    async for line in _lines(stream):
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                on_line(found)


async def _last_line(stream: asyncio.StreamReader | None) -> str:
    last = ""
    async for line in _lines(stream):
        last = line.strip() or last
    return last


async def _lines(stream: asyncio.StreamReader | None) -> AsyncIterator[str]:
    while stream is not None:
        try:
            line = await stream.readline()
        except ValueError:
            # Longer than any line that readq prints.
            continue
        if not line:
            return
        yield line.decode("utf-8", errors="replace")
