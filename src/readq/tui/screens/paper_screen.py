"""One paper in full, with the same letters as in the list."""

from textual.app import ComposeResult
from textual.containers import Container

from readq.tui.keys.action_table import PAPER
from readq.tui.screens.paper_base import ReadingScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.state import status_text
from readq.tui.text import paper_blocks
from readq.tui.widgets.text_pane import TextPane


class PaperScreen(ReadingScreen):
    """The paper under the list's cursor; next and previous move that cursor."""

    PLACE = PAPER

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.detail = TextPane()

    def compose(self) -> ComposeResult:
        """The paper, with room for its note beside."""
        with Container(id="aside"):
            yield self.detail
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show the paper."""
        self.show_paper()

    def targets(self) -> tuple[int, ...]:
        """The paper that is shown, whatever is selected in the list."""
        return () if self.session.list_state.current is None else (self.session.list_state.current,)

    def end_selection(self) -> bool:
        """The selection belongs to the list."""
        return False

    def move(self, index: int) -> None:
        """Show another paper of the list."""
        self.session.list_state.move(index)
        self.show_paper()
        self.draw_state()

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text."""
        self.detail.scroll_lines(lines)

    def page_height(self) -> int:
        """Lines of text in sight."""
        return self.detail.size.height

    def show_paper(self, *, from_top: bool = True) -> None:
        """Show the paper as it is in the library now."""
        current = self.session.list_state.current
        paper = None if current is None else self.session.library.paper(current)
        if paper:
            self.detail.show(paper_blocks.full(paper), from_top=from_top)

    def library_changed(self) -> None:
        """The paper may read differently now."""
        self.show_paper(from_top=False)
        self.draw_state()

    def state_text(self) -> str:
        """Where in the list this paper stands."""
        session = self.session
        place = f"paper {session.list_state.cursor + 1:,} of {len(session.list_state):,}"
        undo = status_text.undo_hint(session.undo_step, self.keymap.label(PAPER, "undo"))
        return " · ".join(
            [place, status_text.TITLES[session.library.list_query.view].lower(), *([undo] if undo else [])]
        )
