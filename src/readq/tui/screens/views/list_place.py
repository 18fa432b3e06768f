"""A place of the cursor in a list, to which the cursor can return after the list was replaced."""

from typing import NamedTuple

from readq.tui.state.list_state import ListState


class ListPlace(NamedTuple):
    """The paper or the heading under the cursor. Both values are None in an empty list."""

    paper: int | None
    """The id of the paper, or None on a heading."""
    day: str | None
    """The day of the heading as an ISO date, or None on a paper."""


def place_of_cursor(papers: ListState) -> ListPlace:
    """Return the place of the cursor in the list `papers`."""
    return ListPlace(papers.current, None if papers.heading is None else papers.rows.days[papers.heading][0])


def row_at(papers: ListState, place: ListPlace) -> int | None:
    """Return the row of the list `papers` with the paper or the heading of `place`. Return None if there is none.

    If the day of the paper is folded, return the row of its heading.
    """
    if place.day is not None:
        heading = papers.rows.index_of(place.day)
        return None if heading is None else papers.rows.heading_row(heading)
    line = None if place.paper is None else papers.index(place.paper)
    return None if line is None else papers.rows.row_of(line)
