"""The layout of the list screen: where the paper is shown, and how the list and the paper share the screen.

Terminals of different sizes have different layouts, and so have different views. A layout that the reader has changed
is stored in a file of the user's state folder, because it suits the terminal and not the library. Nothing is written
without a change.
"""

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from threading import Lock
from typing import NamedTuple

from readq.paths import state_folder, write_atomically

_WIDE = 160
"""Smallest width of a wide terminal, in cells."""

_SMALL_COLUMNS, _SMALL_LINES = 60, 20
"""A terminal with fewer columns or fewer lines is small."""

_STEP, _MIN_SHARE, _MAX_SHARE = 5, 20, 80
"""One move of the split, and the limits of the list's share. All in percent."""


class Placement(StrEnum):
    """Where the paper is shown."""

    BESIDE = "beside"
    BELOW = "below"
    OFF = "off"


class TerminalSize(StrEnum):
    """A class of terminal sizes. Each class has a layout of its own."""

    WIDE = "wide"
    MEDIUM = "medium"
    SMALL = "small"


class PaneLayout(NamedTuple):
    """Where the paper is shown, and the share of the list in percent, from 20 to 80. The paper has the rest."""

    placement: Placement
    share: int = 55

    def next_placement(self) -> "PaneLayout":
        """Return the layout with the next placement, in the order beside, below, off."""
        order = list(Placement)
        return self._replace(placement=order[(order.index(self.placement) + 1) % len(order)])

    def move_split(self, steps: int) -> "PaneLayout":
        """Return the layout with a larger list. A step is 5 percent. Negative steps make the list smaller."""
        return self.with_share(self.share + steps * _STEP)

    def with_share(self, share: int) -> "PaneLayout":
        """Return the layout in which the list has `share` percent, or as near to it as the limits allow."""
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
    """Return the path of the file with the layouts that the reader has changed."""
    return os.path.join(state_folder(), "layout.json")


_LayoutPlace = tuple[str, TerminalSize]
"""The name of a view, and a terminal size. The name "" stands for the layout that was chosen last in any view."""

_LAST = ""


class LayoutFile:
    """The layouts of all views and terminal sizes, kept in the file at `path`. Another readq may write the same file.

    A view in which no layout was chosen has the layout that was chosen last, for each terminal size. `problem` is the
    reason why an existing file could not be read, else "". The layouts are then the defaults.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.problem = ""
        self._changed: dict[_LayoutPlace, PaneLayout] = {}
        self._lock = Lock()
        self._stored: dict[_LayoutPlace, PaneLayout] = {}
        try:
            self._stored = _read(path)
        except (OSError, ValueError) as error:
            self.problem = f"the layout file {path} cannot be read: {_reason(error)}; {_NEXT_CHANGE}"

    def layout(self, size: TerminalSize, view: str) -> PaneLayout:
        """Return the layout of a view for a terminal size."""
        return self._known(view, size) or self._known(_LAST, size) or DEFAULTS[size]

    def _known(self, view: str, size: TerminalSize) -> PaneLayout | None:
        return self._changed.get((view, size)) or self._stored.get((view, size))

    def change(self, size: TerminalSize, view: str, layout: PaneLayout) -> None:
        """Set the layout of a view for a terminal size. `save` writes it."""
        self._changed[view, size] = self._changed[_LAST, size] = layout

    def rename_view(self, old: str, new: str) -> None:
        """Give the layouts of the view `old` to the view `new`. `save` writes them."""
        for size in TerminalSize:
            if layout := self._known(old, size):
                self._changed[new, size] = layout

    def save(self) -> str:
        """Write the changed layouts to the file. Return "", or the reason if that failed.

        Waits for the disk, so call it outside the UI thread. Sizes that were not changed here keep their layouts in
        the file.
        """
        with self._lock:
            changed = dict(self._changed)
            try:
                stored = _read(self.path)
            except (OSError, ValueError):
                stored = {}
            if changed.items() <= stored.items():
                return ""
            try:
                os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
                write_atomically(self.path, _as_text(stored | changed), mode=0o600)
            except OSError as error:
                return f"the layout is not kept, {self.path} cannot be written: {error.strerror}"
        return ""


_VIEWS = "views"
"""The key of the layouts of views in the file. The other keys are terminal sizes."""

_NEXT_CHANGE = "the next change of the layout replaces it"


def _read(path: str) -> dict[_LayoutPlace, PaneLayout]:
    """Return the stored layouts. Raises ValueError if the file has other content."""
    try:
        with open(path, encoding="utf-8") as file:
            table = json.load(file)
    except FileNotFoundError:
        return {}
    except RecursionError as error:
        raise ValueError("not a table of layouts") from error
    if not isinstance(table, dict):
        raise ValueError("not a table of layouts")
    views = table.pop(_VIEWS, {})
    if not isinstance(views, dict) or not all(isinstance(sizes, dict) for sizes in views.values()):
        raise ValueError("not a table of layouts")
    tables = {_LAST: table, **views}
    return {
        (view, TerminalSize(size)): _layout(entry) for view, sizes in tables.items() for size, entry in sizes.items()
    }


def _layout(entry: object) -> PaneLayout:
    if not isinstance(entry, dict) or set(entry) != {"paper", "list_percent"}:
        raise ValueError("not a layout")
    share = entry["list_percent"]
    if not isinstance(share, int) or not _MIN_SHARE <= share <= _MAX_SHARE:
        raise ValueError(f"list_percent must be a whole number from {_MIN_SHARE} to {_MAX_SHARE}")
    return PaneLayout(Placement(entry["paper"]), share)


def _as_text(layouts: Mapping[_LayoutPlace, PaneLayout]) -> str:
    tables: dict[str, dict[str, object]] = {}
    for (view, size), layout in sorted(layouts.items()):
        tables.setdefault(view, {})[size] = {"paper": layout.placement, "list_percent": layout.share}
    last = tables.pop(_LAST, {})
    return json.dumps({**last, _VIEWS: tables} if tables else last, indent=2) + "\n"


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    return "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
