"""A line of the list as text in columns, cut to the cells there are. Knows nothing of a screen."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from readq.days import local_day
from readq.model.values import QueueRow
from readq.tui.text import symbols as glyphs
from readq.tui.text.sanitize import shown

_VOTES = 5
_AGE = 4
_AUTHORS = 18
_AUTHORS_FROM = 76
"""The width in cells from which a list has room for an authors column."""

_UNITS = ((365, "y"), (30, "mo"), (7, "w"), (1, "d"))


class Cells(NamedTuple):
    """The columns of a line; each already has its width."""

    marks: str
    votes: str
    title: str
    authors: str
    age: str


def age(added: str, now: datetime) -> str:
    """How long ago an instant was, in the largest unit that fits: `3h`, `2d`, `5w`, `4mo`; `now` below an hour."""
    then = datetime.fromisoformat(added)
    since = now - (then if then.tzinfo else then.replace(tzinfo=UTC))
    if since.days > 0:
        return days_old(since.days)
    hours = since.seconds // 3600 if since.days >= 0 else 0
    return f"{hours}h" if hours else "now"


def days_old(days: int) -> str:
    """Whole days in the largest unit that fits: `0d`, `13d`, `8w`, `4mo`, `2y`; days to come are `0d`."""
    for size, unit in _UNITS:
        if days >= size and (unit != "w" or days < 60) and (unit != "d" or days < 14):
            return f"{days // size}{unit}"
    return "0d"


def votes(count: int | None) -> str:
    """Upvotes in five cells at most: `▲41`, `▲1.2k`; empty for none."""
    if not count:
        return ""
    return f"{glyphs.VOTES}{count}" if count < 1000 else f"{glyphs.VOTES}{count / 1000:.3g}k"


def short_authors(authors: str) -> str:
    """Who wrote it, in a few words, from names one a line: `Vaswani`, `Qu & Zhang`, `Qu et al.`"""
    families = [family_name(name) for name in authors.splitlines()[:3]]
    if len(families) == 2:
        return " & ".join(families)
    return f"{families[0]} et al." if len(families) > 2 else "".join(families)


def family_name(name: str) -> str:
    """The last word of a name, or what stands before its comma."""
    before, comma, _ = name.partition(",")
    return before.strip() if comma else (name.split() or [""])[-1]


@lru_cache(4096)
def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells, with an ellipsis where it was cut."""
    if width < 1:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    cut = set_cell_size(text, width - 1).rstrip()
    return set_cell_size(cut + glyphs.ELLIPSIS, width)


def cells(row: QueueRow, width: int, now: datetime) -> Cells:
    """The line of a paper in `width` cells (cursor and selection take two more in front)."""
    note = glyphs.NOTE if row.has_note else " "
    is_snoozed = row.snoozed_until is not None and row.snoozed_until > str(local_day(now))
    status = glyphs.SNOOZED if is_snoozed else glyphs.STATUS.get(row.status, "?")
    marks = f"{status}{glyphs.STAR if row.starred else ' '}{note} "
    names = fit(" " + shown(short_authors(row.authors)), _AUTHORS) if width >= _AUTHORS_FROM else ""
    counted = fit(votes(row.upvotes).ljust(_VOTES), _VOTES) + " "
    title = fit(shown(row.title), width - len(marks) - len(counted) - cell_len(names) - _AGE - 1)
    return Cells(marks, counted, title, names, " " + _age(row, now).rjust(_AGE))


def _age(row: QueueRow, now: datetime) -> str:
    """How old the news of the paper is: since a feed last had it, else since it was added."""
    if row.seen is None:
        return age(row.added, now)
    return days_old((local_day(now) - date.fromisoformat(row.seen)).days)
