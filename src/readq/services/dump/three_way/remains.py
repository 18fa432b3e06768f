"""Find the ratings and notes in a dump that belong to none of its papers.

git merges the files of a dump one by one. If one side removed a paper and the other side rated it, or wrote in its
note, the paper is gone from its list, while the rating or the note remains.
"""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import NamedTuple

from readq.model.values import Rejected
from readq.services.dump import file_layout
from readq.services.dump.three_way.compared_dumps import DumpVersion, PaperLines, Rows
from readq.text import quoted


class Remains(NamedTuple):
    """The ratings and notes in a dump that belong to none of its papers."""

    papers: Mapping[str, PaperLines]
    """Papers of the base that the dump lacks, although it has their ratings or notes.

    Maps the case-folded citation key of each of these papers to its lines. A paper that one side removed and the other
    side changed is kept. So these papers count as papers of the dump.
    """
    notes: Collection[str]
    """The paths of the notes that belong neither to a paper of the dump nor to a paper in `papers`."""
    rejected: tuple[Rejected, ...]
    """The new ratings and notes that belong neither to a paper of the dump nor to a paper of the base."""


def find_remains(
    base: DumpVersion,
    version: DumpVersion,
    sides: tuple[Mapping[str, PaperLines], Mapping[str, PaperLines]],
    ratings: tuple[Mapping[str, Rows], Mapping[str, Rows]],
    lists: Collection[str] | None,
) -> Remains:
    """Return the ratings and notes in the dump `version` that belong to none of its papers.

    `base` is the common ancestor. `sides` and `ratings` are pairs of mappings, the first for `base` and the second for
    `version`. They map case-folded citation keys to the lines and to the ratings of papers. `sides` has only the papers
    in the lists `lists`, or all papers if `lists` is None.
    """
    past, present = sides
    before, after = ratings
    papers: dict[str, PaperLines] = {}
    for key, lines in past.items():
        if key not in present and (remaining := _remaining(lines, version, after.get(key, ()))):
            papers[key] = remaining
    owned = {one.note_path for some in (present, papers) for one in some.values()}
    notes = sorted(path for path in version.notes if path not in owned and _is_in(lists, path))
    rejected = [
        Rejected(f"{version.name}: {path}", "no paper of the dump has this key")
        for path in notes
        if version.notes[path] != base.notes.get(path)
    ]
    for key, rows in after.items():
        is_lost = key not in present and key not in papers and _is_in(lists, file_layout.note_path(key))
        if is_lost and rows != before.get(key):
            rejected.append(Rejected(f"{version.name}: {file_layout.RATINGS}", f"no paper {quoted(key)}"))
    return Remains(papers, notes, tuple(rejected))


def _is_in(lists: Collection[str] | None, note_path: str) -> bool:
    """Return whether one of `lists` is the list to which the paper with this note belongs."""
    return lists is None or file_layout.list_path(note_path) in lists


def _remaining(past: PaperLines, version: DumpVersion, rows: Rows) -> PaperLines | None:
    """Return the lines that a paper had in the base, with the ratings `rows` and the note that `version` has of it.

    `past` are its lines in the base. Return None if `version` has neither ratings nor a note of it.
    """
    cards = _cards(past.paper)
    own = [row for row in rows if row[1:2] and row[1] in cards]
    note = version.notes.get(past.note_path)
    if not own and note is None:
        return None
    new = [row for row in own if row not in past.ratings]
    return past._replace(ratings=(*past.ratings, *new), note=note or past.note)


def _cards(line: str) -> set[str]:
    """Return the questions of the cards of the paper in a line. The question of the paper's own card is empty."""
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {card["question"] or "" for card in json.loads(line)["cards"]}
    return set()


def with_notes_of(base: DumpVersion, version: DumpVersion) -> DumpVersion:
    """Return a copy of `version` whose `read` takes the content of notes that `version` lacks from `base`."""

    def read(paths: Collection[str]) -> Mapping[str, bytes]:
        own = [path for path in paths if path in version.notes or path in version.lists]
        others = [path for path in paths if path not in own]
        return {**version.read(own), **(base.read(others) if others else {})}

    return version._replace(read=read)
