"""The one thread that writes: decisions queue up here in the order of the keys and none is lost.

A locked library is waited for as long as it takes; every other failure is handed back with its command.
"""

import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NamedTuple

from readq.errors import LibraryLockedError, ReadqError
from readq.store.connection.connect import file_at
from readq.store.connection.sqlite_errors import library_error, moved_error
from readq.tui.text.error_text import as_readq_error

Job = Callable[[sqlite3.Connection], Any]


class Command(NamedTuple):
    """One write: `job` runs in the writer thread, `done` takes its result and `failed` its error in the UI's thread."""

    job: Job
    done: Callable[[Any], None]
    failed: Callable[[ReadqError], None]


class Written(NamedTuple):
    """A command that has been carried out, with its result or what went wrong."""

    command: Command
    result: Any
    error: ReadqError | None

    def settle(self) -> None:
        """Tell whoever gave the command; belongs in the UI's thread."""
        if self.error is None:
            self.command.done(self.result)
        else:
            self.command.failed(self.error)


class Waiting(NamedTuple):
    """The library is locked; `holder` says by whom, "" when that is not known."""

    holder: str


class Writer:
    """Carries out commands one by one on its own connection, which it opens at the first of them.

    `report` is called from the writer thread with each `Written`, and with `Waiting` whenever the library is locked.
    `pending` counts the commands that have not been reported yet.
    """

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], path: str, report: Callable[[Written | Waiting], None]
    ) -> None:
        """`path` is what `connect` opens: from now on the file that is there, or else the one that comes to be."""
        self._connect = connect
        self._path = path
        self._report = report
        self._commands: SimpleQueue[Command | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._file = file_at(path)
        self._thread: threading.Thread | None = None
        self._giving_up = threading.Event()
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self.pending = 0

    def submit(self, command: Command) -> None:
        """Queue a command; returns at once."""
        self.pending += 1
        with self._lock:
            self._idle.clear()
            self._commands.put(command)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="readq-writer", daemon=True)
            self._thread.start()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until all that was submitted is carried out, for at most `seconds`; False if it is not."""
        return self._idle.wait(seconds)

    def settle(self, written: Written) -> None:
        """Take a report in the UI's thread."""
        self.pending -= 1
        written.settle()

    def close(self, seconds: float) -> bool:
        """Finish what is queued, for at most `seconds`; False if something stayed unwritten."""
        if self._thread is None:
            return True
        self._commands.put(None)
        self._thread.join(seconds)
        self._giving_up.set()
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (command := self._commands.get()) is not None:
            written = self._carry_out(command)
            while isinstance(written, Waiting) and not self._giving_up.is_set():
                self._report(written)
                written = self._carry_out(command)
            if isinstance(written, Written):
                self._report(written)
            with self._lock:
                if self._commands.empty():
                    self._idle.set()
        if self._connection:
            self._connection.close()

    def _carry_out(self, command: Command) -> Written | Waiting:
        """Run the job, unless the library is locked."""
        try:
            return Written(command, command.job(self._library()), None)
        except LibraryLockedError as error:
            return Waiting(error.holder)
        except ReadqError as error:
            return Written(command, None, error)
        except sqlite3.Error as error:
            known = library_error(error, self._path)
            return Waiting(known.holder) if isinstance(known, LibraryLockedError) else Written(command, None, known)
        except Exception as error:
            # What fails here must not take along the decisions that wait behind it.
            return Written(command, None, as_readq_error(error))

    def _library(self) -> sqlite3.Connection:
        """The connection; refused when its file is no longer the one at the path: what is written would be lost."""
        if self._file is not None and file_at(self._path) != self._file:
            raise moved_error(self._path)
        if self._connection is None:
            self._connection = self._connect()
            self._file = file_at(self._path)
        return self._connection
