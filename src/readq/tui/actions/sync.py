"""Actions that sync in the background: fetch the feeds, and store their new papers."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from readq.days import parse_instant
from readq.errors import ReadqError
from readq.store.connection.damage_mark import damage_of
from readq.store.feeds.pulls import pulled_feeds
from readq.tui.keys.action import FEEDS
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.background import sync_progress

_MIN_AGE = timedelta(minutes=30)
"""When the UI opens, it starts a sync if the last fetch of any feed was tried longer ago than this."""


def require_network(screen: KeyedScreen) -> None:
    """Raise ReadqError if the UI runs the demo, which downloads nothing."""
    if screen.context.demo:
        raise ReadqError("the demo fetches nothing", "readq without demo does")


def start_sync(screen: KeyedScreen, names: Sequence[str] = ()) -> None:
    """Sync the feeds with these names in the background. Without names, sync all feeds that are due.

    Raises ReadqError in the demo, or if a sync is running already.
    """
    require_network(screen)
    if screen.context.sync.state.running:
        key = screen.keymap.label(screen.scope, "sync")
        raise ReadqError("a sync runs already", f"{key} stops it" if key else "the state line shows its progress")
    run_sync(screen, names)


def run_sync(screen: KeyedScreen, names: Sequence[str] = ()) -> None:
    """Sync the feeds with these names in the background, and show the result when the sync has ended.

    Without names, sync all feeds that are due. This function does not check whether the UI runs the demo, or whether a
    sync is running already.
    """

    # Begun before the worker runs, so that a key that is queued behind this one finds a running sync.
    ended = screen.context.sync.run(names)

    async def run() -> None:
        state = await ended
        screen.session.refresh_if_changed()
        label = screen.keymap.label
        text = sync_progress.result_text(state, label(screen.scope, "feeds"), label(FEEDS, "sync_feed"))
        screen.session.observer.show_message(text)

    screen.app.run_worker(run(), exit_on_error=False, group="sync")


def sync_if_due(screen: KeyedScreen) -> None:
    """Start a sync of all feeds that are due, if the config asks for a sync at the start of the UI.

    The sync does not start if every feed was tried in the last 30 minutes, or if the library is marked as damaged.
    """
    session = screen.session
    now = session.clock()
    wanted = session.config.sync_at_start and damage_of(session.library.path) is None
    if wanted and session.library.read(lambda conn: _is_due(conn, now), False):
        run_sync(screen)


def _is_due(connection: sqlite3.Connection, now: datetime) -> bool:
    pulled = [feed.pull.tried for feed in pulled_feeds(connection)]
    return any(at is None or now - parse_instant(at) > _MIN_AGE for at in pulled)


async def _sync_or_stop(screen: KeyedScreen) -> None:
    """Pull the feeds that are due. If a sync is running, stop it instead. The papers that it found are kept."""
    require_network(screen)
    if screen.context.sync.state.running:
        screen.show_message("stopping the sync …")
        await screen.context.sync.stop(0.0)
        return
    if screen.session.library.feed_count == 0:
        feeds, add = screen.keymap.label(screen.scope, "feeds"), screen.keymap.label(FEEDS, "add_feed")
        raise ReadqError("no feed is pulled yet", f"{feeds}, then {add}, adds one" if feeds else f"{add} adds one")
    start_sync(screen)


HANDLERS: Mapping[str, Handler] = {"sync": _sync_or_stop}
