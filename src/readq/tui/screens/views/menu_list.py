"""The list of views in the menu of views."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from readq.text import counted, fold
from readq.tui.state.own_views import OwnView
from readq.tui.text import icons
from readq.tui.text.list_columns import fit
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.cursor_list import CursorList

_NAME_WIDTH = 26
_MIN_QUERY_WIDTH = 12
"""The smallest width, in cells, in which a query is shown. In less room it is left out."""


class ViewRow(NamedTuple):
    """A view in the menu."""

    name: str
    """The name by which a `ListQuery` refers to the view."""
    key: str
    """The label of the key that shows the view, or ""."""
    title: str
    """The name to show."""
    papers: int | None
    """The number of papers in the view, or None if it is not known."""
    own: OwnView | None = None
    """The saved view, or None for a built-in view."""


class ViewList(CursorList):
    """The list of the views that match the text typed by the user.

    If the text is empty, the list has all views: first the built-in views, then the saved views.
    """

    def __init__(self) -> None:
        super().__init__(("No view has these letters. Backspace takes them back.",))
        self.shown: Sequence[ViewRow] = ()

    @property
    def line_count(self) -> int:
        """Number of views that were found."""
        return len(self.shown)

    @property
    def current(self) -> ViewRow | None:
        """The view under the cursor. It is None if the list is empty."""
        return self.shown[min(self.cursor_line, len(self.shown) - 1)] if self.shown else None

    def show(self, rows: Sequence[ViewRow], text: str, *, first: bool = False) -> None:
        """Show the views of `rows` that match the typed text `text`, the best match first.

        If `first` is true, the cursor moves to the first view. Otherwise the cursor stays on its view.
        """
        current = self.current
        self.shown = found_views(rows, text)
        names = [row.name for row in self.shown]
        is_there = current is not None and current.name in names and not first
        self.move(names.index(current.name) if current and is_there else 0 if first else self.cursor_line)

    def format_line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """Return the text of the view `index` in `width` cells, and its style.

        The style is `error` if the papers of the view cannot be found, for example because its query cannot be parsed.
        Otherwise it is `text`.
        """
        row = self.shown[index]
        is_broken = row.own is not None and row.own.defect is not None
        return format_view(row, width, at_cursor=at_cursor), "error" if is_broken else "text"


def found_views(rows: Sequence[ViewRow], text: str) -> list[ViewRow]:
    """Return the views that `text` finds, the best match first. Case and diacritics do not matter.

    The found views come in this order:

    - views whose key is `text`, or whose title begins with `text`
    - views whose title contains `text`
    - views whose title contains the letters of `text` in the same order, with other letters between them
    - saved views whose query contains `text`

    If `text` is empty, return all views in the order of `rows`.
    """
    wanted = fold(text.strip())
    if not wanted:
        return list(rows)

    def rank(row: ViewRow) -> int:
        title = fold(row.title)
        if fold(row.key or "") == wanted or title.startswith(wanted):
            return 0
        if wanted in title:
            return 1
        if _has_letters(title, wanted):
            return 2
        return 3 if row.own is not None and wanted in fold(row.own.view.query) else 4

    return [row for row in sorted(rows, key=rank) if rank(row) < 4]


def _has_letters(title: str, wanted: str) -> bool:
    letters = iter(title)
    return all(letter in letters for letter in wanted)


def format_view(row: ViewRow, width: int, *, at_cursor: bool = False) -> str:
    """Format a view in `width` cells: key, sign of a watch, title, number of papers, and query.

    A watch also has the number of papers on which it has acted this month. If the papers of the view cannot be found,
    the reason takes the place of the query. If there is not enough room, the query or the reason is left out.
    """
    own = row.own
    sign = icons.WATCH.get(own.view.watch or "", " ") if own else " "
    head = (
        f"{icons.CURSOR if at_cursor else ' '} {row.key or ' '} {sign} {fit(row.title, min(_NAME_WIDTH, width // 2))}"
    )
    parts = [head, f"{'' if row.papers is None else f'{row.papers:,}':>9}"]
    if own and own.view.watch:
        parts.append(f"  {own.view.watch}: caught {counted(own.caught, 'paper')} this month")
    line = "".join(parts)
    words = (own.defect or own.view.query) if own else ""
    if words and width - cell_len(line) - 2 >= _MIN_QUERY_WIDTH:
        line += f"  {display_text(words)}"
    return fit(line, width)
