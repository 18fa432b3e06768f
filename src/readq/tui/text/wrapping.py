"""Text broken into lines by words, measured in cells. Plain ASCII, most of what is read, costs microseconds."""

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

_NARROWEST = 10
"""Cells that a hanging paragraph must have beside what it hangs on."""


def wrap(text: str, width: int, hang: int = 0) -> list[str]:
    """The lines of one paragraph in at most `width` cells each; its indent is kept, words longer than a line are cut.

    What fits into one line keeps its spaces, tables and columns with it. With `hang` the first so many characters, one
    cell each, stand alone in their columns, unless that leaves no room. At least one line, empty for an empty text.
    """
    measure = len if text.isascii() else cell_len
    text = text.expandtabs(4).rstrip()
    if measure(text) <= width:
        return [text]
    if hang and width - hang >= _NARROWEST:
        first, *more = wrap(text[hang:], width - hang)
        return [text[:hang] + first, *(" " * hang + line for line in more)]
    indent = text[: len(text) - len(text.lstrip())][: max(0, width // 2)]
    lines: list[str] = []
    line, used = indent, len(indent)
    fresh = True
    for word in _fitting(text.split(), width - len(indent)):
        size = measure(word)
        if not fresh and used + 1 + size > width:
            lines.append(line)
            line, used, fresh = indent, len(indent), True
        line, used = (line + word, used + size) if fresh else (f"{line} {word}", used + 1 + size)
        fresh = False
    return [*lines, line]


def _fitting(words: list[str], width: int) -> Iterator[str]:
    for word in words:
        if len(word) * 2 <= width or cell_len(word) <= width:
            yield word
        else:
            yield from chop_cells(word, max(2, width))
