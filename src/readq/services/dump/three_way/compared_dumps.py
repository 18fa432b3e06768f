"""Compare dumps line by line to find the papers that differ, and write only these papers as smaller dumps.

The three dumps of a merge usually differ in few papers. Only these papers are parsed, checked and merged. A list of
papers is a file of a dump with one paper on each line.
"""

import contextlib
import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeVar

from readq.errors import NothingReadableError, ReadqError
from readq.merge.three_way.works import find_works
from readq.services.dump import file_layout, regular_files, validation
from readq.services.dump.git_conflicts import conflict_in
from readq.services.dump.read_folder import has_one_list

T = TypeVar("T")

Rows = tuple[tuple[str, ...], ...]
"""The rows of one paper in ratings.csv."""

_LISTS = (file_layout.MARKER, file_layout.FEEDS, file_layout.VIEWS)

_HEAD = '{"key": "'
_DECODER = json.JSONDecoder()


class DumpVersion(NamedTuple):
    """A dump to compare with other dumps."""

    name: str
    """The name of the dump in messages."""
    texts: Mapping[str, str]
    """Maps the paths of readq-dump.json, ratings.csv, feeds.json and views.json to the texts of these files.

    Missing files are left out.
    """
    lists: Mapping[str, str]
    """Maps the path of each list of papers to an id of its content, such as a hash.

    All compared dumps must use the same kind of id.
    """
    notes: Mapping[str, str]
    """Maps the path of each note to an id of its content, such as a hash.

    All compared dumps must use the same kind of id.
    """
    read: Callable[[Sequence[str]], Mapping[str, bytes]]
    """A function that takes paths of lists and notes, and maps each path to the content of the file."""


class PaperLines(NamedTuple):
    """The lines of one paper in a dump."""

    key: str
    """The citation key of the paper."""
    paper: str
    """The line of the paper in a list of papers."""
    ratings: Rows
    """The rows of the paper in ratings.csv."""
    note_path: str
    """The path of the note on the paper."""
    note: str | None
    """The id of the note's content (see `DumpVersion.notes`), or None if the paper has no note."""


class Differing(NamedTuple):
    """The papers that differ between dumps."""

    lines: list[dict[str, PaperLines]]
    """For each dump, a dict from case-folded citation keys to lines. It also has some papers that do not differ."""
    keys: set[str]
    """The case-folded citation keys of the papers that differ."""
    ratings: list[dict[str, Rows]]
    """For each dump, the result of `ratings_by_key`."""
    lists: set[str] | None
    """The paths of the lists that were compared, or None if all were."""


def folder_version(folder: str) -> DumpVersion:
    """Return the dump in a folder. Raises ReadqError if a file cannot be read."""

    def read(name: str) -> bytes:
        try:
            return regular_files.read(folder, name)
        except OSError as error:
            raise ReadqError(
                f"{os.path.join(folder, name)} cannot be read: {error.strerror}",
                file_layout.REMEDY,
            ) from error

    texts = {
        name: decoded(read(name), os.path.join(folder, name))
        for name in (*_LISTS, file_layout.RATINGS)
        if regular_files.state(folder, name) is not regular_files.FileState.MISSING
    }
    is_folder = regular_files.is_folder(folder, file_layout.NOTES)
    names = os.listdir(os.path.join(folder, file_layout.NOTES)) if is_folder else []
    paths = filter(file_layout.is_note_path, (f"{file_layout.NOTES}/{name}" for name in names))
    notes = {path: hashlib.sha256(read(path)).hexdigest() for path in paths}
    lists = {path: hashlib.sha256(read(path)).hexdigest() for path in regular_files.paper_lists(folder)}
    return DumpVersion(folder, texts, lists, notes, lambda some: {path: read(path) for path in some})


