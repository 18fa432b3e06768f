"""Keep what the reader chose for a view of his own when the view gets another name outside the UI."""

from collections.abc import Iterator

from readq.services.saved_views import usable_name
from readq.services.views import own_view
from readq.tui.state.preferences import pane_layout, view_orders
from readq.tui.state.preferences.pane_layout import LayoutFile
from readq.tui.state.preferences.view_orders import ViewOrders


def rename_view(old: str, new: str) -> Iterator[str]:
    """Give the order and the layouts of the saved view `old` to the saved view `new`, in their files.

    Those of `old` stay, because undo can give the view its name back. Yield the reason for each file that cannot be
    written.
    """
    orders, layouts = ViewOrders(view_orders.default_path()), LayoutFile(pane_layout.default_path())
    for file in (orders, layouts):
        file.rename_view(own_view(old), own_view(usable_name(new)))
        if problem := file.save():
            yield problem
