"""Keys of the list of feeds: add one, remove one, pull one."""

from collections.abc import Mapping

from readq.services.feeds import subscriptions as feeds
from readq.services.feeds.subscriptions import Added
from readq.services.history.steps import Outcome
from readq.tui.actions import row_cursor as row_moving
from readq.tui.actions import triage as deciding
from readq.tui.actions.sync import require_network, start_sync, sync
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.feeds_screen import FeedsScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.text.paper_names import quoted_title
from readq.tui.widgets.prompt_line import Prompt

_KEYS = (("Enter", "add and pull it"), ("Esc", "cancel"))


def add(screen: KeyedScreen, spec: str) -> None:
    """Have a feed pulled from now on, and pull it.

    Raises UsageError for a SPEC that cannot be understood, ReadqError in the demo.
    """
    from readq.services.network import Servers

    require_network(screen)
    now = screen.session.clock()
    servers = Servers(screen.session.library.path, screen.session.config, screen.session.clock)
    servers.source(spec)

    def done(added: Added) -> None:
        if isinstance(screen, FeedsScreen):
            screen.awaited = added.name
        if not added.is_new:
            screen.say(f"{added.name} is pulled already")
        elif screen.context.sync.state.running:
            screen.session.observer.show_message(f"added {added.name}; it is pulled with the next sync")
        else:
            # The state line names the feed that is pulled: that says that it was added, too.
            screen.say("")
            start_sync(screen, [added.name])

    screen.session.write(lambda conn: feeds.add(conn, spec, servers.source, now), done)


def ask_for_category(screen: KeyedScreen) -> None:
    """Ask for a category of arXiv and pull it."""

    def accept(text: str) -> bool:
        if text.strip():
            add(screen, f"arxiv:{text.strip()}")
        return True

    screen.ask(Prompt("category of arXiv:", accept, hint="cs.LG, math.PR, cs.CL+cs.AI", keys=_KEYS))


def _add(screen: FeedsScreen) -> None:
    from readq.feeds.spec import KINDS

    def accept(text: str) -> bool:
        if text.strip():
            add(screen, text.strip())
        return True

    examples = ", ".join(kind.forms[0] for kind in KINDS)
    screen.ask(Prompt("feed:", accept, hint=examples, keys=_KEYS))


def _remove(screen: FeedsScreen) -> None:
    feed, now = screen.rows.current, screen.session.clock()
    if feed is None:
        return

    def done(outcome: Outcome) -> None:
        screen.session.library.feeds_changed()
        key = screen.keymap.label(screen.place, "undo")
        gone = f"removed {quoted_title(feed.name)}; its papers stay, {key} takes that back"
        screen.session.observer.show_message(
            gone if outcome.changed else f"{quoted_title(feed.name)} was removed already"
        )

    screen.session.write(lambda conn: feeds.remove(conn, [feed.name], now), done)


async def _pull(screen: FeedsScreen) -> None:
    if screen.rows.current is not None:
        await sync(screen, [screen.rows.current.name])


HANDLERS: Mapping[str, Handler] = {
    **row_moving.HANDLERS,
    "add_feed": _add,
    "remove_feed": _remove,
    "sync_feed": _pull,
    "undo": deciding.HANDLERS["undo"],
    "redo": deciding.HANDLERS["redo"],
}
