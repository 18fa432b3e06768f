"""Name papers in messages, by shortened title or by paper number."""

from collections.abc import Sequence

from readq.tui.text.list_columns import fit
from readq.tui.text.sanitize import display_text

_TITLE_WIDTH = 50
"""The largest width of a title in a message, in cells. A longer title is cut."""

_MAX_NUMBERS = 6
"""The largest number of paper numbers that a message lists."""


def paper_numbers(paper_ids: Sequence[int]) -> str:
    """Return the ids of papers as text for a message: `#3 #12`.

    Only six ids are listed. If there are more, the text ends in words such as `and 8 more`.
    """
    numbers = " ".join(f"#{number}" for number in paper_ids[:_MAX_NUMBERS])
    more = len(paper_ids) - _MAX_NUMBERS
    return f"{numbers} and {more:,} more" if more > 0 else numbers


def link_line(sign: str, key: str, title: str) -> str:
    """Return the line about a link between notes, such as `→ key · Title` or `← key · Title`.

    `key` and `title` are the citation key and the title of a paper. `sign` is `→` for a link to this paper, and `←` for
    a link from this paper. `title` is "" if the paper is not in the library.
    """
    return f"{sign} {display_text(key)} · {display_text(title) or 'not in the library'}"


def quoted_title(title: str) -> str:
    """Return a title, with its LaTeX in Unicode and cut to at most 50 cells, in quotation marks."""
    return quoted(display_text(title))


def quoted(text: str) -> str:
    """Return a text, cut to at most 50 cells, in quotation marks."""
    return f"“{fit(text, _TITLE_WIDTH).rstrip()}”"
