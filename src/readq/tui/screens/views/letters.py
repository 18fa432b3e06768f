"""Show letters on the list screen: on each visible row, and on each view without a key.

If the next key that the user presses is one of these letters, the screen goes to the row or view that has this letter.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from textual.events import Key

from readq.tui.keys.target_labels import TargetLabels, target_labels
from readq.tui.screens.views.shown_views import ShownViews
from readq.tui.widgets.bars import Tab
from readq.tui.widgets.paper_list import PaperList


class LetteredScreen(Protocol):
    """The interface of the parts of the list screen that `RowLetters` uses."""

    paper_list: PaperList
    views: ShownViews

    def tabs(self) -> list[Tab]:
        """Return the tabs of the views bar."""

    def move(self, index: int) -> None:
        """Move the cursor to the row `index`."""

    def draw_bars(self) -> None:
        """Draw the views bar, the state line and the footer."""

    def show_message(self, text: str) -> None:
        """Show a message until the next key."""

    async def run_safely(self, call: Callable[..., object], *arguments: object) -> object:
        """Call `call` with `arguments` and return its result. If it raises an error, show the error."""


class RowLetters:
    """The letters that are shown on the rows and views of the list screen."""

    def __init__(self, screen: LetteredScreen) -> None:
        self._screen = screen
        self._labels = TargetLabels()

    @property
    def are_shown(self) -> bool:
        """Whether the letters are shown, so that the next key can be the letter of a row or view."""
        return bool(self._labels.rows or self._labels.views)

    def show(self) -> None:
        """Show a letter on each visible row, and on each view without a key."""
        views = [tab.name for tab in self._screen.tabs() if not tab.key]
        self._put(target_labels(self._screen.paper_list.visible_rows(), views))

    def on_tabs(self, tabs: Sequence[Tab]) -> list[Tab]:
        """Return copies of `tabs`. The tab of each view with a letter shows the letter in place of its key."""
        return [tab._replace(key=self._labels.views.get(tab.name, tab.key)) for tab in tabs]

    def _put(self, labels: TargetLabels) -> None:
        self._labels, self._screen.paper_list.labels = labels, labels.rows
        self._screen.paper_list.refresh()
        self._screen.draw_bars()

    async def press(self, event: Key) -> None:
        """Hide the letters. If the key is a letter of a row or view, go there. Esc only hides the letters."""
        labels, letter = self._labels, event.character or ""
        row, view = labels.row(letter), labels.view(letter)
        self._put(TargetLabels())
        if row is not None:
            self._screen.move(row)
        self._screen.show_message("")
        if view is not None:
            await self._screen.run_safely(self._screen.views.show, view)
        elif row is None and event.key != "escape":
            self._screen.show_message("no row and no view has this letter")
