"""What messages are put together from: numbers with their noun, titles short enough to leave room for the rest."""

from collections.abc import Sequence

from readq.tui.text.columns import fit

_TITLE = 50
"""Cells that a title gets in a message."""


_NAMED = 6
"""Papers that a message names."""


def numbered(papers: Sequence[int]) -> str:
    """Papers by number: `#3 #12 and 8 more`."""
    named = " ".join(f"#{number}" for number in papers[:_NAMED])
    return f"{named} and {len(papers) - _NAMED:,} more" if len(papers) > _NAMED else named


def quoted(title: str) -> str:
    """A title in quotation marks, cut to what a message has room for."""
    return f"“{fit(title, _TITLE).rstrip()}”"
