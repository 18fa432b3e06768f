"""Merge two versions of a file in a dump by comparing them with their common ancestor, as a merge driver of git.

The result has no conflict markers. Because git merges each file by itself, a paper, its note and its ratings are merged
separately. `readq share` merges whole papers instead.
"""

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from readq.errors import ReadqError, UsageError
from readq.merge.key_conflicts import KeySets, all_keys
from readq.merge.three_way.libraries import merge_feed_lists, merge_papers, merge_view_lists
from readq.merge.three_way.note_text import merge_notes
from readq.merge.three_way.values import without_removed
from readq.paths import write_atomically
from readq.services.dump import file_layout, validation
from readq.services.dump.git_conflicts import conflict_in
from readq.services.dump.three_way.compared_dumps import decoded

T = TypeVar("T")


def merge_file(base: str, ours: str, theirs: str, name: str) -> None:
    """Merge the files at the paths `ours` and `theirs`, and write the result to `ours`.

    `base` is the path of their common ancestor, with which both are compared. `name` is the path of the file in the
    dump. It determines which kind of file is merged. Raises UsageError if no file of a dump has this name. Raises
    ReadqError if one of the files cannot be read or has a git conflict. After an error, `ours` is unchanged.
    """
    merge = _MERGES.get(os.path.basename(name))
    if merge is None and name.endswith(".md"):
        merge = _merge_notes
    elif file_layout.is_list_path(name):
        merge = _merge_papers
    if merge is None:
        merged = (*_MERGES, "papers/*.jsonl", "notes/*.md")
        raise UsageError(f"{name} is not a dump file that readq merges", ", ".join(merged))
    texts = [_read(path) for path in (base, ours, theirs)]
    if not name.endswith(".md") and any(conflict_in(os.path.basename(name), text) for text in texts):
        raise ReadqError(f"{name} has a git conflict", "resolve it first")
    write_atomically(ours, merge(*texts))


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return decoded(file.read(), path)
    except OSError as error:
        raise ReadqError(
            f"cannot read {path}: {error.strerror}", "git names three files to its merge driver"
        ) from error


def _parsed(text: str, parse: Callable[[Any], T]) -> list[T]:
    try:
        return [parse(value) for value in (json.loads(text) if text.strip() else [])]
    except (ValueError, TypeError, RecursionError) as error:
        raise ReadqError(f"a list of the dump cannot be read: {error}", file_layout.REMEDY) from error


def _merge_papers(*texts: str) -> str:
    sides = [_parsed(f"[{','.join(filter(str.strip, text.split(chr(10))))}]", validation.paper) for text in texts]
    base, ours, theirs = sides
    keys = KeySets(all_keys(ours), all_keys(theirs))
    merged = [one.paper for one in merge_papers(base, ours, theirs, keys).papers]
    return "".join(map(file_layout.paper_line, sorted(merged, key=lambda paper: (paper.key.casefold(), paper.key))))


def _merge_feeds(*texts: str) -> str:
    base, ours, theirs = (_parsed(text, validation.feed) for text in texts)
    return file_layout.feeds(merge_feed_lists(base, ours, theirs))


def _merge_views(*texts: str) -> str:
    base, ours, theirs = (_parsed(text, validation.view) for text in texts)
    return file_layout.views(merge_view_lists(base, ours, theirs))


def _merge_notes(*texts: str) -> str:
    base, ours, theirs = (text.removesuffix("\n") or None for text in texts)
    merged = merge_notes(base, ours, theirs)
    return "" if merged is None else file_layout.note_text(merged)


def _merge_ratings(*texts: str) -> str:
    """Return the rows of both sides without the rows that one of them removed, sorted by paper and time."""
    base, ours, theirs = (_rows(text) for text in texts)
    kept = [
        [row for row, stays in zip(side, without_removed(base, side, other), strict=True) if stays]
        for side, other in ((ours, theirs), (theirs, ours))
    ]
    rows: list[tuple[str, ...]] = [*(Counter(kept[0]) | Counter(kept[1])).elements()]
    return file_layout.ratings_head() + file_layout.table(sorted(rows, key=_place))


def _rows(text: str) -> list[tuple[str, ...]]:
    columns: Sequence[str] = file_layout.RATING_COLUMNS
    try:
        rows: Iterable[Mapping[str, str]] = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
        return [tuple(row.get(name) or "" for name in columns) for row in rows]
    except csv.Error as error:
        raise ReadqError(f"{file_layout.RATINGS} cannot be read: {error}", file_layout.REMEDY) from error


def _place(row: Sequence[str]) -> tuple[str, ...]:
    key, card, at = row[:3]
    return key.casefold(), key, card, at, *row[3:]


_MERGES: Mapping[str, Callable[..., str]] = {
    file_layout.PAPERS: _merge_papers,
    file_layout.RATINGS: _merge_ratings,
    file_layout.FEEDS: _merge_feeds,
    file_layout.VIEWS: _merge_views,
}
