"""Run a readq command as a child process, so that its work does not slow the UI down.

The child prints JSON lines. It runs in its own POSIX session, so Ctrl+c in the terminal does not reach it. The method
`stop` sends SIGTERM. A sync that gets SIGTERM keeps the papers stored so far.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

_MAX_LINE_BYTES = 1 << 20
_NICENESS = 10


class ReadqProcess:
    """Runs readq commands as child processes. The caller must not start a command while another one runs.

    The commands use the library at the path `library` and the config file at `config_path`. If `config_path` is None,
    they use the same config file as this process.
    """

    def __init__(self, library: str, config_path: str | None) -> None:
        self._environ = {**os.environ, "READQ_DB": library}
        if config_path is not None:
            self._environ["READQ_CONFIG"] = config_path
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether a command is running."""
        return self._process is not None

    async def run(self, arguments: Sequence[str], on_object: Callable[[Mapping[str, Any]], None]) -> tuple[int, str]:
        """Run `readq` with `arguments`, and call `on_object` with each JSON object that the command prints.

        Return the exit status of the command and the last line of its standard error. The line is "" if the command
        printed nothing there.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # keeps the working folder, which may have a json.py, out of the module search path
            "-m",
            "readq",
            *arguments,
            env=self._environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_MAX_LINE_BYTES,
            start_new_session=True,
        )
        self._process = process
        with contextlib.suppress(OSError):
            # A lower priority than the UI, so that keys are handled first.
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        try:
            last_error, _ = await asyncio.gather(_last_line(process.stderr), _pass_objects(process.stdout, on_object))
            return await process.wait(), last_error
        except asyncio.CancelledError:
            # The UI ends without waiting for the command, which must not outlive it.
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await process.wait()
            raise
        finally:
            self._process = None

    def start_detached(self, arguments: Sequence[str]) -> None:
        """Start `readq` with `arguments` as a process that goes on running after this process has ended.

        The output of the new process is discarded.
        """
        with contextlib.suppress(OSError):
            subprocess.Popen(  # noqa: S603 - readq itself
                (sys.executable, "-P", "-m", "readq", *arguments),
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    async def stop(self, timeout: float) -> None:
        """Send SIGTERM to the running command, and wait for at most `timeout` seconds until it has ended.

        If no command is running, do nothing.
        """
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), timeout)


async def _pass_objects(stream: asyncio.StreamReader | None, on_object: Callable[[Mapping[str, Any]], None]) -> None:
    async for line in _lines(stream):
        with contextlib.suppress(ValueError):
            parsed = json.loads(line)
            if isinstance(parsed, dict):
                on_object(parsed)


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
            # A line over the limit: readq prints none, so skip it.
            continue
        if not line:
            return
        yield line.decode("utf-8", errors="replace")
