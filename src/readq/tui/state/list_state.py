"""The papers of the list, the cursor and the selection."""

from array import array
from collections.abc import Container, Iterable

EMPTY: "array[int]" = array("q")


class ListState:
    """Paper ids in list order, the index of the cursor, and the ids of the selected papers."""

    def __init__(self) -> None:
        self.ids = EMPTY
        self.cursor = 0
        self.selected: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def current(self) -> int | None:
        """The id of the paper under the cursor, None in an empty list."""
        return self.ids[self.cursor] if self.ids else None

    def move(self, index: int) -> None:
        """Put the cursor on a line, or on the nearest one that exists."""
        self.cursor = max(0, min(index, len(self.ids) - 1))

    def replace(self, ids: "array[int]", *, reset: bool = False) -> None:
        """Replace the papers. Keep the cursor on its paper, else on its line; `reset` clears cursor and selection."""
        anchor, self.ids = self.current, ids
        index = None if anchor is None or reset else self.index(anchor)
        self.move(0 if reset else self.cursor if index is None else index)
        if self.selected:
            self.selected.intersection_update(() if reset else ids)

    def remove(self, paper_ids: Container[int]) -> None:
        """Remove papers from the list. Keep the cursor on its paper, else on its line."""
        self.replace(array("q", (paper_id for paper_id in self.ids if paper_id not in paper_ids)))

    def index(self, paper_id: int) -> int | None:
        """Return the line of a paper, None if it is not listed."""
        try:
            return self.ids.index(paper_id)
        except ValueError:
            return None

    def toggle(self, paper_id: int) -> None:
        """Select a paper, or deselect it if it is selected."""
        self.selected ^= {paper_id}

    def select(self, paper_ids: Iterable[int]) -> None:
        """Add papers to the selection."""
        self.selected.update(paper_ids)

    def targets(self) -> tuple[int, ...]:
        """Return the papers that an action applies to: the selection in list order, else the paper under the cursor."""
        if self.selected:
            return tuple(paper_id for paper_id in self.ids if paper_id in self.selected)
        return () if self.current is None else (self.current,)

    def ids_to_cursor(self) -> "array[int]":
        """Return the papers from the top to the cursor, inclusive."""
        return self.ids[: self.cursor + 1] if self.ids else EMPTY
