"""Run a program of the user without a shell, with a text as its input, and keep the beginning of its output.

The program runs in a process group of its own, without the terminal. So Ctrl+c does not stop the program, and the
program cannot draw over the UI.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import IO, NamedTuple

from readq.errors import ReadqError

LONGEST_OUTPUT = 1_000_000
"""The maximum number of bytes that a program may print. A program that prints more is killed."""

_CHUNK = 1 << 16
_POLL_INTERVAL = 0.02
_DRAIN_TIMEOUT = 0.2
"""The time to wait for output after the end of the program, in seconds.

A process that the program started may still be running and keep the pipes open.
"""


class Ended(NamedTuple):
    """The result of a program that has ended. `output` is the text that it printed on standard output."""

    status: int
    """The exit status. If a signal ended the program, it is the negative number of the signal."""
    output: str
    error: str
    """The last line of standard error that is not empty, or "" if there is no such line."""
    is_cut: bool
    """Whether the program was killed because it printed more than LONGEST_OUTPUT bytes."""


class Program:
    """A running program. A thread of readq reads its output until the program ends."""

    def __init__(
        self, command: Sequence[str], text: str, on_end: Callable[[Ended], None], *, keep_output: bool = True
    ) -> None:
        """Start `command` with `text` as its standard input. When the program ends, call `on_end` in another thread.

        If `keep_output` is false, the output is dropped, and the program can continue after readq has ended. Raises
        ReadqError if the program cannot be started.
        """
        # A file, because a pipe would end with readq, and the program with the pipe.
        self._errors = None if keep_output else tempfile.TemporaryFile()  # noqa: SIM115 - closed in `_run`
        self.name = os.path.basename(command[0])
        self._on_end = on_end
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's program, as an argument list
                command,
                stdin=subprocess.PIPE if text else subprocess.DEVNULL,
                stdout=subprocess.PIPE if keep_output else subprocess.DEVNULL,
                stderr=self._errors or subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            if self._errors is not None:
                self._errors.close()
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ReadqError(f"cannot start {self.name}: {reason}", "check the command in the config") from error
        # A daemon thread: a program that hangs does not keep readq from ending.
        threading.Thread(target=self._run, args=(text.encode(errors="replace"),), daemon=True).start()

    def stop(self) -> None:
        """Kill the program and the processes that it has started."""
        # The number of a process that was waited for may be that of another one.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    def _run(self, text: bytes) -> None:
        process, printed, errors = self._process, bytearray(), bytearray()
        is_cut = False
        with process, selectors.DefaultSelector() as selector:
            pipes = _Pipes(selector)
            pipes.write(process.stdin, text)
            pipes.read(process.stdout, printed)
            pipes.read(process.stderr, errors)
            ended_at: float | None = None
            while pipes.are_open and (ended_at is None or monotonic() - ended_at < _DRAIN_TIMEOUT):
                pipes.transfer(_POLL_INTERVAL)
                if not is_cut and len(printed) + len(errors) > LONGEST_OUTPUT:
                    is_cut = True
                    self.stop()
                if ended_at is None and process.poll() is not None:
                    ended_at = monotonic()
            pipes.close()
            status = process.wait()
        if self._errors is not None:
            with self._errors as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _CHUNK))
                errors += file.read(_CHUNK)
        output = bytes(printed[:LONGEST_OUTPUT]).decode(errors="replace")
        self._on_end(Ended(status, output, _last_line(errors), is_cut))


class _Pipes:
    """The open pipes of a program. Reading and writing them never waits."""

    def __init__(self, selector: selectors.DefaultSelector) -> None:
        self._selector = selector
        self._unwritten = memoryview(b"")

    @property
    def are_open(self) -> bool:
        return bool(self._selector.get_map())

    def write(self, pipe: IO[bytes] | None, text: bytes) -> None:
        self._unwritten = memoryview(text)
        self._add(pipe, selectors.EVENT_WRITE, None)

    def read(self, pipe: IO[bytes] | None, into: bytearray) -> None:
        self._add(pipe, selectors.EVENT_READ, into)

    def _add(self, pipe: IO[bytes] | None, event: int, into: bytearray | None) -> None:
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, event, into)

    def transfer(self, timeout: float) -> None:
        """Write and read what is possible within `timeout` seconds, and close the pipes that have ended."""
        for key, _ in self._selector.select(timeout):
            try:
                is_open = self._write_some(key.fd) if key.data is None else _read_some(key.fd, key.data)
            except BlockingIOError:
                continue
            except OSError:
                # The program has closed the pipe, or has ended.
                is_open = False
            if not is_open:
                self._close(key)

    def _write_some(self, pipe: int) -> bool:
        if self._unwritten:
            self._unwritten = self._unwritten[os.write(pipe, self._unwritten[:_CHUNK]) :]
        return bool(self._unwritten)

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            self._close(key)

    def _close(self, key: selectors.SelectorKey) -> None:
        self._selector.unregister(key.fileobj)
        with contextlib.suppress(OSError):
            key.fileobj.close()  # type: ignore[union-attr]  # only pipes are registered


def _read_some(pipe: int, into: bytearray) -> bool:
    part = os.read(pipe, _CHUNK)
    into += part
    return bool(part)


def _last_line(errors: bytearray) -> str:
    lines = [line.strip() for line in bytes(errors[-_CHUNK:]).decode(errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "")
