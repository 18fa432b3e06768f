"""Format a paper as one line of a list: columns of text, each padded or cut to its width in terminal cells."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from readq.days import local_day
from readq.model.values import QueueRow
from readq.tui.text import icons
from readq.tui.text.sanitize import display_text

_VOTES = 5
_AGE = 4
_AUTHORS = 18
_MIN_WIDTH_FOR_AUTHORS = 76
"""Smallest line width, in cells, that gets an authors column."""

_UNITS = ((365, "y"), (30, "mo"), (7, "w"), (1, "d"))


class Columns(NamedTuple):
    """The columns of a list line, each padded or cut to its width. `marks` has the icons for status, star and note."""

    marks: str
    votes: str
    title: str
    authors: str
    age: str


def age(added: str, now: datetime) -> str:
    """Format the time from `added` (ISO 8601, in UTC) to `now` in its largest unit: `3h`, `2d`, `5w`, `4mo`.

    A time of less than an hour gives `now`.
    """
    then = datetime.fromisoformat(added)
    since = now - (then if then.tzinfo else then.replace(tzinfo=UTC))
    if since.days > 0:
        return age_in_days(since.days)
    hours = since.seconds // 3600 if since.days >= 0 else 0
    return f"{hours}h" if hours else "now"


def age_in_days(days: int) -> str:
    """Format whole days in their largest unit: `0d`, `13d`, `8w`, `4mo`, `2y`. Negative numbers give `0d`."""
    for size, unit in _UNITS:
        if days >= size and (unit != "w" or days < 60) and (unit != "d" or days < 14):
            return f"{days // size}{unit}"
    return "0d"


def votes(count: int | None) -> str:
    """Format a number of upvotes in at most five cells: `▲41`, `▲1.2k`. Return "" for zero or None."""
    if not count:
        return ""
    return f"{icons.VOTES}{count}" if count < 1000 else f"{icons.VOTES}{count / 1000:.3g}k"


def short_authors(authors: str) -> str:
    """Shorten author names to `Vaswani`, `Qu & Zhang` or `Qu et al.` `authors` has one name per line."""
    families = [family_name(name) for name in authors.splitlines()[:3]]
    if len(families) == 2:
        return " & ".join(families)
    return f"{families[0]} et al." if len(families) > 2 else "".join(families)


def family_name(name: str) -> str:
    """Return the family name in a person's name.

    It is the text before the first comma. If there is no comma, it is the last word.
    """
    before, comma, _ = name.partition(",")
    return before.strip() if comma else (name.split() or [""])[-1]


@lru_cache(4096)
def fit(text: str, width: int) -> str:
    """Pad or cut `text` to exactly `width` cells. A cut text ends in an ellipsis."""
    if width < 1:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    cut = set_cell_size(text, width - 1).rstrip()
    return set_cell_size(cut + icons.ELLIPSIS, width)


def format_columns(row: QueueRow, width: int, now: datetime) -> Columns:
    """Format a paper as the columns of a line of `width` cells.

    The line does not include the cursor and the selection mark.
    """
    note = icons.NOTE if row.has_note else " "
    is_snoozed = row.snoozed_until is not None and row.snoozed_until > str(local_day(now))
    status = icons.SNOOZED if is_snoozed else icons.STATUS.get(row.status, "?")
    marks = f"{status}{icons.STAR if row.starred else ' '}{note} "
    names = fit(" " + display_text(short_authors(row.authors)), _AUTHORS) if width >= _MIN_WIDTH_FOR_AUTHORS else ""
    upvotes = fit(votes(row.upvotes).ljust(_VOTES), _VOTES) + " "
    title = fit(display_text(row.title), width - len(marks) - len(upvotes) - cell_len(names) - _AGE - 1)
    return Columns(marks, upvotes, title, names, " " + _age(row, now).rjust(_AGE))


def _age(row: QueueRow, now: datetime) -> str:
    """Format the age of the newest sighting, or of the paper's arrival if no feed listed it."""
    if row.seen is None:
        return age(row.added, now)
    return age_in_days((local_day(now) - date.fromisoformat(row.seen)).days)
