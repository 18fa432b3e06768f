"""Wrap text at word boundaries, measured in terminal cells. Wrapping ASCII text takes microseconds."""

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

_MIN_HANGING_WIDTH = 10
"""Smallest width, in cells, that is left for text when the lines after the first are indented."""


def wrap(text: str, width: int, hang: int = 0) -> list[str]:
    """Wrap one paragraph to lines of at most `width` cells. A word that is longer than a line is split.

    `hang` is the indent of the lines after the first, in cells. The first `hang` characters of `text`, such as a list
    mark, must be one cell wide each. If `hang` is 0, or leaves fewer than 10 cells for text, every line begins with the
    leading spaces of `text`. A paragraph that fits on one line keeps its spaces. An empty text gives one empty line.
    """
    measure = len if text.isascii() else cell_len
    text = text.expandtabs(4).rstrip()
    if measure(text) <= width:
        return [text]
    if hang and width - hang >= _MIN_HANGING_WIDTH:
        first, *more = wrap(text[hang:], width - hang)
        return [text[:hang] + first, *(" " * hang + line for line in more)]
    indent = text[: len(text) - len(text.lstrip())][: max(0, width // 2)]
    lines: list[str] = []
    line, used = indent, len(indent)
    fresh = True
    for word in _split_long_words(text.split(), width - len(indent)):
        size = measure(word)
        if not fresh and used + 1 + size > width:
            lines.append(line)
            line, used, fresh = indent, len(indent), True
        line, used = (line + word, used + size) if fresh else (f"{line} {word}", used + 1 + size)
        fresh = False
    return [*lines, line]


def _split_long_words(words: list[str], width: int) -> Iterator[str]:
    for word in words:
        if len(word) * 2 <= width or cell_len(word) <= width:
            yield word
        else:
            yield from chop_cells(word, max(2, width))
