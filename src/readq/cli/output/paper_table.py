"""Draw `readq list` on a terminal: the columns of the list in the UI, one line for each paper, under a heading.

The widths and the texts are those of the UI. Each text has a tone, the name of a style such as `authors` or `error`. A
tone is drawn in one of the terminal's own 16 colors, or in the color that the user has chosen for it. On a terminal
without color, a tone is drawn in a style such as bold.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.config import NAMED_COLORS
from readq.days import local_day, parse_instant
from readq.model.values import QueueRow, Status
from readq.text import counted, filter_output
from readq.tui.text import tones
from readq.tui.text.day_headings import day_name
from readq.tui.text.list_columns import DEFAULT_COLUMNS, TITLE, Cell, cells, filled_columns, fit, title_lines
from readq.tui.text.row_parts import FindMatches, Part, row_lines

_COLORS = {
    tones.AUTHORS: "36",
    tones.PLACE: "35",
    tones.OWN: "32",
    tones.MARK: "33",
    tones.MATCH: "1;4;33",
    tones.MUTED: "2",
    tones.LOW: "2",
    tones.HIGH: "1",
    tones.ERROR: "31",
}
_STYLES = {
    tones.PLACE: "3",
    tones.OWN: "3",
    tones.MARK: "1",
    tones.MATCH: "1;4",
    tones.MUTED: "2",
    tones.LOW: "2",
    tones.HIGH: "1",
    tones.ERROR: "1",
}
"""How each tone is drawn on a terminal without colors.

The values are parameters of the control sequence SGR (ECMA-48), which sets the style of text. `_COLORS` has the
parameters for a terminal with colors.
"""

_CLOSED = {tones.TITLE: tones.MUTED, tones.HIGH: tones.LOW, tones.MEDIUM: tones.LOW}
"""Maps a tone to the tone that replaces it in the row of a paper that is done or dropped."""

_NAMES = {"status": "", "star": "", "note": "", "interest": "int", "upvotes": "votes"}
"""Maps the name of a column in the config to its name in the heading, where the two names differ."""


class TableStyle(NamedTuple):
    """The style of a table of papers."""

    width: int
    """The width of the table in cells."""
    columns: Sequence[str]
    """The names of the columns that the user has chosen. If it is empty, the default columns are drawn."""
    sgr: Mapping[str, str]
    """The result of the function `sgr`: the parameters by which the terminal draws each tone."""
    by_day: bool
    """Whether a line with the day precedes the papers of each day.

    The day of a paper is that of its newest sighting, or the day on which it was added if it has no sighting.
    """


def sgr(environ: Mapping[str, str], colors: Mapping[str, str]) -> dict[str, str]:
    """Return a dict from each tone to the parameters of the control sequence SGR that draws it.

    A tone is the name of a style. SGR sets the style of text on a terminal. `environ` describes the terminal. The dict
    is empty for a terminal without styles. `colors` is `Config.colors`, the colors that the user has chosen for tones.
    """
    if environ.get("TERM", "dumb") == "dumb":
        return {}
    if environ.get("NO_COLOR"):
        return dict(_STYLES)
    return _COLORS | {tone: _true_color(NAMED_COLORS.get(color, color)) for tone, color in colors.items()}


def table_lines(
    rows: Sequence[QueueRow], total: int, now: datetime, style: TableStyle, find: FindMatches
) -> Iterator[str]:
    """Yield the lines of a table with the papers `rows`, without line ends.

    `total` is the number of papers found. If it is larger than the number of rows, the last line says how many papers
    are left out. The words that `find` finds are highlighted.
    """
    if not rows:
        yield f"{counted(total, 'paper')} (--limit 0 shows none)" if total else "no papers"
        return
    names = style.columns or DEFAULT_COLUMNS
    number = max(len(str(row.id)) for row in rows)
    layout = cells(style.columns, filled_columns(names, rows, now), max(0, style.width - number - 1))
    yield _drawn([("#".rjust(number) + " ", tones.MUTED), *_heading(layout)], style)
    day = ""
    for row in rows:
        if style.by_day and (new := _day(row)) != day:
            day = new
            yield _drawn([(fit(day_name(day, local_day(now)), style.width).rstrip(), tones.PLACE)], style)
        title = title_lines(row.title, next(cell.width for cell in layout if cell.name == TITLE), 1)
        (parts,) = row_lines(row, layout, title, now, find)
        if row.status in (Status.DONE, Status.DROPPED):
            parts = [(text, _CLOSED.get(tone, tone)) for text, tone in parts]
        yield _drawn([(f"{row.id:>{number}} ", tones.MUTED), *parts], style)
    if total > len(rows):
        yield f"… and {total - len(rows):,} more (--limit {total} shows all)"


def _day(row: QueueRow) -> str:
    return row.seen or local_day(parse_instant(row.added)).isoformat()


def _heading(layout: Sequence[Cell]) -> list[Part]:
    names = ((cell, _NAMES.get(cell.name, cell.name)) for cell in layout)
    return [(" " * cell.gap + fit(name, cell.width), tones.MUTED) for cell, name in names]


def _drawn(parts: Sequence[Part], style: TableStyle) -> str:
    *first, (last, tone) = parts
    return "".join(_styled(filter_output(text), style.sgr.get(tone)) for text, tone in [*first, (last.rstrip(), tone)])


def _styled(text: str, parameters: str | None) -> str:
    return f"\x1b[{parameters}m{text}\x1b[0m" if parameters and text.strip() else text


def _true_color(color: str) -> str:
    digits = color.removeprefix("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    return f"38;2;{';'.join(str(int(pair, 16)) for pair in pairs)}"
