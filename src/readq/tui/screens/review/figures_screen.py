"""The screen with the statistics of reviews and of papers. The statistics are read in the background."""

from readq.services.review.statistics import Statistics, statistics
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.screens.text_screen import TextScreen
from readq.tui.text import paper_blocks
from readq.tui.text.figure_blocks import figure_blocks
from readq.tui.text.paper_blocks import Block

_MARGINS = 8
"""The number of cells in a line of the screen that are margins, and have no text."""


class FiguresScreen(TextScreen):
    """Shows the statistics of reviews and of papers.

    For example, it shows how many cards wait, how many were recalled, and how long the answers took. It also shows how
    many papers came into the inbox and the queue in each week, and how many left them.
    """

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, "Statistics", [Block(paper_blocks.HINT, "reading …")])
        self._figures: Statistics | None = None

    def on_mount(self) -> None:
        """Read the statistics in the reader thread, then show them."""
        self._read()

    def _read(self) -> None:
        now, config = self.session.clock(), self.session.config

        def done(figures: Statistics) -> None:
            self._figures = figures
            self._draw()

        self.session.read(lambda conn: statistics(conn, now, config), done)

    def _draw(self) -> None:
        if self._figures is not None and self.is_attached:
            self.detail.show(list(figure_blocks(self._figures, self.size.width - _MARGINS)), from_top=False)

    def on_resize(self) -> None:
        """Draw the charts again for the new width. Textual also calls the method of the base class."""
        self._draw()

    def library_changed(self) -> None:
        """Read the statistics again, and show them."""
        self._read()
