"""Keeping the journal of steps within its age and size, now and then: never at the cost of a key or a command."""

import contextlib
import sqlite3
from datetime import datetime, timedelta

from readq.config import Config
from readq.days import instant
from readq.store.connection.lock_wait import stop_waiting
from readq.store.connection.transactions import writing
from readq.store.journal import retention

_EVERY = 64
"""Steps between looks, on the command line."""


def is_due(connection: sqlite3.Connection, config: Config, now: datetime) -> bool:
    """Whether there are steps that are older or together bigger than the settings say."""
    return retention.has_expired_steps(connection, _last(connection, config, now))


def _last(connection: sqlite3.Connection, config: Config, now: datetime) -> int:
    before = instant(now - timedelta(days=config.journal_days))
    return retention.last_expired(connection, before, config.journal_megabytes * 1_000_000)


def prune(connection: sqlite3.Connection, config: Config, now: datetime) -> int:
    """Forget steps that are older or together bigger than the settings say; how many. Locks only if there are any."""
    if not is_due(connection, config, now):
        return 0
    with writing(connection):
        return retention.delete_expired(connection, _last(connection, config, now))


def prune_periodically(connection: sqlite3.Connection, config: Config, first: int, last: int, now: datetime) -> None:
    """The same once in some steps: when the steps after number `first` up to `last` have just been taken.

    They are in the library whatever comes of this, so a library that is locked or a full disk is left alone.
    """
    if first // _EVERY == last // _EVERY:
        return
    stop_waiting(connection)
    with contextlib.suppress(sqlite3.Error):
        prune(connection, config, now)
