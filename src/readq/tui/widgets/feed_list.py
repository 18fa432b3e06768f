"""The lines of the list of feeds: each with its health, and with its progress while it is pulled."""

from collections.abc import Mapping, Sequence

from readq.services.feeds.health import FeedHealth
from readq.tui.state import sync_progress as sync_state
from readq.tui.state.sync_progress import FeedState
from readq.tui.text import symbols
from readq.tui.text.columns import fit
from readq.tui.text.sanitize import display_text
from readq.tui.text.wording import counted
from readq.tui.widgets.row_list import RowList

_NAME = 22
_DATES_FROM = 110
"""The width in cells from which there is room for the day of the newest item."""


class FeedList(RowList):
    """Shows feeds in the order in which they were added."""

    def __init__(self) -> None:
        super().__init__(("No feed is pulled yet.",))
        self.feeds: Sequence[FeedHealth] = ()
        self.pulled: Mapping[str, FeedState] = {}

    @property
    def count(self) -> int:
        """How many feeds there are."""
        return len(self.feeds)

    @property
    def current(self) -> FeedHealth | None:
        """The feed under the cursor."""
        return self.feeds[self.cursor] if self.feeds else None

    def show(self, feeds: Sequence[FeedHealth], pulled: Mapping[str, FeedState]) -> None:
        """Show these feeds, `pulled` being what goes on with some of them; the cursor stays on its feed."""
        current = self.current
        self.feeds, self.pulled = feeds, pulled
        same = (index for index, feed in enumerate(feeds) if current and feed.name == current.name)
        self.move(next(same, self.cursor))

    def line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """A feed; one that failed stands out."""
        feed = self.feeds[index]
        going = self.pulled.get(feed.name)
        pulling = going if going and not going.ended else None
        look = "alarming" if feed.status == "failed" and not pulling else "row"
        return line(feed, pulling, width, at_cursor=at_cursor), look


def line(feed: FeedHealth, pulling: FeedState | None, width: int, *, at_cursor: bool = False) -> str:
    """A feed in `width` cells: its name, how it is, its newest item, what is new today, and how many papers it had."""
    mark = {"failed": symbols.FAILED, "stale": symbols.STALE}.get(feed.status, " ")
    head = f"{symbols.CURSOR if at_cursor else ' '}{mark} {fit(display_text(feed.name), _NAME)}  "
    new = f"{feed.new_today:,} new" if feed.new_today else ""
    tail = f"  {new:>9}  {counted(feed.papers, 'paper'):>12} "
    if width >= _DATES_FROM:
        tail = f"  {f'newest {feed.newest}' if feed.newest else '':<17}{tail}"
    words = sync_state.of_feed(pulling) if pulling else feed.words
    return fit(head + fit(display_text(words), max(0, width - len(head) - len(tail))) + tail, width)
