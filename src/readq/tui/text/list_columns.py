"""Format a paper as a row of a list: columns of text, each padded or cut to its width in terminal cells."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from readq.days import local_day
from readq.line_wrap import wrap
from readq.model.authors.person_names import surname
from readq.model.values import Author, QueueRow
from readq.text import clean
from readq.tui.text import icons
from readq.tui.text.sanitize import display_text

TITLE = "title"

DEFAULT_COLUMNS = ("status", "star", "watch", "note", "interest", "upvotes", TITLE, "authors", "age")
"""The columns of a list if the user has chosen no columns."""

_ROOMY_TITLE = 100
"""The smallest width, in cells, that wide default columns must leave to the title.

Otherwise these columns are left out.
"""

_MIN_TITLE = 30
"""The smallest width, in cells, that wide columns chosen by the user must leave to the title."""

_TINY_TITLE = 20
"""The smallest width, in cells, that narrow columns must leave to the title."""

_WIDE_COLUMN = 10
"""The smallest width, in cells, of a column that counts as wide."""

_UNITS = ((365, "y"), (30, "mo"), (7, "w"), (1, "d"))


class Cell(NamedTuple):
    """A column of a list as it is drawn: its name, its width in cells, and the number of spaces before it."""

    name: str
    width: int
    gap: int


class Column(NamedTuple):
    """A column of a list."""

    width: int
    """The width in cells. It is 0 for the title, which takes the room that the other columns leave."""
    text: Callable[[QueueRow, datetime], str]
    """A function that returns the text of the column. Its arguments are the row of a paper and the present time."""
    is_mark: bool = False
    """Whether the column is an icon. There is no space between two icons."""
    is_right: bool = False
    """Whether the text is aligned to the right."""
    is_kept: bool = False
    """Whether the column is shown even if all of its texts are empty."""


def age(added: str, now: datetime) -> str:
    """Format the time from `added` (ISO 8601, in UTC) to `now` in its largest unit: `3h`, `2d`, `3w`, `4mo`, `2y`.

    Return the word “now” if the time is less than an hour, or if `added` is in the future.
    """
    then = datetime.fromisoformat(added)
    since = now - (then if then.tzinfo else then.replace(tzinfo=UTC))
    if since.days > 0:
        return age_in_days(since.days)
    hours = since.seconds // 3600 if since.days >= 0 else 0
    return f"{hours}h" if hours else "now"


def age_in_days(days: int) -> str:
    """Format whole days in their largest unit: `0d`, `6d`, `4w`, `4mo`, `2y`. Return `0d` for a negative number."""
    for size, unit in _UNITS:
        if days >= size:
            return f"{days // size}{unit}"
    return "0d"


def votes(count: int | None) -> str:
    """Format a number of upvotes in at most five cells: `▲41`, `▲1.2k`, `▲3.4M`. Return "" for zero or None."""
    if not count:
        return ""
    if count < 1000:
        return f"{icons.VOTES}{count}"
    number, unit = (count / 1000, "k") if count < 999_500 else (count / 1_000_000, "M")
    return f"{icons.VOTES}{number:.2g}{unit}" if number < 99.5 else f"{icons.VOTES}{number:.0f}{unit}"


def interest(number: int | None) -> str:
    """Format the interest of a paper, from 0 to 100, as a bar and the number: `▆ 75`. Return "" for None."""
    return "" if number is None else f"{icons.BARS[number * len(icons.BARS) // 101]}{number:>3}"


def short_authors(authors: str) -> str:
    """Shorten author names to family names: `Vaswani`, `Qu & Zhang`, or `Qu et al.` for more than two authors.

    `authors` has one name per line. The name of a group, such as `DreamX Team`, is not shortened.
    """
    families = [surname(Author(name)) for name in authors.splitlines()[:3]]
    if len(families) == 2:
        return " & ".join(families)
    return f"{families[0]} et al." if len(families) > 2 else "".join(families)


@lru_cache(4096)
def fit(text: str, width: int) -> str:
    """Pad or cut `text` to exactly `width` cells. A cut text ends in an ellipsis."""
    if width < 1:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    cut = set_cell_size(text, width - 1).rstrip()
    return set_cell_size(cut + icons.ELLIPSIS, width)


def _status(row: QueueRow, now: datetime) -> str:
    is_snoozed = row.snoozed_until is not None and row.snoozed_until > str(local_day(now))
    return (icons.SNOOZED if is_snoozed else icons.STATUS.get(row.status, "?")).strip()


def _due(row: QueueRow, now: datetime) -> str:
    """Format the days until a review is due: `5d`, or `due`."""
    if row.due is None:
        return ""
    days = (date.fromisoformat(row.due) - local_day(now)).days
    return age_in_days(days) if days > 0 else "due"


COLUMNS: dict[str, Column] = {
    # Keys of the list change statuses. The column is always kept, so that the titles do not move when a status appears.
    "status": Column(1, _status, is_mark=True, is_kept=True),
    "star": Column(1, lambda row, _: icons.STAR if row.starred else "", is_mark=True),
    "watch": Column(1, lambda row, _: icons.WATCH.get(row.watch or "", ""), is_mark=True),
    "note": Column(1, lambda row, _: icons.NOTE if row.has_note else "", is_mark=True),
    "interest": Column(4, lambda row, _: interest(row.interest)),
    "upvotes": Column(5, lambda row, _: votes(row.upvotes)),
    TITLE: Column(0, lambda row, _: display_text(row.title), is_kept=True),
    "authors": Column(18, lambda row, _: display_text(short_authors(row.authors))),
    "year": Column(4, lambda row, _: str(row.year) if row.year else "", is_right=True),
    "venue": Column(16, lambda row, _: display_text(row.venue or "")),
    "feed": Column(14, lambda row, _: clean(row.feed or "")),
    "tags": Column(16, lambda row, _: " ".join(f"#{clean(tag)}" for tag in row.tags.split())),
    "age": Column(4, lambda row, now: _age(row, now), is_right=True),
    "due": Column(4, _due, is_right=True),
}
"""Maps the name of each column of a list to the column. A test checks that the config accepts the same names."""


def filled_columns(names: Iterable[str], rows: Sequence[QueueRow], now: datetime) -> frozenset[str]:
    """Return the names of the columns, among `names`, that have a text for at least one row of `rows`."""
    return frozenset(name for name in names if any(COLUMNS[name].text(row, now) for row in rows))


def cells(chosen: Sequence[str], filled: Collection[str], width: int) -> tuple[Cell, ...]:
    """Return the columns of a list of `width` cells, from left to right. Their widths and gaps add up to `width`.

    `chosen` are the names of the columns that the user has chosen. If it is empty, the default columns are used. Of
    these columns, the list has those in `filled`, and those that are always kept. If the title has too little room,
    other columns are removed, the widest first.
    """
    roomy = _MIN_TITLE if chosen else _ROOMY_TITLE
    names = [name for name in chosen or DEFAULT_COLUMNS if name in filled or COLUMNS[name].is_kept]
    for name in sorted(names, key=lambda name: -COLUMNS[name].width):
        needed = roomy if COLUMNS[name].width >= _WIDE_COLUMN else _TINY_TITLE
        if name != TITLE and _title_width(names, width) < needed:
            names.remove(name)
    title = max(0, _title_width(names, width))
    gaps = _gaps(names)
    return tuple(
        Cell(name, title if name == TITLE else COLUMNS[name].width, gap) for name, gap in zip(names, gaps, strict=True)
    )


def _title_width(names: Sequence[str], width: int) -> int:
    return width - sum(COLUMNS[name].width for name in names) - sum(_gaps(names))


def _gaps(names: Sequence[str]) -> list[int]:
    """Return the number of spaces before each column.

    It is 0 for the first column and between two icons, otherwise 1.
    """
    marks = [COLUMNS[name].is_mark for name in names]
    return [int(index > 0 and not (marks[index] and marks[index - 1])) for index in range(len(names))]


def cell_text(cell: Cell, row: QueueRow, now: datetime) -> str:
    """Return the text of a paper in a column other than the title, with the spaces before it."""
    column = COLUMNS[cell.name]
    text = column.text(row, now)
    return " " * cell.gap + fit(text.rjust(cell.width) if column.is_right else text, cell.width)


@lru_cache(4096)
def title_lines(title: str, width: int, max_lines: int) -> tuple[str, ...]:
    """Return a title as a tuple of 1 to `max_lines` lines, each of exactly `width` cells.

    A cut title ends in an ellipsis.
    """
    text = display_text(title)
    if width < 1:
        return ("",)
    if max_lines == 1 or cell_len(text) <= width:
        return (fit(text, width),)
    # More characters than that do not fit, unless they take no cell. To wrap them all would take long.
    limit = (max_lines + 1) * width
    lines = wrap(text if len(text) <= limit else text[:limit] + icons.ELLIPSIS, max(2, width))
    if len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], " ".join(lines[max_lines - 1 :])]
    return tuple(fit(line, width) for line in lines)


def _age(row: QueueRow, now: datetime) -> str:
    """Format the age of the newest sighting, or of the paper's arrival if no feed listed it."""
    if row.seen is None:
        return age(row.added, now)
    return age_in_days((local_day(now) - date.fromisoformat(row.seen)).days)
