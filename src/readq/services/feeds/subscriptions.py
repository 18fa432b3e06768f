"""The feeds that are pulled: adding, removing, listing them, and taking them from and to other readers.

Each change is one step that can be undone. Papers stay whatever becomes of the feed that brought them.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError, UsageError
from readq.feeds.opml import Outline
from readq.feeds.source import Source
from readq.feeds.spec import public_address
from readq.model.values import Rejected
from readq.services.history.steps import Outcome
from readq.store.connection.transactions import writing
from readq.store.feeds import feeds_and_views as named
from readq.store.feeds import pulls as feed_rows
from readq.store.feeds.pulls import pulled_feeds
from readq.store.journal import steps as journal
from readq.text import one_line

SourceOf = Callable[[str], Source]
"""The source that a SPEC names; raises UsageError."""

_LONGEST_NAME = 100


class Added(NamedTuple):
    """A feed that is pulled now; `is_new`: it was not before."""

    name: str
    spec: str
    is_new: bool = True
    step: int | None = None


class Imported(NamedTuple):
    """What a list of feeds came to."""

    added: tuple[Added, ...]
    unchanged: int
    rejected: tuple[Rejected, ...]
    step: int | None = None


def add(
    connection: sqlite3.Connection, spec: str, source_of: SourceOf, now: datetime, name: str | None = None
) -> Added:
    """Have the feed SPEC pulled from now on. A feed that is pulled already stays as it is, whatever its name.

    Raises UsageError for a SPEC that cannot be understood, and for a name that is taken or no name.
    """
    source = source_of(spec)
    wanted = checked_name(name) if name is not None else source.name
    with writing(connection):
        there = feed_rows.find_by_spec(connection, source.spec)
        if there is not None:
            return Added(there.name, source.spec, is_new=False)
        taken = feed_rows.find_by_name(connection, wanted)
        if taken is not None and taken.spec is not None:
            raise UsageError(f"a feed is called {wanted} already: {taken.spec}", "choose another with --name")
        step = _put(connection, [(wanted, source.spec)], f"added feed {wanted}", now)
    return Added(wanted, source.spec, step=step)


def checked_name(name: str) -> str:
    """`name` when it may be that of a feed. Raises UsageError."""
    if not name.strip() or one_line(name) != name or len(name) > _LONGEST_NAME or name.startswith("-"):
        raise UsageError(f"{one_line(name)!r} is no name of a feed", "one short line, without spaces at its ends")
    return name


def remove(connection: sqlite3.Connection, names: Sequence[str], now: datetime) -> Outcome:
    """Pull feeds no more; their papers stay, and so do the sightings that name them."""
    with writing(connection):
        rows = {name: feed_rows.find_by_name(connection, name) for name in dict.fromkeys(names)}
        pulled = [name for name, row in rows.items() if row is not None and row.spec is not None]
        what = f"removed feed {pulled[0]}" if len(pulled) == 1 else f"removed {len(pulled)} feeds"
        step = _put(connection, [(name, None) for name in pulled], what, now) if pulled else None
    missing = tuple(name for name in rows if name not in pulled)
    return Outcome(len(pulled), 0, missing, step)


def import_list(
    connection: sqlite3.Connection, outlines: Sequence[Outline], source_of: SourceOf, now: datetime
) -> Imported:
    """Add the feeds of a list under their titles, as one step; those that are pulled already stay as they are."""
    rejected: list[Rejected] = []
    added: list[Added] = []
    unchanged = 0
    with writing(connection):
        specs = {feed.spec for feed in pulled_feeds(connection)}
        names = {feed.name for feed in pulled_feeds(connection)}
        for outline in outlines:
            try:
                source = source_of(outline.address)
            except ReadqError as error:
                rejected.append(Rejected(one_line(outline.address), str(error)))
                continue
            if source.spec in specs:
                unchanged += 1
                continue
            name = _free_name((outline.title or "")[:_LONGEST_NAME].strip().lstrip("-") or source.name, names)
            specs.add(source.spec)
            names.add(name)
            added.append(Added(name, source.spec))
        what = f"added {len(added)} feeds" if len(added) != 1 else f"added feed {added[0].name}"
        step = _put(connection, [(one.name, one.spec) for one in added], what, now) if added else None
    return Imported(tuple(one._replace(step=step) for one in added), unchanged, tuple(rejected), step)


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def export_list(connection: sqlite3.Connection) -> list[Outline]:
    """The feeds that are pulled, under addresses that other readers can open and that mean the same feeds here."""
    return [Outline(public_address(feed.spec), feed.name) for feed in pulled_feeds(connection)]


def _put(
    connection: sqlite3.Connection, changes: Sequence[tuple[str, str | None]], what: str, now: datetime
) -> int | None:
    at = instant(now)
    step = journal.begin(connection, at, what)
    for name, spec in changes:
        if spec is None:
            named.remove_feed(connection, step, name)
            continue
        named.set_feed(connection, step, name, spec, at)
    return journal.finish(connection, step)
