"""Actions on the screen of feeds: add a feed, remove a feed, and fetch new papers from a feed."""

from collections.abc import Mapping

from readq.services.feeds import subscriptions
from readq.services.feeds.subscriptions import AddedFeed
from readq.services.history.steps import Outcome
from readq.tui.actions import completion, cursor
from readq.tui.actions.sync import require_network, run_sync, start_sync
from readq.tui.actions.triage import redo, undo
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.feeds_screen import FeedsScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.text.paper_names import quoted
from readq.tui.widgets.prompt_line import Prompt

_KEYS = (("Enter", "add and pull it"), ("Esc", "cancel"))


def add(screen: KeyedScreen, spec: str) -> None:
    """Add a feed, and fetch its papers in the background. `spec` identifies the feed, such as `arxiv:cs.LG`.

    Raises UsageError if `spec` is invalid. Raises ReadqError in the demo, which downloads nothing.
    """
    from readq.services.network import Servers

    require_network(screen)
    now = screen.session.clock()
    servers = Servers(screen.session.library.path, screen.session.config, screen.session.clock)
    servers.source(spec)

    def done(added: AddedFeed) -> None:
        screen.session.library.feeds_changed()
        if isinstance(screen, FeedsScreen):
            screen.added_feed = added.name
        if not added.is_new:
            screen.show_message(f"{added.name} is pulled already")
        elif screen.context.sync.state.running:
            screen.session.observer.show_message(f"added {added.name}; it is pulled with the next sync")
        else:
            # No message: the state line shows the sync of the new feed.
            screen.show_message("")
            run_sync(screen, [added.name])

    screen.session.write(lambda conn: subscriptions.add(conn, spec, servers.source, now), done)


def ask_for_category(screen: KeyedScreen) -> None:
    """Ask in a prompt for a category of arXiv, such as cs.LG.

    Then add the feed of this category, and fetch its papers.
    """

    def accept(text: str) -> bool:
        if text.strip():
            add(screen, f"arxiv:{text.strip()}")
        return True

    from readq.feeds.arxiv.taxonomy import CATEGORIES

    suggest = completion.words(sorted(CATEGORIES))
    screen.open_prompt(
        Prompt("category of arXiv:", accept, hint="cs.LG, math.PR, cs.CL+cs.AI", keys=_KEYS, suggest=suggest)
    )


def _add(screen: FeedsScreen) -> None:
    from readq.feeds.arxiv.taxonomy import CATEGORIES
    from readq.feeds.spec import KINDS

    def accept(text: str) -> bool:
        if text.strip():
            add(screen, text.strip())
        return True

    examples = ", ".join(kind.forms[0] for kind in KINDS)
    known = ["hf:daily", "hf:trending", "hf:search?q=", *(f"arxiv:{name}" for name in sorted(CATEGORIES))]
    screen.open_prompt(Prompt("feed:", accept, hint=examples, keys=_KEYS, suggest=completion.words(known)))


def _remove(screen: FeedsScreen) -> None:
    feed, now = screen.rows.current, screen.session.clock()
    if feed is None:
        return

    def done(outcome: Outcome) -> None:
        screen.session.library.feeds_changed()
        key = screen.keymap.label(screen.scope, "undo")
        removed = f"removed {quoted(feed.name)}; its papers stay, {key} undoes that"
        screen.session.observer.show_message(removed if outcome.changed else f"{quoted(feed.name)} was removed already")

    screen.session.write(lambda conn: subscriptions.remove(conn, [feed.name], now), done)


def _pull(screen: FeedsScreen) -> None:
    if screen.rows.current is not None:
        start_sync(screen, [screen.rows.current.name])


HANDLERS: Mapping[str, Handler] = {
    **cursor.IN_ROWS,
    "add_feed": _add,
    "remove_feed": _remove,
    "sync_feed": _pull,
    "undo": undo,
    "redo": redo,
}
