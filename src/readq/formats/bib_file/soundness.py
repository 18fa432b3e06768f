"""Refuse to change a .bib file that cannot be divided into entries with certainty."""

from readq.errors import ReadqError
from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.blocks import conflict_lines
from readq.formats.bib_file.content import Content


class RefusedError(ReadqError):
    """Raised for a file that readq must not change. The message states the reason and the line."""


def refuse_unsound(content: Content, found: BlockList) -> None:
    """Raise RefusedError if a file is not UTF-8 text, contains a merge conflict, or has a block without an end.

    `content` is the content of the file, and `found` are its blocks.
    """
    for start, window in content.windows():
        for number in conflict_lines(window):
            raise RefusedError(f"line {_line_of(content, start) + number - 1} has the mark of a merge conflict")
    if found.broken:
        line = _line_of(content, found.broken.start)
        raise RefusedError(f"the block of line {line} has no end: its braces do not balance")
    for start, window in content.windows():
        try:
            window.decode("utf-8")
        except UnicodeDecodeError as error:
            raise RefusedError(f"line {_line_of(content, start + error.start)} is not UTF-8") from error
    for start, window in content.windows():
        if b"\0" in window:
            raise RefusedError(f"line {_line_of(content, start + window.index(0))} is not text")


def _line_of(content: Content, at: int) -> int:
    return sum(piece.count(b"\n") for piece in content.pieces(0, at)) + 1
