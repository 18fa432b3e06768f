"""Connections that wait for another process and say for whom.

SQLite waits without a word; so it is asked to wait for a short while first, and then, after the reader was told, for
the rest of the time.
"""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from readq.store.connection.lock_owner import Holder

SAY_AFTER = 2.0
"""Seconds of waiting after which the reader is told."""

Listener = Callable[[str], None]


def _ignore(_said: str) -> None:
    """Tell nobody."""


_listener: Listener = _ignore


def listen(listener: Listener | None) -> None:
    """Have `listener` called, in whichever thread waits, with a line that says for whom; one in the whole process."""
    global _listener
    _listener = listener or _ignore


class HeldError(sqlite3.OperationalError):
    """The library stayed locked for the busy timeout; `holder` has it, as far as can be known."""

    holder: "Holder | None" = None


class PatientCursor(sqlite3.Cursor):
    """Runs a statement again when the first, short wait was not enough."""

    def execute(self, statement: str, parameters: Any = (), /) -> "PatientCursor":  # noqa: ANN401 - sqlite3's own
        """As the class above; raises HeldError after the busy timeout."""
        try:
            super().execute(statement, parameters)
        except sqlite3.OperationalError as error:
            connection = self.connection
            if not _is_busy(error) or not isinstance(connection, PatientConnection) or not connection.busy_timeout:
                raise
            self._wait(connection, error, statement, parameters)
        return self

    def _wait(self, connection: "PatientConnection", error: sqlite3.Error, statement: str, parameters: object) -> None:
        from readq.store.connection.lock_owner import holder_of

        holder = holder_of(connection.path)
        rest = connection.busy_timeout - SAY_AFTER
        if rest > 0:
            _listener(_announcement(holder))
            super().execute(f"PRAGMA busy_timeout={int(rest * 1000)}")
            try:
                super().execute(statement, parameters)  # type: ignore[arg-type] # handed on as it came
            except sqlite3.OperationalError as second:
                if not _is_busy(second):
                    raise
                error, holder = second, holder_of(connection.path) or holder
            else:
                return
            finally:
                sqlite3.Connection.execute(connection, f"PRAGMA busy_timeout={int(SAY_AFTER * 1000)}")
        held = HeldError(str(error))
        held.sqlite_errorcode, held.holder = error.sqlite_errorcode, holder
        raise held from error


class PatientConnection(sqlite3.Connection):
    """A connection to the library at `path` that waits `busy_timeout` seconds for others; 0: it is refused at once."""

    path = ""
    busy_timeout = 0.0

    def cursor(self, factory: Any = PatientCursor) -> Any:  # noqa: ANN401 - sqlite3's own signature
        """A cursor that waits."""
        return super().cursor(factory)

    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - sqlite3's own
        """Run a statement, with as much patience. The method of the base class would make itself a plain cursor."""
        cursor: PatientCursor = self.cursor()
        return cursor.execute(statement, parameters)

    def commit(self) -> None:
        """Commit, if anything was begun, with as much patience. The base class knows only the first, short wait."""
        if self.in_transaction:
            self.execute("COMMIT")


def connect(database: str, path: str, busy_timeout: float, *, uri: bool = False) -> PatientConnection:
    """A connection to `database`, the file `path` or a URI of it. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        database, uri=uri, timeout=min(busy_timeout, SAY_AFTER), isolation_level=None, factory=PatientConnection
    )
    connection.path, connection.busy_timeout = path, busy_timeout
    return connection


def wait_no_more(connection: sqlite3.Connection) -> None:
    """Have a connection be refused at once and in silence from now on when another process holds the library."""
    if isinstance(connection, PatientConnection):
        connection.busy_timeout = 0.0
    connection.execute("PRAGMA busy_timeout=0")


def _is_busy(error: sqlite3.Error) -> bool:
    # A snapshot that is out of date stays so however long one waits.
    code = error.sqlite_errorcode
    return code & 0xFF == sqlite3.SQLITE_BUSY and code != sqlite3.SQLITE_BUSY_SNAPSHOT


def _announcement(holder: "Holder | None") -> str:
    remedy = f"; {holder.remedy}" if holder and holder.remedy else ""
    return f"waiting for {holder or 'another process'} to finish writing{remedy}"
