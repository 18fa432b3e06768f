"""Feeds by name and by SPEC. Plain SQL; see `readq.store.feeds.feeds_and_views` for how they are added and removed."""

import sqlite3
from typing import NamedTuple


class FeedRow(NamedTuple):
    """A name under which papers are seen; `spec` None: none is pulled."""

    id: int
    name: str
    spec: str | None


def by_name(connection: sqlite3.Connection, name: str) -> FeedRow | None:
    """The feed called `name`, pulled or not."""
    row = connection.execute("SELECT id, name, spec FROM feed WHERE name = ?", (name,)).fetchone()
    return FeedRow(*row) if row else None


def by_spec(connection: sqlite3.Connection, spec: str) -> FeedRow | None:
    """The feed that pulls `spec`."""
    row = connection.execute("SELECT id, name, spec FROM feed WHERE spec = ?", (spec,)).fetchone()
    return FeedRow(*row) if row else None


def forget_pulls(connection: sqlite3.Connection, name: str) -> None:
    """Have a feed be as one that was never pulled."""
    connection.execute("DELETE FROM pull WHERE feed_id = (SELECT id FROM feed WHERE name = ?)", (name,))
