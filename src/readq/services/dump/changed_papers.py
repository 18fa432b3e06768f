"""Bring the folder of a dump up to date after a merge that changed few papers, without dumping all of them again."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from readq.errors import write_error
from readq.model.records import FeedRecord, PaperRecord, ViewRecord
from readq.paths import write_atomically
from readq.services.dump import file_layout
from readq.services.dump.compared_dumps import PaperLines

_HINT = "make room, then share again"


class ChangedPapers(NamedTuple):
    """The changes that a merge makes to a dump.

    `before` has the lines of each paper before the merge, by case-folded citation key. `keys` are the case-folded keys
    of the papers to replace, and `papers` are the papers that replace them. `feeds` and `views` are all feeds and saved
    views after the merge.
    """

    before: Mapping[str, PaperLines]
    keys: Collection[str]
    papers: Sequence[PaperRecord]
    feeds: Sequence[FeedRecord]
    views: Sequence[ViewRecord]


def write_changes(folder: str, changed: ChangedPapers) -> None:
    """Write the changes of a merge to the dump in `folder`. The result equals a dump of the library after the merge.

    Raises ReadqError if a file cannot be written.
    """
    after = {key: lines for key, lines in changed.before.items() if key not in changed.keys}
    notes: dict[str, str] = {}
    for paper in changed.papers:
        path = file_layout.note_path(paper.key)
        rows = tuple(file_layout.rating_rows(paper))
        note = None if paper.note is None else path
        after[paper.key.casefold()] = PaperLines(
            paper.key, file_layout.paper_line(paper).removesuffix("\n"), rows, path, note
        )
        if paper.note is not None:
            notes[path] = file_layout.note_text(paper.note)
    ordered = sorted(after.values(), key=lambda lines: (lines.key.casefold(), lines.key))
    table = file_layout.table(row for lines in ordered for row in lines.ratings)
    texts = {
        **notes,
        file_layout.PAPERS: "".join([f"{lines.paper}\n" for lines in ordered]),
        file_layout.RATINGS: file_layout.ratings_head() + table,
        file_layout.FEEDS: file_layout.feeds(changed.feeds),
        file_layout.VIEWS: file_layout.views(changed.views),
    }
    os.makedirs(os.path.join(folder, file_layout.NOTES), exist_ok=True)
    for name, text in texts.items():
        _attempt(os.path.join(folder, name), partial(write_atomically, text=text))
    present = {lines.note_path.casefold() for lines in after.values() if lines.note is not None}
    for key in changed.keys:
        old = changed.before.get(key)
        if old is not None and old.note is not None and old.note_path.casefold() not in present:
            with suppress(FileNotFoundError):
                _attempt(os.path.join(folder, old.note_path), os.unlink)


def _attempt(path: str, act: Callable[[str], object]) -> None:
    try:
        act(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise write_error(path, error, _HINT) from error
