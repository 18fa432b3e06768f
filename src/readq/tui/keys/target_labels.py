"""Letters for what is visible on the list screen, so that two keys lead to any of it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_LETTERS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM"
"""The letters in the order in which they are given, those under the fingers first."""


class TargetLabels(NamedTuple):
    """Letters for rows and views. `rows` maps the indexes of rows, and `views` the names of views, to their letters."""

    rows: Mapping[int, str] = {}
    views: Mapping[str, str] = {}

    def row(self, letter: str) -> int | None:
        """Return the row with a letter. Return None if there is none."""
        return next((row for row, each in self.rows.items() if each == letter), None)

    def view(self, letter: str) -> str | None:
        """Return the view with a letter. Return None if there is none."""
        return next((view for view, each in self.views.items() if each == letter), None)


def target_labels(rows: Sequence[int], views: Sequence[str]) -> TargetLabels:
    """Return a letter for each of the views and rows, in their order, as far as the 52 letters go."""
    letters = iter(_LETTERS)
    # A view that has no key cannot be reached otherwise, but any row can.
    by_view = dict(zip(views, letters, strict=False))
    return TargetLabels(dict(zip(rows, letters, strict=False)), by_view)
