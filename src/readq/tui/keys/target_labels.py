"""Letters that label the visible rows and the views on the list screen, while the user chooses one of them.

The action `labels` shows the letters. If the next key that the user presses is one of these letters, the screen goes to
the row or view that has this letter.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_LETTERS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM"
"""The letters in the order in which they are given to rows and views. The keys under the fingers come first."""


class TargetLabels(NamedTuple):
    """The letters of rows and views.

    `rows` maps the index of a row to its letter. `views` maps the name of a view to its letter.
    """

    rows: Mapping[int, str] = {}
    views: Mapping[str, str] = {}

    def row(self, letter: str) -> int | None:
        """Return the index of the row with the letter `letter`. Return None if no row has this letter."""
        return next((row for row, each in self.rows.items() if each == letter), None)

    def view(self, letter: str) -> str | None:
        """Return the name of the view with the letter `letter`. Return None if no view has this letter."""
        return next((view for view, each in self.views.items() if each == letter), None)


def target_labels(rows: Sequence[int], views: Sequence[str]) -> TargetLabels:
    """Give a letter to each view, and then to each row, in their order. Return the letters.

    There are 52 letters. Only the first 52 of the views and rows get one.
    """
    letters = iter(_LETTERS)
    # The views come first: they have no key, but the cursor keys reach any row.
    by_view = dict(zip(views, letters, strict=False))
    return TargetLabels(dict(zip(rows, letters, strict=False)), by_view)
