"""The state of the paper list: the listed papers, the line of the cursor, and the selected papers."""

from array import array
from collections.abc import Container, Iterable

EMPTY: "array[int]" = array("q")


class ListState:
    """The ids of the listed papers in order, the line of the cursor, and the ids of the selected papers."""

    def __init__(self) -> None:
        self.ids = EMPTY
        self.cursor = 0
        self.selected: set[int] = set()
        self._removed: dict[int, int] = {}
        """The former lines of the papers that `remove` took off the list, by paper id."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def current(self) -> int | None:
        """The id of the paper under the cursor. It is None if the list is empty."""
        return self.ids[self.cursor] if self.ids else None

    def move(self, index: int) -> None:
        """Move the cursor to the line `index`, or to the nearest line that exists."""
        self.cursor = max(0, min(index, len(self.ids) - 1))

    def replace(self, ids: "array[int]", *, reset: bool = False) -> None:
        """Replace the listed papers. The cursor stays on its paper. If that paper is not listed, it stays on its line.

        Papers that are not in `ids` are deselected. With `reset`, the cursor moves to the top and the selection is
        cleared.
        """
        anchor, self.ids = self.current, ids
        self._removed = {}
        index = None if anchor is None or reset else self.index(anchor)
        self.move(0 if reset else self.cursor if index is None else index)
        if self.selected:
            self.selected.intersection_update(() if reset else ids)

    def remove(self, paper_ids: Container[int]) -> None:
        """Remove papers from the list. The cursor stays on its paper.

        If the paper under the cursor is removed, the cursor stays on its line.
        """
        removed = self._removed
        removed |= {paper_id: line for line, paper_id in enumerate(self.ids) if paper_id in paper_ids}
        self.replace(array("q", (paper_id for paper_id in self.ids if paper_id not in paper_ids)))
        self._removed = removed

    def restore(self, paper_ids: Iterable[int]) -> list[int]:
        """Put papers back to the lines from which `remove` has removed them. Return the ids of these papers.

        Papers that `remove` has not removed are ignored. The cursor stays on its paper.
        """
        lines = {paper_id: self._removed.pop(paper_id) for paper_id in paper_ids if paper_id in self._removed}
        if lines:
            ids, removed = self.ids[:], self._removed
            for paper_id, line in sorted(lines.items(), key=lambda one: one[1]):
                ids.insert(line, paper_id)
            self.replace(ids)
            self._removed = removed
        return list(lines)

    def index(self, paper_id: int) -> int | None:
        """Return the line of a paper, counted from 0. Return None if the paper is not listed."""
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
        """Return the ids of the papers that an action changes.

        They are the selected papers in the order of the list. If no papers are selected, it is the paper under the
        cursor.
        """
        if self.selected:
            return tuple(paper_id for paper_id in self.ids if paper_id in self.selected)
        return () if self.current is None else (self.current,)

    def ids_to_cursor(self) -> "array[int]":
        """Return the ids of the papers from the top of the list to the cursor, inclusive."""
        return self.ids[: self.cursor + 1] if self.ids else EMPTY
