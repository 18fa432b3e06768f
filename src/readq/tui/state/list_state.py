"""What a list shows and where the reader is in it: ids, cursor, selection. Knows nothing of a screen."""

from array import array
from collections.abc import Container, Iterable

EMPTY: "array[int]" = array("q")


class Listing:
    """Papers in order, a cursor on one of them, and the selected ones.

    The cursor is an index; `replace` keeps it on the same paper where that is still listed.
    """

    def __init__(self) -> None:
        self.ids = EMPTY
        self.cursor = 0
        self.selected: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def current(self) -> int | None:
        """The paper under the cursor; None in an empty list."""
        return self.ids[self.cursor] if self.ids else None

    def move(self, index: int) -> None:
        """Put the cursor on a line, or on the nearest one that exists."""
        self.cursor = max(0, min(index, len(self.ids) - 1))

    def replace(self, ids: "array[int]", *, from_top: bool = False) -> None:
        """Show other papers. The cursor stays on its paper, else on its line; or it and the selection start afresh."""
        anchor, self.ids = self.current, ids
        listed = None if anchor is None or from_top else self.index(anchor)
        self.move(0 if from_top else self.cursor if listed is None else listed)
        if self.selected:
            self.selected.intersection_update(() if from_top else ids)

    def remove(self, paper_ids: Container[int]) -> None:
        """List these no longer; the cursor stays on its paper, else on its line."""
        self.replace(array("q", (each for each in self.ids if each not in paper_ids)))

    def index(self, paper_id: int) -> int | None:
        """The line of a paper; None when it is not listed."""
        try:
            return self.ids.index(paper_id)
        except ValueError:
            return None

    def toggle(self, paper_id: int) -> None:
        """Select a paper, or no longer."""
        self.selected ^= {paper_id}

    def select(self, paper_ids: Iterable[int]) -> None:
        """Select these too."""
        self.selected.update(paper_ids)

    def targets(self) -> tuple[int, ...]:
        """The papers that a letter acts on: the selected ones in list order, else the one under the cursor."""
        if self.selected:
            return tuple(paper_id for paper_id in self.ids if paper_id in self.selected)
        return () if self.current is None else (self.current,)

    def above(self) -> "array[int]":
        """The papers from the top to the cursor, this one included."""
        return self.ids[: self.cursor + 1] if self.ids else EMPTY
