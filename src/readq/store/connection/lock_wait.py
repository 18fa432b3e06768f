"""Wait for locks of other processes, and report during the wait which process holds the lock.

SQLite waits without a message. So a statement here waits in two parts: it waits for NOTICE_AFTER seconds, then a
callback gets a message, and then the statement waits for the rest of the timeout.
"""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from readq.store.connection.lock_owner import LockOwner

NOTICE_AFTER = 2.0
"""The number of seconds that a statement waits for a lock before the callback set by `set_listener` is called."""

Listener = Callable[[str], None]


def _ignore(_message: str) -> None:
    """Ignore a message."""


_listener: Listener = _ignore


def set_listener(listener: Listener | None) -> None:
    """Set the callback to call when a statement has waited NOTICE_AFTER seconds for a lock. None removes the callback.

    The callback is called in the waiting thread, with a line of text that names the process that holds the lock. A
    process has only one such callback: the next call of this function replaces it.
    """
    global _listener
    _listener = listener or _ignore


def notify(message: str) -> None:
    """Pass `message`, a line of text, to the callback that `set_listener` has set.

    Use this function to tell the user about a wait that has another reason than a lock.
    """
    _listener(message)


class LockHeldError(sqlite3.OperationalError):
    """Raised if the library stays locked for the whole busy timeout.

    `owner` is the process that holds the lock, or None if it is unknown.
    """

    owner: "LockOwner | None" = None


class WaitingCursor(sqlite3.Cursor):
    """A cursor that waits for locks in two parts, and calls the callback set by `set_listener` between them.

    A statement that meets a lock waits NOTICE_AFTER seconds. If the library is still locked, the cursor calls the
    callback and runs the statement again. The statement then waits for the rest of the busy timeout.
    """

    def execute(self, statement: str, parameters: Any = (), /) -> "WaitingCursor":  # noqa: ANN401 - sqlite3's own
        """Run a statement and return this cursor.

        Raises LockHeldError if the library stays locked for the whole busy timeout.
        """
        try:
            super().execute(statement, parameters)
        except sqlite3.OperationalError as error:
            connection = self.connection
            if not _is_busy(error) or not isinstance(connection, WaitingConnection) or not connection.busy_timeout:
                raise
            self._wait(connection, error, statement, parameters)
        return self

    def _wait(self, connection: "WaitingConnection", error: sqlite3.Error, statement: str, parameters: object) -> None:
        from readq.store.connection.lock_owner import find_owner

        owner = find_owner(connection.path)
        rest = connection.busy_timeout - NOTICE_AFTER
        if rest > 0:
            _listener(_waiting_message(owner))
            super().execute(f"PRAGMA busy_timeout={int(rest * 1000)}")
            try:
                super().execute(statement, parameters)  # type: ignore[arg-type] # the parameters of execute
            except sqlite3.OperationalError as second:
                if not _is_busy(second):
                    raise
                error, owner = second, find_owner(connection.path) or owner
            else:
                return
            finally:
                sqlite3.Connection.execute(connection, f"PRAGMA busy_timeout={int(NOTICE_AFTER * 1000)}")
        held = LockHeldError(str(error))
        held.sqlite_errorcode, held.owner = error.sqlite_errorcode, owner
        raise held from error


class WaitingConnection(sqlite3.Connection):
    """A connection to the library at `path`. Its statements wait up to `busy_timeout` seconds for a lock.

    With the `busy_timeout` 0, a statement fails at once when the library is locked.
    """

    path = ""
    busy_timeout = 0.0

    def cursor(self, factory: Any = WaitingCursor) -> Any:  # noqa: ANN401 - sqlite3's own signature
        """Return a new cursor of the class `factory`, by default a WaitingCursor."""
        return super().cursor(factory)

    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - sqlite3's own
        """Run a statement on a new WaitingCursor, and return the cursor."""
        # The method of the base class would use a cursor that does not wait in two parts.
        cursor: WaitingCursor = self.cursor()
        return cursor.execute(statement, parameters)

    def commit(self) -> None:
        """Commit the open transaction. Does nothing if no transaction is open. Waits for locks like any statement."""
        if self.in_transaction:
            self.execute("COMMIT")


def connect(database: str, path: str, busy_timeout: float, *, uri: bool = False) -> WaitingConnection:
    """Connect to the library at `path`. Statements on the connection wait up to `busy_timeout` seconds for a lock.

    `database` is the argument for SQLite: the same path, or a URI of the file if `uri` is true. Raises sqlite3.Error if
    SQLite cannot open the file.
    """
    connection = sqlite3.connect(
        database, uri=uri, timeout=min(busy_timeout, NOTICE_AFTER), isolation_level=None, factory=WaitingConnection
    )
    connection.path, connection.busy_timeout = path, busy_timeout
    return connection


def stop_waiting(connection: sqlite3.Connection) -> None:
    """Set the busy timeout of `connection` to 0, so that statements fail at once while the library is locked."""
    if isinstance(connection, WaitingConnection):
        connection.busy_timeout = 0.0
    connection.execute("PRAGMA busy_timeout=0")


def _is_busy(error: sqlite3.Error) -> bool:
    # SQLITE_BUSY_SNAPSHOT means that the snapshot is out of date: waiting cannot help.
    code = error.sqlite_errorcode
    return code & 0xFF == sqlite3.SQLITE_BUSY and code != sqlite3.SQLITE_BUSY_SNAPSHOT


def _waiting_message(owner: "LockOwner | None") -> str:
    remedy = f"; {owner.remedy}" if owner and owner.remedy else ""
    return f"waiting for {owner or 'another process'} to finish writing{remedy}"
