"""Read the library in the reader thread while a key waits for the result. The screen is still drawn meanwhile."""

import asyncio
import sqlite3
from collections.abc import Callable
from sqlite3 import Connection
from typing import TypeVar

from readq.errors import LibraryLockedError, ReadqError
from readq.store.connection import sqlite_errors
from readq.tui.state.background.daemon_thread import set_from_thread
from readq.tui.state.writer_thread import Command, Writer

Result = TypeVar("Result")

_PATIENCE = 1.0
"""Seconds that a key, and the keys after it, wait for the result."""


async def read_and_wait(reader: Writer, job: Callable[[Connection], Result]) -> Result:
    """Run `job`, which only reads, in the reader thread, and return its result.

    The handler of a key can await this function. (The callbacks of a `Command` are called only after the handler has
    returned.) While the library is locked, the reader thread repeats the job. Raises ReadqError if there is no result
    after a second. Raises the error of the job if it fails.
    """
    reading: asyncio.Future[tuple[Result] | ReadqError] = asyncio.get_running_loop().create_future()

    def run(connection: Connection) -> None:
        try:
            set_from_thread(reading, (job(connection),))
        except (ReadqError, sqlite3.Error) as error:
            failure = error if isinstance(error, ReadqError) else sqlite_errors.library_error(error, reader.path)
            if not isinstance(failure, LibraryLockedError):
                set_from_thread(reading, failure)
            raise

    reader.submit(Command(run, lambda _: None, lambda _: None))
    try:
        outcome = await asyncio.wait_for(reading, _PATIENCE)
    except TimeoutError:
        raise ReadqError("the library is busy or locked for a moment", "try again") from None
    if isinstance(outcome, ReadqError):
        raise outcome
    return outcome[0]
