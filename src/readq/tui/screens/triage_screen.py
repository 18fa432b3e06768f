"""The base class of the list screen and the paper screen, whose keys change papers, such as their status."""

from readq.tui.screens.base import KeyedScreen
from readq.tui.state.line_marks import Targets


class TriageScreen(KeyedScreen):
    """A screen with keys that change papers, such as their status, and then move the cursor to the next paper."""

    @property
    def cursor_line(self) -> int:
        """Index of the paper under the cursor, among the papers of the list.

        On a heading, this is the index of the first paper of the day.
        """
        return self.session.list_state.cursor

    @property
    def line_count(self) -> int:
        """Number of papers in the list."""
        return len(self.session.list_state)

    def move_to_next(self) -> None:
        """Move the cursor to the next paper. Headings, and papers of folded days, are skipped."""
        papers = self.session.list_state
        line = papers.rows.shown_line(papers.cursor + (papers.heading is None), 1)
        if line is not None:
            self.move_to_line(line)

    def move_to_line(self, line: int) -> None:
        """Move the cursor to the paper with the index `line` in the list."""
        raise NotImplementedError

    def targets(self) -> Targets:
        """Return the papers that an action applies to: the selected papers, or else the paper under the cursor."""
        return self.session.list_state.targets()

    def end_selection(self) -> bool:
        """Clear the selection. Return whether any papers were selected before."""
        if not self.session.list_state.selected_count:
            return False
        self.session.list_state.clear_selection()
        self.selection_changed()
        return True

    def selection_changed(self) -> None:
        """Redraw the screen, after papers were selected or deselected."""
        self.draw_footer()

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text of the shown paper down by `lines` lines. A negative number scrolls up."""
        raise NotImplementedError
