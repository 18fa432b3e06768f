"""Keep the choices for a saved view when a command outside the UI renames the view.

The choices are the sort order and the layouts that the user has chosen for the view in the UI.
"""

from collections.abc import Iterator

from readq.services.saved_views import usable_name
from readq.services.views import own_view
from readq.tui.state.preferences import pane_layout, view_orders
from readq.tui.state.preferences.pane_layout import LayoutFile
from readq.tui.state.preferences.view_orders import ViewOrders


def rename_view(old: str, new: str) -> Iterator[str]:
    """Copy the sort order and the layouts of the saved view `old` to its new name `new`, and write them to their files.

    The choices for `old` stay in the files, because undo can give the view its old name again. For each file that
    cannot be written, yield the reason.
    """
    orders, layouts = ViewOrders(view_orders.default_path()), LayoutFile(pane_layout.default_path())
    for file in (orders, layouts):
        file.rename_view(own_view(old), own_view(usable_name(new)))
        if problem := file.save():
            yield problem
