"""Add and remove feeds, and import and export lists of feeds.

Each change is one step of the undo history. The papers of a removed feed stay in the library. A parameter `spec` is the
text by which the user names a feed, such as `arxiv:cs.LG` or a URL.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError, UsageError
from readq.feeds.opml import Outline
from readq.feeds.secrets import MASK, NOT_WHOLE, is_masked, masked
from readq.feeds.source import Source
from readq.feeds.spec import public_address
from readq.model.values import Rejected
from readq.services.history.steps import Outcome
from readq.store.connection.transactions import writing
from readq.store.feeds import feeds_and_views, pulls
from readq.store.feeds.pulls import pulled_feeds
from readq.store.journal import steps
from readq.text import one_line, quoted

SourceOf = Callable[[str], Source]
"""A function that takes the SPEC of a feed, a text such as `arxiv:cs.LG`, and returns the Source for the feed.

It raises UsageError if the text names no feed.
"""

_MAX_NAME = 100


class AddedFeed(NamedTuple):
    """The result of adding a feed. `is_new` is False if the library had the feed already.

    `step` is the number of the step in the undo history, or None if nothing was changed.
    """

    name: str
    spec: str
    is_new: bool = True
    step: int | None = None


class ImportedFeeds(NamedTuple):
    """The result of importing a list of feeds."""

    added: tuple[AddedFeed, ...]
    """The feeds that were added."""
    unchanged: int
    """The number of feeds that the library had already."""
    rejected: tuple[Rejected, ...]
    """The URLs in the list that are not feeds, with the reasons."""
    step: int | None = None
    """The number of the step in the undo history, or None if no feed was added."""


def add(
    connection: sqlite3.Connection, spec: str, source_of: SourceOf, now: datetime, name: str | None = None
) -> AddedFeed:
    """Add the feed that `spec` names, as one step of the undo history. Return the result.

    If the library has the feed already, the feed is unchanged and keeps its name. If `name` is None, a new feed gets
    the name of its source. Raises UsageError if `spec` is invalid, or if `name` is invalid or belongs to another feed.
    """
    if is_masked(spec):
        raise UsageError(f"{one_line(spec)} lacks its secret", f"put it in place of {MASK}")
    source = source_of(spec)
    chosen = checked_name(name) if name is not None else source.name
    with writing(connection):
        existing = pulls.find_by_spec(connection, source.spec)
        if existing is not None:
            return AddedFeed(existing.name, source.spec, is_new=False)
        namesake = pulls.find_by_name(connection, chosen)
        if namesake is not None and namesake.spec is not None:
            raise UsageError(
                f"a feed is called {chosen} already: {masked(namesake.spec)}", "choose another with --name"
            )
        step = _write(connection, [(chosen, source.spec)], f"added feed {chosen}", now)
    return AddedFeed(chosen, source.spec, step=step)


def checked_name(name: str) -> str:
    """Return `name` if it is a valid name for a feed. Otherwise raise UsageError."""
    if not name.strip() or one_line(name) != name or len(name) > _MAX_NAME or name.startswith("-"):
        raise UsageError(f"{quoted(name)} is not a valid name for a feed", "one short line, without spaces at its ends")
    return name


def remove(connection: sqlite3.Connection, names: Sequence[str], now: datetime) -> Outcome:
    """Remove the feeds `names`, as one step of the undo history. Return the result.

    The papers of the feeds, and the days on which the feeds listed them, are kept. The field `missing` of the result
    has the names of feeds that the library does not have.
    """
    with writing(connection):
        rows = {name: pulls.find_by_name(connection, name) for name in dict.fromkeys(names)}
        pulled = [name for name, row in rows.items() if row is not None and row.spec is not None]
        what = f"removed feed {pulled[0]}" if len(pulled) == 1 else f"removed {len(pulled)} feeds"
        step = _write(connection, [(name, None) for name in pulled], what, now) if pulled else None
    missing = tuple(name for name in rows if name not in pulled)
    return Outcome(len(pulled), 0, missing, step)


def import_list(
    connection: sqlite3.Connection, outlines: Sequence[Outline], source_of: SourceOf, now: datetime
) -> ImportedFeeds:
    """Add the feeds in `outlines`, as one step of the undo history. Return the result.

    Each new feed is named after its title in `outlines`. Feeds that the library has already are unchanged. A feed with
    a masked secret in its URL is rejected, unless the library has the feed.
    """
    rejected: list[Rejected] = []
    added: list[AddedFeed] = []
    unchanged = 0
    with writing(connection):
        specs = {spec for feed in pulled_feeds(connection) for spec in (feed.spec, feed.pull.moved_to)}
        names = {feed.name for feed in pulled_feeds(connection)}
        addresses = {masked(outline.address) for outline in export_list(connection, with_secrets=True)[0]}
        for outline in outlines:
            if is_masked(outline.address):
                if outline.address in addresses:
                    unchanged += 1
                else:
                    rejected.append(Rejected(one_line(outline.address), NOT_WHOLE))
                continue
            try:
                source = source_of(outline.address)
            except ReadqError as error:
                rejected.append(Rejected(one_line(masked(outline.address)), str(error)))
                continue
            if source.spec in specs:
                unchanged += 1
                continue
            name = _free_name((outline.title or "")[:_MAX_NAME].strip().lstrip("- ") or source.name, names)
            specs.add(source.spec)
            names.add(name)
            added.append(AddedFeed(name, source.spec))
        what = f"added {len(added)} feeds" if len(added) != 1 else f"added feed {added[0].name}"
        step = _write(connection, [(one.name, one.spec) for one in added], what, now) if added else None
    return ImportedFeeds(tuple(one._replace(step=step) for one in added), unchanged, tuple(rejected), step)


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def export_list(connection: sqlite3.Connection, *, with_secrets: bool = False) -> tuple[list[Outline], list[Rejected]]:
    """Return two lists: the feeds with URLs that other programs understand, and the feeds without such a URL.

    The second list has the feeds of a kind that this version of readq does not know. If `with_secrets` is true, the
    URLs are complete, and `import_list` can add the feeds of the first list again. If `with_secrets` is false, secrets
    in the URLs are masked.
    """
    shown = str if with_secrets else masked
    outlines: list[Outline] = []
    unknown: list[Rejected] = []
    for feed in pulled_feeds(connection):
        try:
            outlines.append(Outline(shown(public_address(feed.spec)), feed.name))
        except UsageError as error:
            unknown.append(Rejected(one_line(feed.name), str(error)))
    return outlines, unknown


def _write(
    connection: sqlite3.Connection, changes: Sequence[tuple[str, str | None]], what: str, now: datetime
) -> int | None:
    at = instant(now)
    step = steps.begin(connection, at, what)
    for name, spec in changes:
        if spec is None:
            feeds_and_views.remove_feed(connection, step, name)
            continue
        feeds_and_views.set_feed(connection, step, name, spec, at)
    return steps.finish(connection, step)
