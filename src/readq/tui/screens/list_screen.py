"""The list screen: the views, the list of papers, and the paper under the cursor. The user triages papers here."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.events import Key
from textual.timer import Timer

from readq.days import local_day
from readq.services.views import view_title
from readq.tui.keys.action import EMPTY_LIBRARY, LIST
from readq.tui.keys.action_table import BY_NAME
from readq.tui.keys.list_footer import list_footer
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.interest_reasons import InterestReasons
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.screens.triage_screen import TriageScreen
from readq.tui.screens.typed_filter import TypedFilter
from readq.tui.screens.views.letters import RowLetters
from readq.tui.screens.views.shown_views import ShownViews
from readq.tui.screens.views.tabs import view_tabs
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.list_reader import ListReader
from readq.tui.state.look_alikes import look_alike_line
from readq.tui.state.paper_links import link_lines, paper_links
from readq.tui.state.preferences import pane_layout
from readq.tui.state.preferences.pane_layout import LayoutFile, Placement
from readq.tui.state.state_line import status_text
from readq.tui.state.state_line.list_texts import ListTexts
from readq.tui.text import day_headings, paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.widgets.bars import RightEnd, Tab, ViewsBar
from readq.tui.widgets.paper_list import PaperList
from readq.tui.widgets.split_body import SplitBody
from readq.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from readq.tui.widgets.note_pane import NotePane

_DETAIL_DELAY = 0.05
"""Seconds from the last press of a repeated key until the paper at the cursor is read.

