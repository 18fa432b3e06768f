"""The screen of a single paper, with all its data. Most keys of the list work here too."""

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Container

from readq.tui.keys.action import PAPER
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.interest_reasons import InterestReasons
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.screens.triage_screen import TriageScreen
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.line_marks import Targets
from readq.tui.state.look_alikes import look_alike_line
from readq.tui.state.paper_links import UNKNOWN, PaperLinks, link_lines, paper_links
from readq.tui.state.state_line import status_text
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.widgets.text_pane import TextPane


class Step(NamedTuple):
    """A link that the user followed: the paper with the link, and the query of the list that showed this paper."""

    query: ListQuery
    paper_id: int


class PaperScreen(TriageScreen):
    """Shows the paper under the cursor of the list.

    The keys for the next and the previous paper move the cursor of the list.
    """

    SCOPE = PAPER

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.detail = TextPane()
        self.links = PaperLinks()
        """The links of the shown paper."""
        self.trail: list[Step] = []
        """The papers from which links were followed, the last one last."""
        self._shown: int | None = None
        """The id of the shown paper, or None before the first."""
        self._reasons = InterestReasons(self.session, lambda: self.show_paper(from_top=False))

    def compose(self) -> ComposeResult:
        """Yield the pane for the paper, then the state line, prompt and footer.

        The container of the pane also has room for the note editor.
        """
        with Container(id="aside"):
            yield self.detail
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show the paper under the cursor of the list."""
        self.show_paper()

    def targets(self) -> Targets:
        """Return the shown paper, even if other papers are selected in the list."""
        return KeyedScreen.targets(self)

    def end_selection(self) -> bool:
        """Return False and keep the selection, because it belongs to the list."""
        return False

    def move(self, index: int) -> None:
        """Move the cursor of the list to the paper with the index `index` in the list, and show it.

        If the paper is in a folded day, the cursor moves on in the same direction, to the next paper outside of folded
        days. If there is none in this direction, the cursor stops at the last unfolded paper before `index`.
        """
        papers, rows = self.session.list_state, self.session.list_state.rows
        step = 1 if index >= papers.cursor else -1
        index = max(0, min(index, len(papers) - 1))
        line = rows.shown_line(index, step)
        if line is None:
            line = rows.shown_line(index, -step)
        if line is not None and (line - papers.cursor) * step > 0:
            self.move_to_line(line)

    def step(self, lines: int) -> None:
        """Show the paper that is `lines` lines below in the list, or above if `lines` is negative."""
        self.move(self.cursor_line + lines)

    def move_to_line(self, line: int) -> None:
        """Move the cursor of the list to the paper with the index `line` in the list, and show it."""
        self.session.list_state.move(line)
        self.show_paper()
        self.draw_state()

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text of the paper down by `lines` lines. A negative number scrolls up."""
        self.scroll_text(self.detail, lines)

    def page_height(self) -> int:
        """Return the number of visible lines of the paper."""
        return self.detail.size.height

    def show_paper(self, *, from_top: bool = True) -> None:
        """Read the paper under the cursor of the list and show it.

        Scroll to the first line if `from_top` is true, or if another paper was shown before.

        The paper cannot be read if the library is locked or the paper was removed. If the paper is shown already, its
        text then stays. Otherwise a message is shown instead.
        """
        current = self.session.list_state.current
        paper = None if current is None else self.session.library.paper(current)
        is_other, self._shown = current != self._shown, current
        if paper is None and is_other:
            self.links = UNKNOWN if self.session.library.stale else PaperLinks()
            self.detail.show(self._unreadable_blocks(current))
        elif paper is not None:
            self.links = paper_links(self.session, paper)
            line = look_alike_line(self.session, paper.id, self.keymap.label(PAPER, "merge"))
            blocks = paper_blocks.full_blocks(paper, line, self._reasons.line(paper), link_lines(self.links))
            matches = self.session.library.matches.spans
            self.detail.show(list(paper_blocks.with_matches(blocks, matches)), from_top=from_top or is_other)

    def _unreadable_blocks(self, paper_id: int | None) -> list[Block]:
        library = self.session.library
        if paper_id is None:
            return [Block(paper_blocks.HINT, "the paper has left the list")]
        if not library.stale:
            return [Block(paper_blocks.HINT, "this paper is no longer in the library")]
        row = library.cached_row(paper_id)
        return paper_blocks.locked_blocks(row.title if row else f"#{paper_id}")

    def library_changed(self) -> None:
        """Read the shown paper again and redraw it. The text is not scrolled."""
        self.show_paper(from_top=False)
        self.draw_state()

    def state_text(self) -> str:
        """Return the position of the paper in the list, the view, and the hint for the undo key."""
        papers = self.session.list_state
        undo = status_text.undo_hint(self.session.undo_step, self.keymap.label(PAPER, "undo"))
        view = status_text.view_words(self.session.library.list_query.view)
        place = "" if papers.current is None else f"paper {papers.cursor + 1:,} of {len(papers):,}"
        return " · ".join(filter(None, (place, view, undo)))