def decoded(data: bytes, path: str) -> str:
    """Return the text of a file of a dump. Raises ReadqError if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadqError(
            f"{path} is not UTF-8 text: {error.reason} at byte {error.start}", file_layout.REMEDY
        ) from error


def differing_papers(versions: Sequence[DumpVersion], also: Collection[str] = ()) -> Differing:
    """Find the papers that differ between dumps, and the papers with the citation keys `also`.

    To save time, a list `papers/XYZ.jsonl` is usually read only if a line, a note or a rating of its papers differs.
    Raises NothingReadableError if a dump lacks its list of papers or of ratings. Also raises the errors of
    `lines_by_key`.
    """
    for version in versions:
        _refuse_missing(version)
    ratings = [ratings_by_key(version) for version in versions]
    lists = _differing_lists(versions, ratings)
    if lists is not None:
        lists.update(map(file_layout.list_path, map(file_layout.note_path, also)))
    while True:
        found: list[dict[str, PaperLines]] = []
        for version, rows in zip(versions, ratings, strict=True):
            found.append(lines_by_key(version, lists, rows, found[-1] if found else {}))
        if lists is None or all(_list_of(lines) in lists for some in found for lines in some.values()):
            return Differing(found, _differing(found).union(map(str.casefold, also)), ratings, lists)
        # A person has moved a line to another list: no list says for sure which papers it has.
        lists = None


def _refuse_missing(version: DumpVersion) -> None:
    """Raise ReadqError if a dump lacks a file without which its papers or ratings would look as if they were removed.

    A dump of an empty library in several lists has none of them.
    """
    has_papers = has_one_list(version.texts.get(file_layout.MARKER, "")) or bool(version.notes)
    missing = [file_layout.PAPERS] if has_papers and not version.lists else []
    missing += [file_layout.RATINGS] if file_layout.RATINGS not in version.texts else []
    if missing:
        raise NothingReadableError(
            f"{version.name}: {missing[0]}: missing", f"{file_layout.REMEDY}, or dump again; nothing was changed"
        )


def _list_of(lines: PaperLines) -> str:
    return file_layout.list_path(lines.note_path)


def _differing_lists(versions: Sequence[DumpVersion], ratings: Sequence[Mapping[str, Rows]]) -> set[str] | None:
    """Return the paths of the lists in which papers may differ. Return None if all lists have to be compared."""
    if any(file_layout.PAPERS in version.lists for version in versions):
        return None
    notes = _differing([version.notes for version in versions])
    keys = _differing(ratings)
    return {
        *_differing([version.lists for version in versions]),
        *map(file_layout.list_path, (*notes, *map(file_layout.note_path, keys))),
    }


def _differing(sides: Sequence[Mapping[str, T]]) -> set[str]:
    """Return the keys whose values differ between mappings, or that some of the mappings lack."""
    first, *others = sides
    return {key for key in set(first).union(*others) if any(other.get(key) != first.get(key) for other in others)}


def lines_by_key(
    version: DumpVersion, lists: Collection[str] | None, ratings: Mapping[str, Rows], known: Mapping[str, PaperLines]
) -> dict[str, PaperLines]:
    """Return a dict that maps case-folded citation keys to the lines of the papers in some lists of a dump.

    `lists` are the paths of the lists, or None for all lists. `ratings` maps case-folded keys to the rows of
    ratings.csv. `known` is the result of this function for another dump, or empty. Lines that are also in `known` are
    not parsed again. Ratings of other papers are left out. Raises ReadqError if a line cannot be parsed, or if a file
    has a git conflict.
    """
    for name, text in version.texts.items():
        _refuse_conflict(version, name, text)
    notes = {path.casefold(): path for path in version.notes}
    keys = {lines.paper: lines.key for lines in known.values()}
    found: dict[str, PaperLines] = {}
    for where, line in _lines(version, [path for path in version.lists if lists is None or path in lists]):
        key = keys.get(line) or key_of(line)
        if key is None or key.casefold() in found:
            why = "is no paper" if key is None else f"is a second paper with the key {key}"
            raise ReadqError(f"{version.name}: {where} {why}", f"{file_layout.REMEDY}, or dump again")
        path = file_layout.note_path(key)
        path = path if path in version.notes else notes.get(path.casefold(), path)
        found[key.casefold()] = PaperLines(key, line, ratings.get(key.casefold(), ()), path, version.notes.get(path))
    return found


def _refuse_conflict(version: DumpVersion, name: str, text: str) -> None:
    if conflict := conflict_in(name, text):
        raise ReadqError(
            f"{version.name}: {name} has a git conflict (lines {conflict.first}-{conflict.last})",
            "resolve it first; nothing was changed",
        )


def _lines(version: DumpVersion, lists: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the lines of some lists of papers that are not blank, each with its file and number in front."""
    for path, content in version.read(lists).items():
        text = decoded(content, f"{version.name}: {path}")
        _refuse_conflict(version, path, text)
        # Not splitlines(), which splits at other characters too.
        yield from ((f"{path}: line {number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def key_of(line: str) -> str | None:
    """Return the citation key of the paper in a line of a list of papers. Return None if the line is no paper."""
    if line.startswith(_HEAD):
        # As readq writes it. The rest is parsed if the line differs between the dumps.
        with contextlib.suppress(ValueError):
            return str(_DECODER.raw_decode(line, len(_HEAD) - 1)[0])
    try:
        paper = json.loads(line)
        return paper["key"] if isinstance(paper["key"], str) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def names_of(line: str) -> list[str]:
    """Return the key and the former keys of the paper in a line of a list of papers, or nothing if it is no paper."""
    key = key_of(line)
    if key is None:
        return []
    if '"aliases": []' in line:
        return [key]
    try:
        aliases = json.loads(line).get("aliases")
    except (ValueError, RecursionError):
        return [key]
    return [key, *(one for one in aliases if isinstance(one, str))] if isinstance(aliases, list) else [key]


@lru_cache(1000)
def is_same_paper(base: str, later: str, others: tuple[str, ...] = ()) -> bool:
    """Return whether the paper in the line `later` is the paper in the line `base`, or a paper it was joined with.

    `base` is a line of the common ancestor, and `later` a line of a later version. Equal citation keys are no proof,
    because a paper can take the key of another paper. `others` are the lines of the common ancestor for the other keys
    of the paper in `later`. Return True if a line cannot be read.
    """
    if base == later:
        return True
    try:
        first, *records = [validation.paper(json.loads(line)) for line in (later, base, *others)]
    except (ValueError, RecursionError, validation.BrokenError):
        return True
    return any(0 in work.base and work.ours for work in find_works(records, [first], ()))


def ratings_by_key(version: DumpVersion) -> dict[str, Rows]:
    """Return a dict that maps each case-folded citation key to its rows in ratings.csv.

    Raises ReadqError if the file has a git conflict or is no CSV.
    """
    text = version.texts.get(file_layout.RATINGS, "")
    _refuse_conflict(version, file_layout.RATINGS, text)
    try:
        return rating_rows(text)
    except csv.Error as error:
        raise ReadqError(
            f"{version.name}: {file_layout.RATINGS}: {error}", f"{file_layout.REMEDY}, or dump again"
        ) from error


def rating_rows(text: str) -> dict[str, Rows]:
    """Return a dict that maps each case-folded citation key to its rows in a table of ratings.

    `text` is the table. Its first row has the names of the columns, and is left out. Raises csv.Error if `text` is not
    CSV.
    """
    rows: dict[str, list[tuple[str, ...]]] = {}
    for row in islice(csv.reader(io.StringIO(text, newline=""), strict=True), 1, None):
        if row:
            rows.setdefault(row[0].casefold(), []).append(tuple(row))
    return {key: tuple(some) for key, some in rows.items()}


def write_part(version: DumpVersion, lines: Mapping[str, PaperLines], keys: Iterable[str], folder: str) -> None:
    """Write a part of the dump `version` as a dump in `folder`: the papers with `keys`, and all feeds and views.

    `lines` is the result of `lines_by_key` for `version`. `keys` are case-folded.
    """
    own = [lines[key] for key in sorted(keys) if key in lines]
    head = version.texts.get(file_layout.RATINGS, "").partition("\n")[0]
    table = file_layout.table(row for paper in own for row in paper.ratings)
    texts = {name: version.texts[name] for name in _LISTS if name in version.texts}
    texts[file_layout.PAPERS] = "".join(f"{paper.paper}\n" for paper in own)
    texts[file_layout.RATINGS] = f"{head or file_layout.ratings_head().rstrip()}\n{table}"
    os.makedirs(os.path.join(folder, file_layout.NOTES))
    for name, text in texts.items():
        _write(os.path.join(folder, name), text.encode())
    for path, content in version.read([paper.note_path for paper in own if paper.note is not None]).items():
        _write(os.path.join(folder, path), content)


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
