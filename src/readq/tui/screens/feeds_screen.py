"""The feeds and their health: which are pulled, how each was when it was last asked, and when it is asked again."""

from collections.abc import Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from readq.services.feeds import health as feed_health
from readq.services.feeds.health import FeedHealth
from readq.text import counted
from readq.tui.keys.action_table import FEEDS
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.feed_list import FeedList
from readq.tui.widgets.text_pane import TextPane


async def open_feeds(screen: KeyedScreen) -> None:
    """Show the feeds."""
    await screen.app.push_screen(FeedsScreen(screen.context))


class FeedsScreen(KeyedScreen):
    """Feeds with a cursor on one of them; all that is known of that one stands below."""

    PLACE = FEEDS

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.heading = TextLine("list-heading")
        self.rows = FeedList()
        self.detail = TextPane()
        self.awaited = ""
        """The name of a feed to which the cursor goes as soon as it is listed."""

    def compose(self) -> ComposeResult:
        """The feeds, and the one under the cursor in full."""
        yield self.heading
        yield self.rows
        with Container(id="aside"):
            yield self.detail
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show what is pulled."""
        from readq.feeds.spec import example_lines

        add = self.keymap.label(FEEDS, "add_feed")
        self.rows.empty_text = (
            f"No feed is pulled yet. {add} adds one:",
            "",
            *example_lines(),
        )
        self.library_changed()

    def library_changed(self) -> None:
        """Read the feeds anew; while the library is locked they stay as they are."""
        now = self.session.clock()
        feeds = self.session.library.read(lambda conn: feed_health.health(conn, now), None)
        if feeds is None:
            return
        self._show(feeds)
        found = next((index for index, feed in enumerate(feeds) if feed.name == self.awaited), None)
        if found is not None:
            self.awaited = ""
            self.move(found)

    def sync_changed(self) -> None:
        """A sync goes on, or has ended."""
        self._show(self.rows.feeds)

    def _show(self, feeds: Sequence[FeedHealth]) -> None:
        state = self.context.sync.state
        self.rows.show(feeds, state.feeds if state.running else {})
        failing = sum(feed.status == "failed" for feed in feeds)
        bad = f", {failing} failing" if failing else ""
        self.heading.put(Content(f" {counted(len(feeds), 'feed')}{bad}"))
        self._show_detail()
        self.draw_state()

    def _show_detail(self) -> None:
        feed = self.rows.current
        self.detail.show(details(feed, self.session.clock()) if feed else [])

    def move(self, index: int) -> None:
        """Put the cursor on another feed."""
        self.rows.move(index)
        self._show_detail()
        self.draw_state()

    def on_line_list_clicked(self, message: FeedList.Clicked) -> None:
        """A click moves the cursor."""
        self.move(message.index)

    def state_text(self) -> str:
        """What the sync does, or what its key would do."""
        if self.context.sync.state.running:
            return self.context.sync.status_text()
        return f"{self.keymap.label(FEEDS, 'sync')} pulls what is due" if self.rows.feeds else ""

    def subject(self) -> int | None:
        """A feed is no paper."""
        return None


def details(feed: FeedHealth, now: datetime) -> list[Block]:
    """All that is known of a feed; `now` is in the zone in which times are shown."""
    answered = feed_health.moment(feed.last_success, now) if feed.last_success else ""
    facts = (
        f"last success {answered}" if answered else "no success yet",
        f"newest item {feed.newest}" if feed.newest else "",
        f"{counted(feed.papers, 'paper')}, {feed.new_today:,} new today",
    )
    return [
        Block(paper_blocks.TITLE, display_text(feed.name)),
        Block(paper_blocks.META, display_text(feed.spec)),
        Block(paper_blocks.BODY, display_text(feed.words)),
        Block(paper_blocks.META, " · ".join(fact for fact in facts if fact)),
    ]
