"""Merge what the library and a Markdown file say about a paper and its note. Pure functions.

Each side is compared with the state in which both sides last agreed. A value that only one side changed is taken from
that side. If both sides changed the note, both texts are kept.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from readq.model.values import CONFLICT_HEADING

Value = TypeVar("Value")


class NoteSide(NamedTuple):
    """The state of one side (the library or the file): the note's text, and the title, status and tags of the paper.

    The text is "" if there is no note.
    """

    text: str
    title: str
    status: str
    tags: frozenset[str]


class CommonSide(NamedTuple):
    """The state in which both sides last agreed. `digest` is the digest of the note's text."""

    digest: str
    title: str
    status: str
    tags: frozenset[str]


class MergedNote(NamedTuple):
    """The merged state, to be written to both sides. `both` is true if the merged text has the texts of both sides.

    `contested` are the names of properties that both sides changed to different values. They have the library's value.
    """

    side: NoteSide
    both: bool
    contested: tuple[str, ...]


def merge_sides(
    common: CommonSide | None, library: NoteSide, file: NoteSide, digest: Callable[[str], str]
) -> MergedNote:
    """Merge the states of the library and the file. `common` is the state in which they last agreed, or None.

    `digest` computes the digest of a text.
    """
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
    """Return whether `text` contains `lines`, a text of one or more lines, as whole consecutive lines.

    Return True if `lines` is empty.
    """
    return not lines or f"\n{lines}\n" in f"\n{text}\n"


def _single(common: Value | None, library: Value, file: Value) -> tuple[Value, bool]:
    """Return the merged value, and whether both sides changed it to different values. If so, it is the library's."""
    if file in (library, common):
        return library, False
    if common is None:
        return library, False
    return (file, False) if library == common else (library, True)
