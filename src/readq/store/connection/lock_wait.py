"""Connections that wait for a lock of another process and report which process holds it.

SQLite waits silently for its whole busy timeout. So the timeout is split: a short wait of NOTICE_AFTER seconds, then a
message to the listener, then the rest.
"""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from readq.store.connection.lock_owner import LockOwner

NOTICE_AFTER = 2.0
"""Seconds of waiting before the listener is called."""

Listener = Callable[[str], None]


def _ignore(_message: str) -> None:
    """Do nothing with a message."""


_listener: Listener = _ignore


def set_listener(listener: Listener | None) -> None:
    """Set the one listener of this process; None removes it.

    It is called with one line that names the process waited for, in the thread that waits.
    """
    global _listener
    _listener = listener or _ignore


class LockHeldError(sqlite3.OperationalError):
    """The library stayed locked for the whole busy timeout. `owner` is the process that holds the lock, if known."""

    owner: "LockOwner | None" = None


class WaitingCursor(sqlite3.Cursor):
    """A cursor that retries a statement when the first, short wait was not enough."""

    def execute(self, statement: str, parameters: Any = (), /) -> "WaitingCursor":  # noqa: ANN401 - sqlite3's own
        """Run a statement. Raises LockHeldError after the busy timeout."""
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
    """A connection to the library at `path`. Waits up to `busy_timeout` seconds for a lock; 0 fails at once."""

    path = ""
    busy_timeout = 0.0

    def cursor(self, factory: Any = WaitingCursor) -> Any:  # noqa: ANN401 - sqlite3's own signature
        """Return a WaitingCursor."""
        return super().cursor(factory)

    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - sqlite3's own
        """Run a statement on a WaitingCursor; the base class would use a plain cursor."""
        cursor: WaitingCursor = self.cursor()
        return cursor.execute(statement, parameters)

    def commit(self) -> None:
        """Commit the running transaction, if any, with the full busy timeout, not only the short wait."""
        if self.in_transaction:
            self.execute("COMMIT")


def connect(database: str, path: str, busy_timeout: float, *, uri: bool = False) -> WaitingConnection:
    """Connect to `database`, which is the file `path` or a URI of it. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        database, uri=uri, timeout=min(busy_timeout, NOTICE_AFTER), isolation_level=None, factory=WaitingConnection
    )
    connection.path, connection.busy_timeout = path, busy_timeout
    return connection


def stop_waiting(connection: sqlite3.Connection) -> None:
    """Make every later statement of `connection` fail at once, without a message, if the library is locked."""
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
