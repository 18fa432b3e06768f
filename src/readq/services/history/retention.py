"""Delete old steps from the journal, the undo history, to keep it within the age and the size in the settings."""

import contextlib
import sqlite3
from datetime import datetime, timedelta

from readq.config import Config
from readq.days import instant
from readq.store.connection.lock_wait import stop_waiting
from readq.store.connection.transactions import writing
from readq.store.journal import retention

_CHECK_INTERVAL = 64
"""The number of steps after which a command checks again whether there are steps to delete."""


def is_due(connection: sqlite3.Connection, config: Config, now: datetime) -> bool:
    """Return whether any step is older than `config` allows, or the journal is larger than `config` allows.

    The journal is the undo history of the library.
    """
    return retention.has_expired_steps(connection, _last_expired(connection, config, now))


def _last_expired(connection: sqlite3.Connection, config: Config, now: datetime) -> int:
    before = instant(now - timedelta(days=config.journal_days))
    return retention.last_expired(connection, before, config.journal_megabytes * 1_000_000)


def prune(connection: sqlite3.Connection, config: Config, now: datetime) -> int:
    """Delete the oldest steps of the undo history until it is within the age and the size that `config` allows.

    Return the number of deleted steps. The write lock is taken only if there are steps to delete.
    """
    if not is_due(connection, config, now):
        return 0
    with writing(connection):
        return retention.delete_expired(connection, _last_expired(connection, config, now))


def prune_periodically(connection: sqlite3.Connection, config: Config, first: int, last: int, now: datetime) -> None:
    """Call `prune` after a command, if the command made a step whose number is a multiple of 64.

    `first` is the number of the last step before the command, `last` the number of the last step after the command. The
    command has succeeded, and must not fail because of the journal. So database errors are ignored, and the function
    does not wait for a locked library.
    """
    if first // _CHECK_INTERVAL == last // _CHECK_INTERVAL:
        return
    stop_waiting(connection)
    with contextlib.suppress(sqlite3.Error):
        prune(connection, config, now)
