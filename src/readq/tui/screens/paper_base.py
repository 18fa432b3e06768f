"""What the list and the paper in full have in common: letters that decide on papers and go on to the next."""

from readq.tui.screens.base import KeyedScreen


class ReadingScreen(KeyedScreen):
    """A screen with a cursor on a paper."""

    def targets(self) -> tuple[int, ...]:
        """The papers that a letter acts on."""
        return self.session.list_state.targets()

    def end_selection(self) -> bool:
        """End the selection; whether there was one."""
        selected = self.session.list_state.selected
        if not selected:
            return False
        selected.clear()
        self.selection_changed()
        return True

    def selection_changed(self) -> None:
        """Other papers are selected."""
        self.draw_footer()

    def move(self, index: int) -> None:
        """Put the cursor on another line."""
        raise NotImplementedError

    def scroll_paper(self, lines: int) -> None:
        """Scroll the paper that is being read."""
        raise NotImplementedError

    def page_height(self) -> int:
        """How many lines a page has."""
        raise NotImplementedError
