"""The order of each view, as the reader has chosen it in the sort menu, kept in a file of the user's state folder."""

import json
import os
from collections.abc import Mapping
from threading import Lock

from readq.paths import state_folder, write_atomically
from readq.store.papers.queries import SORTS

DEFAULT = "seen"
"""The order of a view for which the reader has chosen none."""

_NEXT_CHANGE = "the next choice of an order replaces it"


def default_path() -> str:
    """Return the path of the file with the orders that the reader has chosen."""
    return os.path.join(state_folder(), "orders.json")


class ViewOrders:
    """The sort order of each view, kept in the file at `path`. Another readq may write the same file.

    `problem` is the reason why an existing file could not be read, else "". All views then have the default order.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.problem = ""
        self._changed: dict[str, str] = {}
        self._lock = Lock()
        self._stored: Mapping[str, str] = {}
        try:
            self._stored = _read(path)
        except (OSError, ValueError) as error:
            self.problem = f"the file {path} with the orders of lists cannot be read: {_reason(error)}; {_NEXT_CHANGE}"

    def order(self, view: str, default: str = DEFAULT) -> str:
        """Return the sort order of a view, `default` if the reader has chosen none."""
        return self._changed.get(view) or self._stored.get(view) or default

    def change(self, view: str, sort: str) -> None:
        """Set the sort order of a view. `save` writes it."""
        self._changed[view] = sort

    def save(self) -> str:
        """Write the changed orders to the file. Return "", or the reason if that failed.

        Waits for the disk, so call it outside the UI thread. Views that were not changed here keep their orders in the
        file.
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
                write_atomically(self.path, json.dumps(stored | changed, indent=2) + "\n", mode=0o600)
            except OSError as error:
                return f"the order is not kept, {self.path} cannot be written: {error.strerror}"
        return ""


def _read(path: str) -> dict[str, str]:
    """Return the stored orders. An order that this readq does not know is left out.

    Raises ValueError if the file has other content.
    """
    try:
        with open(path, encoding="utf-8") as file:
            table = json.load(file)
    except FileNotFoundError:
        return {}
    except RecursionError as error:
        raise ValueError("not a table of orders") from error
    if not isinstance(table, dict) or not all(isinstance(sort, str) for sort in table.values()):
        raise ValueError("not a table of orders")
    return {view: sort for view, sort in table.items() if sort.removeprefix("-") in SORTS}


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    return "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
