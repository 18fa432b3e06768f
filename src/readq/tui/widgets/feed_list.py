"""The list of feeds, each with its health, such as its last error. During a sync, a feed shows its progress instead."""

from collections.abc import Mapping, Sequence

from readq.services.feeds.health import FeedHealth
from readq.text import counted
from readq.tui.state.background import sync_progress
from readq.tui.state.background.sync_progress import FeedState
from readq.tui.text import icons
from readq.tui.text.list_columns import fit
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.cursor_list import CursorList

_NAME_WIDTH = 22
_MIN_WIDTH_FOR_DATES = 110
"""The smallest line width, in cells, in which the day of the newest paper has a column."""

_MIN_WIDTH_FOR_NUMBERS = 76
"""The smallest line width, in cells, in which numbers of papers have columns.

A narrower line has only room for the name and the health of the feed.
"""


class FeedList(CursorList):
    """A list of feeds, in the order in which they were added."""

    def __init__(self) -> None:
        super().__init__(("No feed is pulled yet.",))
        self.feeds: Sequence[FeedHealth] = ()
        self.progress: Mapping[str, FeedState] = {}

    @property
    def line_count(self) -> int:
        """Number of feeds."""
        return len(self.feeds)

    @property
    def current(self) -> FeedHealth | None:
        """The feed under the cursor. It is None if the list is empty."""
        return self.feeds[self.cursor_line] if self.feeds else None

    def show(self, feeds: Sequence[FeedHealth], progress: Mapping[str, FeedState]) -> None:
        """Replace the listed feeds, and show the progress of the running sync.

        `progress` maps the name of each feed in the sync to its progress. The cursor stays on its feed. If that feed is
        not in `feeds`, the cursor stays on its line.
        """
        current = self.current
        self.feeds, self.progress = feeds, progress
        same = (index for index, feed in enumerate(feeds) if current and feed.name == current.name)
        self.move(next(same, self.cursor_line))

    def format_line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """Return the text of the line `index` in `width` cells, and its style.

        The style is `error` if the feed failed and is not being fetched. Otherwise it is `text`.
        """
        feed = self.feeds[index]
        progress = self.progress.get(feed.name)
        pulling = progress if progress and not progress.ended else None
        style = "error" if feed.status == "failed" and not pulling else "text"
        return format_feed(feed, pulling, width, at_cursor=at_cursor), style


def format_feed(feed: FeedHealth, pulling: FeedState | None, width: int, *, at_cursor: bool = False) -> str:
    """Format a feed in `width` cells: its name, its health or progress, the day of its newest paper, and two numbers.

    The first number is the number of papers that are new today. The second is the number of all papers of the feed. The
    day is left out if `width` is less than 110, and the numbers if it is less than 76. `pulling` is the progress of
    fetching the feed, or None if it is not being fetched.
    """
    mark = {"failed": icons.FAILED, "stale": icons.STALE}.get(feed.status, " ")
    head = f"{icons.CURSOR if at_cursor else ' '}{mark} {fit(display_text(feed.name), _NAME_WIDTH)}  "
    new = f"{feed.new_today:,} new" if feed.new_today else ""
    tail = f"  {new:>9}  {counted(feed.papers, 'paper'):>12} " if width >= _MIN_WIDTH_FOR_NUMBERS else " "
    if width >= _MIN_WIDTH_FOR_DATES:
        tail = f"  {f'newest {feed.newest}' if feed.newest else '':<17}{tail}"
    words = sync_progress.feed_text(pulling) if pulling else feed.words
    return fit(head + fit(display_text(words), max(0, width - len(head) - len(tail))) + tail, width)
