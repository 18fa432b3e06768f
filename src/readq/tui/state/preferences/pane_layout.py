"""The layout of the list screen: the place of the paper, and how the list and the paper share the screen.

Each view has its own layout for each class of terminal sizes. A layout that the user has changed is stored in a file of
the user's state folder, because it depends on the terminal and not on the library. The file is written only after a
change.
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from readq.paths import state_folder
from readq.tui.state.preferences.state_file import StateFile

_WIDE = 160
"""Smallest width of a wide terminal, in cells."""

_SMALL_COLUMNS, _SMALL_LINES = 60, 20
"""A terminal is small if it has fewer columns than the first number, or fewer lines than the second."""

_STEP, _MIN_SHARE, _MAX_SHARE = 5, 20, 80
"""Three numbers in percent: the step by which one key press changes the list's share, and the limits of the share."""


class Placement(StrEnum):
    """The place of the paper: beside the list, below it, or not shown (OFF)."""

    BESIDE = "beside"
    BELOW = "below"
    OFF = "off"


class TerminalSize(StrEnum):
    """A class of terminal sizes. Each class has a layout of its own."""

    WIDE = "wide"
    MEDIUM = "medium"
    SMALL = "small"


class PaneLayout(NamedTuple):
    """The place of the paper, and the share of the list in percent, from 20 to 80. The paper has the rest."""

    placement: Placement
    share: int = 55

    def next_placement(self) -> "PaneLayout":
        """Return the layout with the next placement, in the order beside, below, off."""
        order = list(Placement)
        return self._replace(placement=order[(order.index(self.placement) + 1) % len(order)])

    def move_split(self, steps: int) -> "PaneLayout":
        """Return the layout with a list that is larger by `steps` times 5 percent.

        Negative steps make the list smaller.
        """
        return self.with_share(self.share + steps * _STEP)

    def with_share(self, share: int) -> "PaneLayout":
        """Return the layout in which the list has `share` percent. A share beyond a limit becomes the limit."""
        return self._replace(share=max(_MIN_SHARE, min(_MAX_SHARE, share)))


DEFAULTS: Mapping[TerminalSize, PaneLayout] = {
    TerminalSize.WIDE: PaneLayout(Placement.BESIDE),
    TerminalSize.MEDIUM: PaneLayout(Placement.BELOW),
    TerminalSize.SMALL: PaneLayout(Placement.OFF),
}


def terminal_size(columns: int, lines: int) -> TerminalSize:
    """Return the size class of a terminal."""
    if columns < _SMALL_COLUMNS or lines < _SMALL_LINES:
        return TerminalSize.SMALL
    return TerminalSize.WIDE if columns >= _WIDE else TerminalSize.MEDIUM


def default_path() -> str:
    """Return the default path of the file with the layouts that the user has changed."""
    return os.path.join(state_folder(), "layout.json")


_LayoutPlace = tuple[str, TerminalSize]
"""The key of a stored layout: the name of a view, and a class of terminal sizes.

The name "" stands for the layout that was chosen last in any view.
"""

_LAST = ""


class LayoutFile(StateFile[_LayoutPlace, PaneLayout]):
    """The layouts of all views and terminal sizes, in a file.

    The user chooses a layout for a view and a terminal size. A view without a chosen layout has the layout that was
    last chosen for any view at the same size. If no layout was ever chosen at this size, the view has a default layout.
    """

    CONTENT = "the layout"

    def __init__(self, path: str, *, plain: bool = False) -> None:
        """Read the layouts from the file at `path`. If `plain` is true, the paper is not shown by default (OFF)."""
        super().__init__(path)
        self._is_plain = plain

    def layout(self, size: TerminalSize, view: str) -> PaneLayout:
        """Return the layout of a view for a terminal size."""
        default = PaneLayout(Placement.OFF) if self._is_plain else DEFAULTS[size]
        return self.chosen((view, size)) or self.chosen((_LAST, size)) or default

    def change(self, size: TerminalSize, view: str, layout: PaneLayout) -> None:
        """Set the layout of a view for a terminal size. To write the layout to the file, call `save`."""
        self.choose((view, size), layout)
        self.choose((_LAST, size), layout)

    def rename_view(self, old: str, new: str) -> None:
        """Copy the layouts of the view `old` to the view `new`. To write them to the file, call `save`."""
        for size in TerminalSize:
            if layout := self.chosen((old, size)):
                self.choose((new, size), layout)

    def _parse(self, table: dict[str, Any]) -> dict[_LayoutPlace, PaneLayout]:
        views = table.pop(_VIEWS, {})
        if not isinstance(views, dict) or not all(isinstance(sizes, dict) for sizes in views.values()):
            raise ValueError("not a table of layouts")
        tables = {_LAST: table, **views}
        return {
            (view, TerminalSize(size)): _layout(entry)
            for view, sizes in tables.items()
            for size, entry in sizes.items()
        }

    def _as_json(self, choices: Mapping[_LayoutPlace, PaneLayout]) -> dict[str, Any]:
        tables: dict[str, dict[str, object]] = {}
        for (view, size), layout in sorted(choices.items()):
            tables.setdefault(view, {})[size] = {"paper": layout.placement, "list_percent": layout.share}
        last = tables.pop(_LAST, {})
        return {**last, _VIEWS: tables} if tables else last


_VIEWS = "views"
"""The JSON key in the file whose value has the layouts of views.

Every other key is a terminal size, and its value is the layout that was chosen last for this size.
"""


def _layout(entry: object) -> PaneLayout:
    if not isinstance(entry, dict) or set(entry) != {"paper", "list_percent"}:
        raise ValueError("not a layout")
    share = entry["list_percent"]
    if not isinstance(share, int) or not _MIN_SHARE <= share <= _MAX_SHARE:
        raise ValueError(f"list_percent must be a whole number from {_MIN_SHARE} to {_MAX_SHARE}")
    return PaneLayout(Placement(entry["paper"]), share)
