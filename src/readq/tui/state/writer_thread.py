"""A thread that runs commands on the library in order. The UI has one for its writes and one for long reads.

If the library is locked, the thread waits without limit. So a lock never makes a command fail. If a command fails for
another reason, the error is reported together with the command.
"""

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NamedTuple

from readq.errors import LibraryLockedError, ReadqError
from readq.store.connection.connect import file_at
from readq.store.connection.damage_mark import refuse_damaged
from readq.store.connection.sqlite_errors import library_error, moved_error
from readq.tui.text.error_text import as_readq_error

Job = Callable[[sqlite3.Connection], Any]


class Command(NamedTuple):
    """A function that writes to the library or reads it, with callbacks for its result.

    `job` is the function. It runs in the thread of the `Writer`. When it ends, the UI thread calls `done` with its
    result, or `failed` with its error.
    """

    job: Job
    done: Callable[[Any], None]
    failed: Callable[[ReadqError], None]
    what: str = "a change"
    """A description of the change, for a message that the change was not written."""


class WriteResult(NamedTuple):
    """The result of a command. The UI thread must pass it to `writer.deliver`."""

    command: Command
    """The command that has run."""
    result: Any
    """The result of its job, or None if the job failed."""
    error: ReadqError | None
    """The error if the job failed, otherwise None."""
    writer: "Writer"
    """The writer that ran the command."""

    def deliver(self) -> None:
        """Call `done` or `failed` of the command. Only `Writer.deliver` calls this method, in the UI thread."""
        if self.error is None:
            self.command.done(self.result)
        else:
            self.command.failed(self.error)


class LockWait(NamedTuple):
    """A report that the writer waits for a lock.

    `owner` describes the process that holds the lock. It is "" if the process is unknown.
    """

    owner: str


class Writer:
    """Runs commands one by one in a thread. The thread opens its own connection for the first command.

    The thread calls `report` with a `WriteResult` after each command, and with a `LockWait` each time it finds the
    library locked. `pending` is the number of commands whose results were not delivered yet.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        path: str,
        report: Callable[[WriteResult | LockWait], None],
        *,
        only_reads: bool = False,
        follow_up: Job | None = None,
    ) -> None:
        """Prepare a writer for the library at `path`. `connect` opens a connection to the library.

        If another file is put at `path` later, commands fail, because their changes would be lost. But if `only_reads`
        is true, commands then read the new file. `report` and `follow_up` are called in the writer thread. `follow_up`
        is called each time all queued commands have run. Its errors are ignored, so it must record them itself.
        """
        self._connect = connect
        self.path = path
        """The path of the library."""
        self._report = report
        self._only_reads = only_reads
        self._follow_up = follow_up
        self._commands: SimpleQueue[Command | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._file = file_at(path)
        self._thread: threading.Thread | None = None
        self._stop_waiting = threading.Event()
        self._unfinished: deque[Command] = deque()
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self.pending = 0

    def submit(self, command: Command) -> None:
        """Queue a command and return without waiting for it."""
        self.pending += 1
        with self._lock:
            self._idle.clear()
            self._unfinished.append(command)
            self._commands.put(command)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="readq-writer", daemon=True)
            self._thread.start()

    def wait_until_idle(self, seconds: float) -> bool:
        """Block until all submitted commands have run, for at most `seconds` seconds. Return False on timeout."""
        return self._idle.wait(seconds)

    def deliver(self, result: WriteResult) -> None:
        """Call `done` or `failed` of the finished command in `result`, and reduce `pending` by 1.

        Must be called in the UI thread, once for each `WriteResult` that was reported.
        """
        self.pending -= 1
        result.deliver()

    def close(self, seconds: float) -> bool:
        """Run the queued commands for at most `seconds` seconds, then stop the thread.

        Return False if some commands were not run.
        """
        self.finish()
        if self._thread is not None:
            self._thread.join(seconds)
        self._stop_waiting.set()
        return self.has_ended

    def finish(self) -> None:
        """Let the thread end after the queued commands have run.

        This method does not wait for the end of the thread.
        """
        self._commands.put(None)

    @property
    def has_ended(self) -> bool:
        """Whether the thread has ended, or was never started."""
        return self._thread is None or not self._thread.is_alive()

    @property
    def unwritten(self) -> tuple[str, ...]:
        """The text `Command.what` of each command that has not been completed, such as `a change`."""
        with self._lock:
            return tuple(command.what for command in self._unfinished)

    def interrupt(self) -> None:
        """Roll back the running command, and run no further command.

        Any thread can call this method. A call between two SQL statements does not interrupt the command, so the caller
        repeats the call until `has_ended` is true. A command that is being committed is not rolled back. The callbacks
        of an interrupted command are not called.
        """
        self._stop_waiting.set()
        if self._connection is not None:
            # Between two statements this has no effect, so the caller repeats it until the thread has ended.
            with contextlib.suppress(sqlite3.ProgrammingError):
                self._connection.interrupt()

    def _run(self) -> None:
        while (command := self._commands.get()) is not None and not self._stop_waiting.is_set():
            result = self._try_command(command)
            while isinstance(result, LockWait) and not self._stop_waiting.is_set():
                self._report(result)
                result = self._try_command(command)
            if isinstance(result, WriteResult):
                with self._lock:
                    self._unfinished.popleft()
                self._report(result)
            if self._commands.empty():
                self._run_follow_up()
            with self._lock:
                if self._commands.empty():
                    self._idle.set()
        if self._connection:
            self._connection.close()

    def _run_follow_up(self) -> None:
        if self._follow_up is not None and self._connection is not None and not self._stop_waiting.is_set():
            with contextlib.suppress(ReadqError, sqlite3.Error, OSError):
                self._follow_up(self._connection)

    def _try_command(self, command: Command) -> WriteResult | LockWait:
        """Run the job of a command, unless the library is locked."""
        try:
            return WriteResult(command, command.job(self._library()), None, self)
        except LibraryLockedError as error:
            return LockWait(error.owner)
        except ReadqError as error:
            return WriteResult(command, None, error, self)
        except sqlite3.Error as error:
            if self._stop_waiting.is_set() and error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return LockWait("")
            library_failure = library_error(error, self.path)
            if isinstance(library_failure, LibraryLockedError):
                return LockWait(library_failure.owner)
            return WriteResult(command, None, library_failure, self)
        except Exception as error:
            # A failing job must not stop the commands queued behind it.
            return WriteResult(command, None, as_readq_error(error), self)

    def _library(self) -> sqlite3.Connection:
        """Return the connection. Raise an error if another file is at the path by now, or if the library is damaged.

        A thread that only reads connects to the other file instead.
        """
        is_replaced = file_at(self.path) != self._file
        if self._only_reads:
            if is_replaced and self._connection is not None:
                self._connection.close()
                self._connection = None
        else:
            if is_replaced and self._file is not None:
                raise moved_error(self.path)
            # Another process may have checked the library meanwhile.
            refuse_damaged(self.path)
        if self._connection is None:
            self._connection = self._connect()
            self._file = file_at(self.path)
        return self._connection
