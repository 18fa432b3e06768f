"""The menu of views: built-in views and saved views, some of which are watches. Typed letters find a view.

A watch is a saved view that acts on new papers.
"""

from textual.content import Content, Span
from textual.events import Key

from readq.services.views import VIEWS, own_view
from readq.store.feeds.feeds_and_views import SavedView
from readq.text import one_line
from readq.tui.keys.action import LIST, VIEW_MENU
from readq.tui.keys.keymap import key_name
from readq.tui.screens.cursor_list_screen import CursorListScreen
from readq.tui.screens.views.menu_list import ViewList, ViewRow
from readq.tui.screens.views.shown_views import ListOfPapers
from readq.tui.screens.views.tabs import own_keys
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.line_edit import LineEdit


class ViewsScreen(CursorListScreen):
    """The menu of views, shown on top of the list screen `papers`.

    One key shows the view under the cursor on the list screen. Other keys change the view, for example its name.
    """

    SCOPE = VIEW_MENU

    def __init__(self, papers: ListOfPapers) -> None:
        super().__init__(papers.context)
        self.papers = papers
        self.rows: ViewList = ViewList()
        self._find = LineEdit()

    @property
    def takes_text(self) -> bool:
        """Always True, because typed letters are part of the text that finds a view."""
        return True

    def on_mount(self) -> None:
        """Show all views, with the cursor on the view that the list screen shows."""
        self.library_changed()
        current = self.session.library.list_query.view
        self.move(next((line for line, row in enumerate(self.rows.shown) if row.name == current), 0))

    def library_changed(self) -> None:
        """Read the saved views again, and show them."""
        self.papers.views.own.refresh()
        self.own_views_changed()

    def own_views_changed(self) -> None:
        """Show the saved views with their numbers of papers."""
        self.rows.show(self._rows(), self._find.text)
        self._draw_heading()
        self.draw_state()

    def _rows(self) -> list[ViewRow]:
        counts, keys = self.session.library.counts, self.keymap.label
        built_in = [
            ViewRow(view.name, keys(LIST, f"view_{view.name}"), view.title, counts.of_view(view.name)) for view in VIEWS
        ]
        return [
            *built_in,
            *(
                ViewRow(
                    own_view(one.view.name),
                    own_keys(self.keymap, place),
                    display_text(one.view.name),
                    one.papers,
                    one,
                )
                for place, one in enumerate(self.papers.views.own.all)
            ),
        ]

    def current_own_view(self) -> SavedView | None:
        """Return the saved view under the cursor. Return None for a built-in view, and in an empty list."""
        row = self.rows.current
        return row.own.view if row and row.own else None

    async def press(self, event: Key) -> bool:
        """Handle a key press: change the text that finds a view, or run the action of the key."""
        action = self.keymap.action(self.scope, key_name(event.key, event.character))
        is_free = self.prompt_line.prompt is None and action is None
        if is_free and self._find.press(event.key, event.character):
            self._found()
            return True
        return await super().press(event)

    def take_paste(self, text: str) -> None:
        """Insert pasted text into the text that finds a view."""
        self._find.insert(one_line(text))
        self._found()

    def clear_find(self) -> bool:
        """Clear the text that finds a view. Return whether there was any text."""
        if not self._find.text:
            return False
        self._find = LineEdit()
        self._found()
        return True

    def _found(self) -> None:
        self.status_message = ""
        self.rows.show(self._rows(), self._find.text, first=True)
        self._draw_heading()
        self.draw_state()

    def _draw_heading(self) -> None:
        head = " Views and watches, find: "
        text, cursor = self._find.visible_part(self.size.width - len(head))
        at = len(head) + cursor
        self.heading.put(Content(head + text, [Span(0, len(head), "bold"), Span(at, at + 1, "reverse")]))

    def draw_bars(self) -> None:
        """Draw the lines that depend on the width of the screen: heading, state line and footer."""
        super().draw_bars()
        self._draw_heading()

    def on_line_list_clicked(self, message: ViewList.Clicked) -> None:
        """Show the view in the clicked line after a double click. The base class moves the cursor to the line."""
        if message.twice:
            self.run_worker(self.perform("go_to_view"))

    def state_text(self) -> str:
        """Return the query of the saved view under the cursor. Return "" if the view is not a saved view.

        If the papers of the saved view cannot be found, for example because its query cannot be parsed, return the
        reason in place of the query.
        """
        row = self.rows.current
        if row is None or row.own is None:
            return ""
        return display_text(row.own.defect or row.own.view.query)
