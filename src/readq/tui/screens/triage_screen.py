"""The base class of the list screen and the paper screen, whose keys decide on papers."""

from readq.tui.screens.base import KeyedScreen


class TriageScreen(KeyedScreen):
    """A screen on which keys decide on papers and move the cursor to the next one."""

    @property
    def cursor_line(self) -> int:
        """Index of the paper under the cursor of the list."""
        return self.session.list_state.cursor

    @property
    def line_count(self) -> int:
        """Number of papers in the list."""
        return len(self.session.list_state)

    def targets(self) -> tuple[int, ...]:
        """Return the ids of the papers that a decision applies to.

        They are the selected papers or, if none is selected, the paper under the cursor.
        """
        return self.session.list_state.targets()

    def end_selection(self) -> bool:
        """Clear the selection. Return whether any papers were selected."""
        selected = self.session.list_state.selected
        if not selected:
            return False
        selected.clear()
        self.selection_changed()
        return True

    def selection_changed(self) -> None:
        """Redraw after papers were selected or deselected."""
        self.draw_footer()

    def move(self, index: int) -> None:
        """Move the cursor to a line of the list, or to the nearest line that exists."""
        raise NotImplementedError

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text of the shown paper down by `lines`; a negative number scrolls up."""
        raise NotImplementedError

    def page_height(self) -> int:
        """Return the number of lines by which the page keys move or scroll."""
        raise NotImplementedError