The delay keeps the repetition of a held key fast.
"""

_KEY_REPEAT_GAP = 0.06
"""The longest time, in seconds, between two key presses that come from a key that is held down."""

_LINKS_SHOWN = 3
"""The largest number of links of each kind (from and to the note) that the pane beside the list shows."""


class ListScreen(TriageScreen):
    """The first screen: views bar at the top, list and paper in the middle, state line and footer at the bottom."""

    SCOPE = LIST

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.views_bar = ViewsBar()
        self.paper_list = PaperList(
            self.session.list_state, self.session.library, self.session.config, self.session.clock
        )
        self.detail = TextPane()
        self._reasons = InterestReasons(self.session, self._draw_detail)
        layouts = LayoutFile(pane_layout.default_path(), plain=self.session.config.plain)
        self.body = SplitBody(self.paper_list, self.detail, layouts, lambda: self.session.library.list_query.view)
        self.views = ShownViews(self, self.set_timer)
        self._detail_timer: Timer | None = None
        self._moved_at = 0.0
        self.letters = RowLetters(self)
        self.texts = ListTexts(self.session, context.app.imports, lambda: context.sync, self.keymap.label)
        self.list_reader = ListReader(self.session)
        self.typed_filter = TypedFilter(self)

    @property
    def scope(self) -> str:
        """The scope in which the keymap looks up keys: LIST or EMPTY_LIBRARY.

        It is EMPTY_LIBRARY if the library holds no papers, none is listed and no filter is set. The keys of that scope
        import papers and add feeds.
        """
        library = self.session.library
        is_empty = library.is_counted and not (library.counts.all or library.counts.dropped or self.session.list_state)
        return EMPTY_LIBRARY if is_empty and not library.list_query.text else LIST

    def compose(self) -> ComposeResult:
        """Yield the views bar, the list, the pane for the paper under the cursor, state line, prompt and footer."""
        yield self.views_bar
        yield self.body
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show the list that was loaded before the UI started."""
        self.views.own.refresh()
        self._draw_list()
        self.show_detail()
        if problem := self.context.orders.problem or self.body.layouts.problem:
            self.show_message(problem)

    def on_screen_resume(self) -> None:
        """Redraw the screen, because the paper screen may have moved the cursor."""
        if self.is_mounted:
            self.list_changed()

    def on_resize(self) -> None:
        """Show the paper, because the layout for the former size may have hidden it."""
        self.call_after_refresh(self._draw_detail)

    def list_papers(
        self, query: ListQuery, *, reset: bool = False, typing: bool = False, at_once: bool = False
    ) -> None:
        """Replace the list by the papers that match `query`, and redraw the visible screen.

        The cursor stays on its paper if the new list contains the paper. If `reset` is true, the cursor moves to the
        top instead. If `typing` is true, the last word of the query text matches as a prefix. If many papers match, and
        `typing` or `at_once` is true, the list may leave out some of them, mostly older papers.

        Raises UsageError if the query text cannot be parsed. Raises LibraryLockedError while the library is locked.
        """
        self.session.list_papers(query, typing=typing, reset=reset, at_once=at_once)
        self.session.observer.list_changed()

    def own_views_changed(self) -> None:
        """Redraw the views bar and any open menu of views, after the papers of each saved view were counted."""
        self.draw_views()
        screen = self.app.screen
        if isinstance(screen, KeyedScreen) and screen is not self:
            screen.own_views_changed()

    def list_changed(self) -> None:
        """Redraw the whole screen. This is called when the list has different papers."""
        self.body.apply_layout()
        self._draw_list()
        self.draw_bars()
        self.show_detail_soon()

    def _draw_list(self) -> None:
        if not self.session.list_state:
            self.paper_list.empty_text = self._empty_text()
        self.body.set_class(self.scope == EMPTY_LIBRARY, "-empty")
        self.paper_list.lines_changed()

    def _empty_text(self) -> tuple[str, ...]:
        query, keys = self.session.library.list_query, self.keymap.label
        if self.scope == EMPTY_LIBRARY:
            names = ("begin_daily", "begin_category", "import", "begin_demo", "help")
            return status_text.empty_library(*(keys(EMPTY_LIBRARY, name) for name in names))
        return status_text.empty_view(query, self.typed_filter.in_all.known(), lambda name: keys(LIST, name))

    @property
    def cursor_line(self) -> int:
        """Index of the row under the cursor."""
        return self.session.list_state.row

    @property
    def line_count(self) -> int:
        """Number of rows of the list: headings, and papers of days that are not folded."""
        return self.session.list_state.rows.row_count

    def move(self, index: int) -> None:
        """Move the cursor to the row `index`, and show its paper.

        While a key is held down, the shown paper does not change until the cursor stops.
        """
        old = self.cursor_line
        self.session.list_state.move_to_row(index)
        self.paper_list.cursor_moved(old)
        self.show_detail_soon()

    def step(self, lines: int) -> None:
        """Move the cursor down by `lines` rows, or up if `lines` is negative.

        The heading of a day is skipped, unless the papers of the day are folded away.
        """
        self.move(self.session.list_state.rows.stepped(self.cursor_line, lines))

    def jump(self, index: int) -> None:
        """Move the cursor to the row `index`. If this is the heading of an unfolded day, move to a row next to it."""
        papers = self.session.list_state
        index = max(0, min(index, self.line_count - 1))
        at = papers.rows.at(index)
        if self.line_count and at.line is None and at.day is not None and not papers.rows.is_folded(at.day):
            index += -1 if 0 < index < papers.row else 1
        self.move(index)

    def move_to_line(self, line: int) -> None:
        """Move the cursor to the paper with the index `line` in the list, and show it.

        If its day is folded, unfold the day.
        """
        papers = self.session.list_state
        if papers.rows.shown_line(line, 1) == line:
            self.move(papers.rows.row_of(line))
        else:
            papers.move(line)
            self.list_changed()

    def move_to_number(self, number: int) -> None:
        """Move the cursor to the paper with the number `number`, counted from 1.

        If the list is shorter, move to its last paper.
        """
        if self.session.list_state:
            self.move_to_line(min(number, len(self.session.list_state)) - 1)

    def fold(self, day: int, folded: bool) -> None:
        """Fold the day with the index `day` to its heading, or unfold it. Move the cursor to the heading."""
        self.session.list_state.fold(day, folded)
        self.list_changed()

    def move_from_prompt(self, key: str) -> None:
        """Move the cursor by an arrow or page key that is pressed in a prompt."""
        page = self.paper_list.page_step
        self.step({"up": -1, "down": 1}.get(key) or page(-1 if key == "pageup" else 1))

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text of the paper down by `lines` lines. A negative number scrolls up."""
        if self._detail_timer is not None:
            self.show_detail()
        self.scroll_text(self.detail, lines)

    @property
    def shows_paper(self) -> bool:
        """Whether the paper under the cursor is shown, with or without its note editor."""
        return self.body.layout_now.placement is not Placement.OFF or self.note_session.pane is not None

    def paper_off_text(self) -> str:
        """Return a message for a layout without the paper. It names the key that shows the paper, or the palette."""
        return f"the paper is off: {self.keymap.label(LIST, 'paper_placement') or 'the palette'} shows it"

    async def add_note_pane(self, pane: "NotePane") -> None:
        """Show the note editor `pane` with its paper, even if the layout hides the paper."""
        self.show_detail()
        await super().add_note_pane(pane)

    def page_step(self, pages: float) -> int:
        """Return how many rows the cursor moves down by `pages` pages. Both numbers are negative if it moves up."""
        return self.paper_list.page_step(pages)

    def selection_changed(self) -> None:
        """Redraw the list and the footer. This is called after papers were selected or deselected."""
        super().selection_changed()
        self.paper_list.refresh()

    def show_detail_soon(self) -> None:
        """Show the paper under the cursor. While a key is held down, wait until the cursor stops."""
        moved, self._moved_at = self._moved_at, time.monotonic()
        if self._detail_timer is not None:
            self._detail_timer.reset()
        elif self._moved_at - moved > _KEY_REPEAT_GAP:
            # In the frame that moves the cursor: Textual draws the next frame up to 33 ms later.
            self.show_detail()
        else:
            self._detail_timer = self.set_timer(_DETAIL_DELAY, self.show_detail)

    def show_detail(self) -> None:
        """Read the paper under the cursor from the library and show it. If the layout hides the paper, do nothing."""
        self._detail_timer = None
        if self.shows_paper:
            self.detail.show(self._detail_blocks())

    def _detail_blocks(self) -> list[Block]:
        current, heading = self.session.list_state.current, self.session.list_state.heading
        if heading is not None:
            summary = self.session.list_state.day_summary(heading)
            return day_headings.day_blocks(summary, local_day(self.session.clock()), self._heading_keys(summary.folded))
        if current is None:
            return []
        paper, row = self.session.library.paper(current), self.session.library.cached_row(current)
        if paper:
            line = look_alike_line(self.session, current, self.keymap.label(LIST, "merge"))
            links = link_lines(paper_links(self.session, paper), _LINKS_SHOWN)
            is_other = current in self.session.list_state.others
            blocks = paper_blocks.preview_blocks(paper, line, self._reasons.line(paper, is_other=is_other), links)
            return list(paper_blocks.with_matches(blocks, self.session.library.matches.spans))
        return paper_blocks.locked_blocks(row.title) if row else []

    def _heading_keys(self, folded: bool) -> str:
        label = partial(self.keymap.label, LIST)
        parts = (
            (label("open"), "unfolds this day" if folded else "folds this day"),
            (f"{label('previous_day')} {label('next_day')}".strip(), "go to the day above and below"),
            (label("drop_above"), "drops the undecided papers above"),
        )
        return " · ".join(f"{key} {what}" for key, what in parts if key)

    async def take_key(self, event: Key) -> bool:
        """If the rows and views show letters, hide the letters, and go to the row or view whose letter was typed.

        Return whether the key was handled.
        """
        if not self.letters.are_shown or event.key == "ctrl+q":
            return False
        await self.letters.press(event)
        return True

    async def list_again(self) -> None:
        """Read the list again with the present query, and show it. The cursor stays on its paper if it is listed."""
        query = self.session.library.list_query
        await self._read_list(query, lambda: self.list_papers(query))

    async def show_query(self, query: ListQuery) -> None:
        """Read the papers that match `query` in the reader thread, then show them. `query` can name another view."""
        await self._read_list(query, lambda: self.views.leave_for(query))

    async def _read_list(self, query: ListQuery, show: Callable[[], None]) -> None:
        if not await self.list_reader.wait_for(self.list_reader.read(query, show)):
            self.show_message("the list is still being read")

    def on_line_list_clicked(self, message: PaperList.Clicked) -> None:
        """Move the cursor to the clicked line. After a double click, open the paper in this line."""
        self.move(message.index)
        self.draw_state()
        if message.twice:
            self.run_worker(self.perform("open"))

    def on_split_body_dragged(self) -> None:
        """Save the layout of the view after the user has dragged the line between the list and the paper."""
        self.save_choices(self.body.layouts)
        self.show_message(f"the list has {self.body.layout_now.share} % of the screen")

    async def on_views_bar_chosen(self, message: ViewsBar.Chosen) -> None:
        """Cancel an open prompt, whose filter belongs to the view before. Then show the clicked view."""
        await self.cancel_prompt()
        await self.run_safely(self.views.show, message.name)

    def draw_bars(self) -> None:
        """Draw the lines that depend on the width of the screen: views bar, state line and footer."""
        super().draw_bars()
        self.draw_views()

    def draw_views(self) -> None:
        """Draw the views bar, with the counts of papers and the progress of a sync."""
        day = self.texts.day_count
        right = RightEnd(self.texts.news(), str(day) if day.due else "")
        tabs = self.letters.on_tabs(self.tabs())
        self.views_bar.show(self.session.library.list_query.view, tabs, right, self.size.width)

    def tabs(self) -> list[Tab]:
        """Return the tabs of the views bar."""
        return view_tabs(self.texts.counts, self.views.own.all, self.keymap, self.session.library.list_query.view)

    def state_text(self) -> str:
        """Return the text of the state line when there is no message."""
        return self.texts.state_text()

    def screen_footer_keys(self) -> list[tuple[str, str]]:
        """Return the keys to show in the footer, as (key, label) pairs. Keys without an effect are left out.

        A key that clears the selection or the filter comes first.
        """
        if self.letters.are_shown:
            return [("letter", "go there"), ("Esc", "cancel")]
        if self.scope == EMPTY_LIBRARY:
            import_key, feeds_key = (self.keymap.label(EMPTY_LIBRARY, name) for name in ("import", "feeds"))
            first = [(import_key, "import a file"), (feeds_key, "feeds"), (self.keymap.quit_label(), "quit")]
            return [*(pair for pair in first if pair[0]), self.keymap.footer(EMPTY_LIBRARY)[-1]]
        query, selected = self.session.library.list_query, self.session.list_state.selected_count
        own = [(action.name, action.footer) for action in self.keymap.actions(LIST) if action.name not in BY_NAME]
        shown = [
            (name, label)
            for name, label in list_footer(query.view, selected, own)
            if not (name == "undo" and self.session.undo_step is None)
        ]
        clears = "clear selection" if selected else "clear filter" if query.text else ""
        first = [("back", clears)] if clears else []
        if self.views.before and not selected:
            first.append(("view_before", view_title(self.views.before.query.view)))
        return self.keymap.labelled(LIST, [*first, *shown, ("help", BY_NAME["help"].footer)])

    def sync_changed(self) -> None:
        """Redraw the views bar and the state line, after a sync has started, progressed or ended."""
        self.draw_views()
        self.draw_state()

    def library_changed(self) -> None:
        """Redraw rows, counts and the paper under the cursor, after the session has read the library again.

        Also read the saved views again, and count the papers of each. The cursor stays on its line, and the text of
        the paper is not scrolled.
        """
        self.views.own.refresh()
        self.body.set_class(self.scope == EMPTY_LIBRARY, "-empty")
        (self.paper_list.rows_changed if self.session.list_state else self._draw_list)()
        self.draw_bars()
        self._draw_detail()

    def _draw_detail(self) -> None:
        if self.shows_paper:
            self.detail.show(self._detail_blocks(), from_top=False)

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        """Redraw the rows of the papers with these ids."""
        for paper_id in paper_ids:
            self.paper_list.redraw_paper(paper_id)
