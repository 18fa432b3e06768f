"""Merge two states of a paper and its note: the state in the library, and the state in a Markdown file.

Each of the two sides is compared with the state in which both sides last agreed. A value that only one side changed is
taken from that side. If both sides changed the note, both texts are kept. The functions are pure.
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
    """The state in which the library and the file last agreed.

    `digest` is the digest of the note's text at that time.
    """

    digest: str
    title: str
    status: str
    tags: frozenset[str]


class MergedNote(NamedTuple):
    """The merged state of a note and its paper, to be written to the library and to the file."""

    side: NoteSide
    both: bool
    """Whether the merged text contains the texts of both sides."""
    contested: tuple[str, ...]
    """The names of the properties (title, status) that both sides changed to different values.

    In `side`, such a property has the library's value.
    """


def merge_sides(
    common: CommonSide | None, library: NoteSide, file: NoteSide, digest: Callable[[str], str]
) -> MergedNote:
    """Merge the state in the library and the state in the file. `common` is the state in which both last agreed.

    `common` is None if they never agreed. Then the title and the status are those of the library, and the tags of both
    sides are united. `digest` computes the digest of a text.
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
    """Return whether the lines of `lines` are in `text` as whole lines, one directly after the other.

    Return True if `lines` is empty.
    """
    return not lines or f"\n{lines}\n" in f"\n{text}\n"


def _single(common: Value | None, library: Value, file: Value) -> tuple[Value, bool]:
    """Return the merged value, and whether both sides changed it differently. Then the library's value is taken."""
    if file in (library, common):
        return library, False
    if common is None:
        return library, False
    return (file, False) if library == common else (library, True)
