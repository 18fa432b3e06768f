"""Merge two texts of a note that have a common past, line by line.

The result has the lines of the base that both sides kept, and all lines that a side added. So a line that one side
removed does not return, and no added line is lost, even if both sides wrote in the same place. No Python package does
this. If both sides wrote in the same place, git and the package merge3 leave a conflict that contains lines of the
base; the licence of merge3 would also bind the whole program. The package three-merge merges characters, not lines, and
is no longer maintained.
"""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from readq.merge.records import join_notes

Lines = Sequence[str]


def merge_notes(base: str | None, ours: str | None, theirs: str | None) -> str | None:
    """Merge two texts of a note against the text `base`. None as an argument or result means that there is no note.

    Lines that only one side changed are taken from that side. Where both sides changed the same lines, the new lines of
    both sides are kept, one after the other. If one side removed the note, only the lines that the other side added
    are kept. If `base` is None, the two texts are joined as `readq.merge.records.join_notes` does.
    """
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    if base is None:
        return join_notes(ours, theirs)
    lines = [[] if text is None else text.split("\n") for text in (base, ours, theirs)]
    merged = "\n".join(merge_lines(*lines))
    # An empty line alone is no note.
    return merged if merged.strip() else None


class _Edit(NamedTuple):
    """The changes of one side to the lines of the base. `kept` tells which lines it kept.

    `added` has the lines that it added before each line, and last those at the end.
    """

    kept: list[bool]
    added: list[list[str]]


def merge_lines(base: Lines, ours: Lines, theirs: Lines) -> list[str]:
    """Merge two lists of lines, which are edited copies of the lines of `base`.

    The result has the lines of `base` that both sides kept, and all lines that a side added. A line that one side moved
    and the other removed is left out.
    """
    mine, other = _edit(base, ours), _edit(base, theirs)
    _drop_moved(base, mine, theirs)
    _drop_moved(base, other, ours)
    merged: list[str] = []
    for place in range(len(base) + 1):
        merged += _join(mine.added[place], other.added[place])
        if place < len(base) and mine.kept[place] and other.kept[place]:
            merged.append(base[place])
    return merged


def _edit(base: Lines, side: Lines) -> _Edit:
    edit = _Edit([False] * len(base), [[] for _ in range(len(base) + 1)])
    for tag, first, end, start, stop in SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        if tag == "equal":
            edit.kept[first:end] = [True] * (end - first)
        else:
            edit.added[first] += side[start:stop]
    return edit


def _drop_moved(base: Lines, edit: _Edit, other: Lines) -> None:
    """Remove from the added lines of one side those that it only moved, and that the other side removed."""
    theirs = {*other}
    moved = Counter(
        line
        for line, is_kept in zip(base, edit.kept, strict=True)
        if line.strip() and not is_kept and line not in theirs
    )
    for lines in edit.added:
        left: list[str] = []
        for line in lines:
            if moved[line] > 0:
                # Of several equal lines, those that the base did not have are new.
                moved[line] -= 1
            else:
                left.append(line)
        lines[:] = left


def _join(ours: Lines, theirs: Lines) -> list[str]:
    """Return the lines that either side added in one place. Swapping the sides does not change the result."""
    start = _common_length(ours, theirs)
    end = _common_length(ours[start:][::-1], theirs[start:][::-1])
    middle = sorted(list(side[start : len(side) - end]) for side in (ours, theirs))
    return [*ours[:start], *middle[0], *middle[1], *ours[len(ours) - end :]]


def _common_length(one: Lines, other: Lines) -> int:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length
