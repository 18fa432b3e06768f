"""Show views on the list screen, and remember the view that was shown before the present one."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from readq.services.views import own_name
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.screens.views.list_place import ListPlace, place_of_cursor, row_at
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.own_views import OwnViews
from readq.tui.state.preferences.state_file import StateFile
from readq.tui.widgets.split_body import SplitBody


class ListOfPapers(Protocol):
    """The interface of the parts of the list screen that `ShownViews` uses."""

    context: ScreenContext
    body: SplitBody
    views: "ShownViews"

    def list_papers(self, query: ListQuery, *, reset: bool = False) -> None:
        """Replace the list by the papers that match `query`. If `reset` is true, the cursor moves to the top."""

    def move(self, index: int) -> None:
        """Move the cursor to the row `index`."""

    def draw_footer(self) -> None:
        """Draw the footer."""

    def own_views_changed(self) -> None:
        """Redraw the saved views. This is called after the papers of each view were counted."""

    def save_choices(self, file: StateFile[Any, Any]) -> None:
        """Write `file`, which holds choices of the user such as the layouts of views, to the disk in the background."""

    async def run_safely(self, call: Callable[..., object], *arguments: object) -> object:
        """Call `call` with `arguments` and return its result. If it raises an error, show the error."""


class ShownView(NamedTuple):
    """A list that was shown: its query, and the place of its cursor."""

    query: ListQuery
    place: ListPlace


class ShownViews:
    """Changes the view that the list screen shows. `own` has the saved views."""

    def __init__(self, screen: ListOfPapers, later: Callable[[float, Callable[[], None]], object]) -> None:
        """Prepare to change the view of `screen`.

        `later` calls a function in the UI thread after a number of seconds.
        """
        self._screen = screen
        self._session = screen.context.session
        self.own = OwnViews(self._session, screen.own_views_changed, later, self._renamed)
        self._before: ShownView | None = None

    @property
    def before(self) -> ShownView | None:
        """The view that was shown before the present one.

        It is None until the view is changed for the first time. It is also None if the earlier view is a saved view
        that has been removed.
        """
        view = self._before
        is_gone = view and own_name(view.query.view) is not None and self.own.find(view.query.view) is None
        return None if is_gone else view

    def show(self, name: str) -> None:
        """Show the view `name` with its sort order and its layout. The cursor moves to the top.

        `name` is the name of a built-in view, or `view:` and the name of a saved view. Raises UsageError if there is no
        such view, or if its query cannot be parsed. Raises LibraryLockedError while the library is locked.
        """
        own, orders = self.own.find(name), self._screen.context.orders
        self.leave_for(ListQuery(name, "", orders.order(name, own.view.sort) if own else orders.order(name)))

    def show_before(self) -> None:
        """Show the view that was shown before the present one, with the filter and the cursor that it had then.

        Raises the errors of `show`.
        """
        if self.before is None:
            return
        query, place = self.before
        self.leave_for(query)
        row = row_at(self._session.list_state, place)
        if row is not None:
            self._screen.move(row)

    def leave_for(self, query: ListQuery) -> None:
        """List the papers that match `query`.

        If `query` names another view, the view shown until now becomes `before`.
        """
        screen = self._screen
        shown = ShownView(self._session.library.list_query, place_of_cursor(self._session.list_state))
        screen.list_papers(query, reset=True)
        if query.view != shown.query.view:
            self._before = shown
            screen.draw_footer()

    def _renamed(self, names: Mapping[str, str]) -> None:
        """Take over new names of saved views. `names` maps their old names to the new ones.

        Copy the sort orders and the layouts that the user has chosen for the old names to the new names, and save them.
        If the list shows a renamed view, or if `before` is one, the name changes there too.
        """
        screen, library = self._screen, self._session.library
        for file in (screen.context.orders, screen.body.layouts):
            for old, new in names.items():
                file.rename_view(old, new)
            screen.save_choices(file)
        query = library.list_query
        library.list_query = query._replace(view=names.get(query.view, query.view))
        if view := self._before:
            self._before = view._replace(query=view.query._replace(view=names.get(view.query.view, view.query.view)))
