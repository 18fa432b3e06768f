"""Draw a paper in a list. Its row has one or more lines, and each line is made of parts.

A part is a text with a tone. A tone is the name of a style of text, such as `authors` or `error`. The theme defines how
it looks.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from rich.cells import cell_len

from readq.model.values import QueueRow
from readq.tui.text import tones
from readq.tui.text.list_columns import TITLE, Cell, cell_text

Part = tuple[str, str]
"""A pair: a text, and its tone."""

FindMatches = Callable[[str, str], Sequence[tuple[int, int]]]
"""A function that finds the words of the query in a text. It returns their spans as pairs (start, end) of indexes.

Its arguments are the name of a column of the search index, such as `title`, and the text of this column.
"""


def row_lines(
    row: QueueRow, layout: Sequence[Cell], title: Sequence[str], now: datetime, find: FindMatches
) -> list[list[Part]]:
    """Return the lines of the row of a paper. Each line is as wide as the cells of `layout` together.

    `title` has the lines of the title. The first line of the row has all columns. Further lines have only the title.
    Words that `find` finds in the title and the authors have the tone MATCH. Ages are computed from `now`.
    """
    first: list[Part] = []
    indent = 0
    for cell in layout:
        if cell.name == TITLE:
            indent = _width(first) + cell.gap
            first += [(" " * cell.gap, tones.TITLE), *with_matches(title[0], TITLE, tones.TITLE, find)]
        else:
            tone = tones.cell_tone(cell.name, row, now)
            text = cell_text(cell, row, now)
            first += with_matches(text, cell.name, tone, find) if cell.name == "authors" else [(text, tone)]
    rest = _width(first) - indent
    more = [
        [
            (" " * indent, tones.TEXT),
            *with_matches(line, TITLE, tones.TITLE, find),
            (" " * (rest - cell_len(line)), tones.TEXT),
        ]
        for line in title[1:]
    ]
    return [first, *more]


def with_matches(text: str, column: str, tone: str, find: FindMatches) -> list[Part]:
    """Split `text` into parts. Words that `find` finds have the tone MATCH, and all other text has the tone `tone`.

    `column` is the column of the search index that holds `text`, such as `title`.
    """
    spans = find(column, text)
    if not spans:
        return [(text, tone)]
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    parts = [
        (text[start:end], tones.MATCH if index % 2 else tone) for index, (start, end) in enumerate(pairwise(edges))
    ]
    return [part for part in parts if part[0]]


def _width(parts: Sequence[Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)
