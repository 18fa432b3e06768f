"""Update the folder of a shared dump after a merge. Only the papers that the merge changed are written.

A list is a file of the dump with one paper on each line."""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from readq.errors import write_error
from readq.model.records import FeedRecord, PaperRecord, ViewRecord
from readq.paths import write_atomically
from readq.services.dump import file_layout, regular_files
from readq.services.dump.three_way.compared_dumps import PaperLines, Rows, key_of, rating_rows

_HINT = "make room, then share again"


class ChangedPapers(NamedTuple):
    """The changes that a merge makes to a dump with several lists of papers."""

    before: Mapping[str, PaperLines]
    """Maps case-folded citation keys to the lines of papers before the merge. It may have unchanged papers, too."""
    keys: Collection[str]
    """The case-folded citation keys of the papers to replace."""
    papers: Sequence[PaperRecord]
    """The papers that replace the papers in `keys`."""
    feeds: Sequence[FeedRecord]
    """All feeds after the merge."""
    views: Sequence[ViewRecord]
    """All saved views after the merge."""
    lost_notes: Collection[str] = ()
    """The paths of notes that belong to no paper. They are removed from the dump."""


def write_changes(folder: str, changed: ChangedPapers) -> Collection[str]:
    """Write the changes of a merge to the dump in `folder`. Return the paths of the lists that may have changed.

    Before the call, `folder` must contain a dump of the library before the merge. Afterwards it contains a dump of the
    library after the merge. Raises ReadqError if a file cannot be written.
    """
    old = [changed.before[key] for key in changed.keys if key in changed.before]
    texts = {
        **{
            file_layout.note_path(paper.key): file_layout.note_text(paper.note)
            for paper in changed.papers
            if paper.note is not None
        },
        **(lists := _lists(folder, old, changed.papers)),
        file_layout.RATINGS: _ratings(folder, old, changed.papers),
        file_layout.FEEDS: file_layout.feeds(changed.feeds),
        file_layout.VIEWS: file_layout.views(changed.views),
    }
    for name in (file_layout.NOTES, file_layout.PAPERS_FOLDER):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    for name, text in texts.items():
        if text:
            _attempt(os.path.join(folder, name), partial(write_atomically, text=text))
    present = {name.casefold(): name for name, text in texts.items() if text}
    for name in (*texts, *changed.lost_notes, *(lines.note_path for lines in old if lines.note is not None)):
        if name not in present.values():
            with suppress(FileNotFoundError):
                _attempt(os.path.join(folder, name), partial(_remove, folder, present.get(name.casefold())))
    return lists.keys()


def _lists(folder: str, old: Iterable[PaperLines], papers: Iterable[PaperRecord]) -> dict[str, str]:
    """Return a dict that maps the path of each changed list to its new content, or to "" if no paper is left in it."""
    gone: dict[str, set[str]] = defaultdict(set)
    new: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for lines in old:
        gone[file_layout.list_path(file_layout.note_path(lines.key))].add(lines.key.casefold())
    for paper in papers:
        path = file_layout.list_path(file_layout.note_path(paper.key))
        new[path].append((paper.key, file_layout.paper_line(paper)))
    contents: dict[str, str] = {}
    for path in {**gone, **new}:
        kept = [(key, line) for key, line in _lines(folder, path) if key.casefold() not in gone[path]]
        contents[path] = "".join(line for _, line in sorted([*kept, *new[path]], key=lambda one: _place(one[0])))
    return contents


def _lines(folder: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a list that readq has written, each with the key of its paper in front."""
    with suppress(FileNotFoundError):
        # Not splitlines(), which splits at other characters too.
        for line in filter(None, regular_files.read(folder, path).decode().split("\n")):
            yield key_of(line) or "", f"{line}\n"


def _ratings(folder: str, old: Iterable[PaperLines], papers: Iterable[PaperRecord]) -> str:
    """Return the table of ratings after the merge."""
    text = regular_files.read(folder, file_layout.RATINGS).decode()
    gone = {lines.key.casefold() for lines in old if lines.ratings}
    new = {
        paper.key.casefold(): own for paper in papers if (own := tuple(file_layout.rating_rows(paper.key, paper.cards)))
    }
    if not gone and not new:
        return text
    rows: dict[str, Rows] = {key: some for key, some in rating_rows(text).items() if key not in gone} | new
    ordered = sorted(rows.values(), key=lambda some: _place(some[0][0]))
    return file_layout.ratings_head() + file_layout.table(row for some in ordered for row in some)


def _place(key: str) -> tuple[str, str]:
    return key.casefold(), key


def _remove(folder: str, same_name: str | None, path: str) -> None:
    """Remove the file at `path`, unless it is the file `same_name` of the folder, whose name differs only in case."""
    if same_name is None or not regular_files.is_same_file(path, os.path.join(folder, same_name)):
        os.unlink(path)


def _attempt(path: str, act: Callable[[str], object]) -> None:
    try:
        act(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise write_error(path, error, _HINT) from error
