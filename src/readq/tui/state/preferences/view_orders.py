"""The sort orders that the user has chosen for views in the sort menu, kept in a file of the user's state folder."""

import os
from collections.abc import Mapping
from typing import Any

from readq.paths import state_folder
from readq.store.papers.queries import SORTS
from readq.tui.state.preferences.state_file import StateFile

DEFAULT = "seen"
"""The sort order of a view for which the user has chosen no order."""


def default_path() -> str:
    """Return the default path of the file with the sort orders that the user has chosen."""
    return os.path.join(state_folder(), "orders.json")


class ViewOrders(StateFile[str, str]):
    """Maps the names of views to the sort orders that the user has chosen."""

    CONTENT = "the order"

    def order(self, view: str, default: str = DEFAULT) -> str:
        """Return the sort order of a view. Return `default` if the user has chosen no order."""
        return self.chosen(view) or default

    def rename_view(self, old: str, new: str) -> None:
        """Copy the chosen sort order of the view `old` to the view `new`. To write it to the file, call `save`."""
        if order := self.chosen(old):
            self.choose(new, order)

    def _parse(self, table: dict[str, Any]) -> dict[str, str]:
        if not all(isinstance(sort, str) for sort in table.values()):
            raise ValueError("not a table of orders")
        # An order that this readq does not know is left out.
        return {view: sort for view, sort in table.items() if sort.removeprefix("-") in SORTS}

    def _as_json(self, choices: Mapping[str, str]) -> dict[str, Any]:
        return dict(choices)
