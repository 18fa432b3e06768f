"""Keep the journal of steps within the age and size of the settings."""

import contextlib
import sqlite3
from datetime import datetime, timedelta

from readq.config import Config
from readq.days import instant
from readq.store.connection.lock_wait import stop_waiting
from readq.store.connection.transactions import writing
from readq.store.journal import retention

_CHECK_INTERVAL = 64
"""Steps between two checks by commands."""


def is_due(connection: sqlite3.Connection, config: Config, now: datetime) -> bool:
    """Return whether there are steps to delete by the settings for age and total size."""
    return retention.has_expired_steps(connection, _last_expired(connection, config, now))


def _last_expired(connection: sqlite3.Connection, config: Config, now: datetime) -> int:
    before = instant(now - timedelta(days=config.journal_days))
    return retention.last_expired(connection, before, config.journal_megabytes * 1_000_000)


def prune(connection: sqlite3.Connection, config: Config, now: datetime) -> int:
    """Delete expired steps and return their number. Takes the write lock only if there are any."""
    if not is_due(connection, config, now):
        return 0
    with writing(connection):
        return retention.delete_expired(connection, _last_expired(connection, config, now))


def prune_periodically(connection: sqlite3.Connection, config: Config, first: int, last: int, now: datetime) -> None:
    """Prune once in _CHECK_INTERVAL steps, after the steps with numbers above `first` up to `last` were made.

    Errors are ignored and a locked library is not waited for, because the command itself has succeeded.
    """
    if first // _CHECK_INTERVAL == last // _CHECK_INTERVAL:
        return
    stop_waiting(connection)
    with contextlib.suppress(sqlite3.Error):
        prune(connection, config, now)
