"""Merge what the library and a Markdown file say about a paper and its note. Pure functions.

Each side is compared with what both had in common: what one side changed wins, and of a note that both changed, both
texts are kept.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from readq.model.values import CONFLICT_HEADING

Value = TypeVar("Value")


class NoteSide(NamedTuple):
    """What one side says: the text of the note ("" for none), and the title, status and tags of the paper."""

    text: str
    title: str
    status: str
    tags: frozenset[str]


class CommonSide(NamedTuple):
    """What both sides had in common. `digest` is that of the text."""

    digest: str
    title: str
    status: str
    tags: frozenset[str]


class MergedNote(NamedTuple):
    """What both sides shall say. `both` tells that the text has both texts.

    `contested` are the names of properties that both sides changed; the value of the library stays.
    """

    side: NoteSide
    both: bool
    contested: tuple[str, ...]


def merge_sides(
    common: CommonSide | None, library: NoteSide, file: NoteSide, digest: Callable[[str], str]
) -> MergedNote:
    """Merge the two sides. `common` is None if they were never compared. `digest` computes the digest of a text."""
    text, both = _text(common, library.text, file.text, digest)
    title, is_title = _single(common and common.title, library.title, file.title)
    status, is_status = _single(common and common.status, library.status, file.status)
    before = common.tags if common else frozenset()
    added = (library.tags - before) | (file.tags - before)
    removed = (before - library.tags) | (before - file.tags)
    contested = tuple(name for name, is_one in (("title", is_title), ("status", is_status)) if is_one)
    return MergedNote(NoteSide(text, title, status, (before | added) - removed), both, contested)


def _text(common: CommonSide | None, library: str, file: str, digest: Callable[[str], str]) -> tuple[str, bool]:
    if common and digest(file) == common.digest:
        return library, False
    if (common and digest(library) == common.digest) or not library:
        return file, False
    # One side may have both texts already: a program that was stopped half-way has written them to one side.
    if has_lines(library, file):
        return library, False
    if has_lines(file, library):
        return file, False
    return f"{library}\n\n{CONFLICT_HEADING}\n\n{file}", True


def has_lines(text: str, lines: str) -> bool:
    """Return whether `text` has all of `lines` in a row, as whole lines. A shorter text within a line is another one.

    No lines are in every text.
    """
    return not lines or f"\n{lines}\n" in f"\n{text}\n"


def _single(common: Value | None, library: Value, file: Value) -> tuple[Value, bool]:
    """Return the value, and whether both sides changed it to different values."""
    if file in (library, common):
        return library, False
    if common is None:
        return library, False
    return (file, False) if library == common else (library, True)
