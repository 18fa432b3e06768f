"""The feeds screen. It shows each feed with its health: last success, last error, and the time of the next try."""

from collections.abc import Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from readq.feeds.secrets import masked
from readq.services.feeds import health
from readq.services.feeds.health import FeedHealth
from readq.text import counted
from readq.tui.keys.action import FEEDS
from readq.tui.screens.cursor_list_screen import CursorListScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.feed_list import FeedList
from readq.tui.widgets.text_pane import TextPane


class FeedsScreen(CursorListScreen):
    """Lists the feeds. Below the list, it shows the details of the feed under the cursor."""

    SCOPE = FEEDS

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.rows: FeedList = FeedList()
        self.detail = TextPane()
        self.added_feed = ""
        """The name of a feed that was just added. The cursor moves to the feed once it is listed."""

    def compose(self) -> ComposeResult:
        """Yield the heading, the list, the pane for the details of a feed, state line, prompt and footer."""
        yield self.heading
        yield self.rows
        with Container(id="aside"):
            yield self.detail
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show the feeds. If there are no feeds, show the key that adds one."""
        from readq.feeds.spec import example_lines

        add = self.keymap.label(FEEDS, "add_feed")
        self.rows.empty_text = (
            f"No feed is pulled yet. {add} adds one:",
            "",
            *example_lines(),
        )
        self.library_changed()

    def library_changed(self) -> None:
        """Read the feeds from the library and show them. While the library is locked, keep the shown feeds."""
        now = self.session.clock()
        feeds = self.session.library.read(lambda conn: health.health(conn, now), None)
        if feeds is None:
            return
        self._show(feeds)
        index = next((line for line, feed in enumerate(feeds) if feed.name == self.added_feed), None)
        if index is not None:
            self.added_feed = ""
            self.move(index)

    def sync_changed(self) -> None:
        """Redraw the screen, after a sync has started, progressed or ended."""
        self._show(self.rows.feeds)

    def _show(self, feeds: Sequence[FeedHealth]) -> None:
        state = self.context.sync.state
        self.rows.show(feeds, state.feeds if state.running else {})
        failing = sum(feed.status == "failed" for feed in feeds)
        suffix = f", {failing} failing" if failing else ""
        self.heading.put(Content(f" {counted(len(feeds), 'feed')}{suffix}"))
        self._show_detail()
        self.draw_state()

    def _show_detail(self) -> None:
        feed = self.rows.current
        self.detail.show(feed_blocks(feed, self.session.clock()) if feed else [])

    def move(self, index: int) -> None:
        """Move the cursor to the line `index`, and show the details of its feed."""
        super().move(index)
        self._show_detail()

    def state_text(self) -> str:
        """Return the progress of the running sync, or else a hint for the sync key.

        If there is nothing to sync, because there are no feeds, return "".
        """
        if self.context.sync.state.running:
            return self.context.sync.status_text()
        return f"{self.keymap.label(FEEDS, 'sync')} pulls what is due" if self.rows.feeds else ""


def feed_blocks(feed: FeedHealth, now: datetime) -> list[Block]:
    """Return the text blocks with the details of a feed. Times are in the time zone of `now`."""
    last_success = health.moment(feed.last_success, now) if feed.last_success else ""
    facts = (
        f"last success {last_success}" if last_success else "no success yet",
        f"newest item {feed.newest}" if feed.newest else "",
        f"{counted(feed.papers, 'paper')}, {feed.new_today:,} new today",
    )
    return [
        Block(paper_blocks.TITLE, display_text(feed.name)),
        Block(paper_blocks.META, display_text(masked(feed.spec))),
        Block(paper_blocks.BODY, display_text(feed.words)),
        Block(paper_blocks.META, " · ".join(fact for fact in facts if fact)),
    ]
