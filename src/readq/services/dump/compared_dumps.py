"""Compare dumps line by line to find the papers that differ, and write only these papers as smaller dumps.

The three dumps of a merge usually differ in few papers. Only these papers are parsed, checked and merged.
"""

import contextlib
import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from readq.errors import ReadqError
from readq.services.dump import file_layout, regular_files
from readq.services.dump.git_conflicts import conflict_in

_LISTS = (file_layout.MARKER, file_layout.FEEDS, file_layout.VIEWS)


_HEAD = '{"key": "'
_DECODER = json.JSONDecoder()


class DumpVersion(NamedTuple):
    """A dump to compare with other dumps. `name` is its name in messages.

    `texts` maps the path of each file that is not a note to the text of the file. `notes` maps the path of each note to
    an id of its content, such as a hash. All compared dumps must use the same kind of id. `read` takes paths of notes,
    and returns the content of each note by its path.
    """

    name: str
    texts: Mapping[str, str]
    notes: Mapping[str, str]
    read: Callable[[Sequence[str]], Mapping[str, bytes]]


class PaperLines(NamedTuple):
    """The lines of one paper in a dump. `key` is the citation key of the paper, `paper` its line in papers.jsonl.

    `ratings` are the rows of the paper in ratings.csv. `note_path` is the path of its note. `note` is the id of the
    note's content (see `DumpVersion.notes`), or None if the paper has no note.
    """

    key: str
    paper: str
    ratings: tuple[tuple[str, ...], ...]
    note_path: str
    note: str | None


def folder_version(folder: str) -> DumpVersion:
    """Return the dump in a folder. Raises ReadqError if a file cannot be read."""

    def read(name: str) -> bytes:
        try:
            return regular_files.read(folder, name)
        except OSError as error:
            raise ReadqError(f"{os.path.join(folder, name)} cannot be read: {error.strerror}", "restore it") from error

    texts = {
        name: decoded(read(name), os.path.join(folder, name))
        for name in (*_LISTS, file_layout.PAPERS, file_layout.RATINGS)
        if regular_files.state(folder, name) is not regular_files.FileState.MISSING
    }
    is_folder = regular_files.is_folder(folder, file_layout.NOTES)
    names = os.listdir(os.path.join(folder, file_layout.NOTES)) if is_folder else []
    paths = filter(file_layout.is_note_path, (f"{file_layout.NOTES}/{name}" for name in names))
    notes = {path: hashlib.sha256(read(path)).hexdigest() for path in paths}
    return DumpVersion(folder, texts, notes, lambda some: {path: read(path) for path in some})


def decoded(data: bytes, path: str) -> str:
    """Return the text of a file of a dump. Raises ReadqError if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadqError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}", "restore it") from error


def lines_by_key(version: DumpVersion, known: Mapping[str, PaperLines] | None = None) -> dict[str, PaperLines]:
    """Return the lines of each paper of the dump `version`, by case-folded citation key.

    `known` is the result for another dump. It saves time: a line that is in `known` too is not parsed again. Raises
    ReadqError if a line cannot be parsed, or if a file has a git conflict. An invalid line is not skipped, because the
    paper of a skipped line would look like a removed paper.
    """
    for name, text in version.texts.items():
        if conflict := conflict_in(name, text):
            raise ReadqError(
                f"{version.name}: {name} has a git conflict (lines {conflict.first}-{conflict.last})",
                "resolve it first; nothing was changed",
            )
    ratings = _ratings(version)
    notes = {path.casefold(): path for path in version.notes}
    keys = {lines.paper: lines.key for lines in (known or {}).values()}
    found: dict[str, PaperLines] = {}
    # Not splitlines(), which splits at other characters too.
    for number, line in enumerate(version.texts.get(file_layout.PAPERS, "").split("\n"), 1):
        if not line.strip():
            continue
        key = keys.get(line) or _key_of(line)
        if key is None or key.casefold() in found:
            why = "is no paper" if key is None else f"is a second paper with the key {key}"
            raise ReadqError(f"{version.name}: {file_layout.PAPERS}: line {number} {why}", "restore it, or dump again")
        path = file_layout.note_path(key)
        path = path if path in version.notes else notes.get(path.casefold(), path)
        rows = ratings.pop(key.casefold(), ())
        found[key.casefold()] = PaperLines(key, line, tuple(rows), path, version.notes.get(path))
    if ratings:
        raise ReadqError(f"{version.name}: {file_layout.RATINGS}: no paper {next(iter(ratings))}", "restore it")
    return found


def _key_of(line: str) -> str | None:
    if line.startswith(_HEAD):
        # As readq writes it. The rest is parsed if the line differs between the dumps.
        with contextlib.suppress(ValueError):
            return str(_DECODER.raw_decode(line, len(_HEAD) - 1)[0])
    try:
        paper = json.loads(line)
        return paper["key"] if isinstance(paper["key"], str) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _ratings(version: DumpVersion) -> dict[str, list[tuple[str, ...]]]:
    rows: dict[str, list[tuple[str, ...]]] = {}
    try:
        for row in list(csv.reader(io.StringIO(version.texts.get(file_layout.RATINGS, ""), newline=""), strict=True))[
            1:
        ]:
            if row:
                rows.setdefault(row[0].casefold(), []).append(tuple(row))
    except csv.Error as error:
        raise ReadqError(f"{version.name}: {file_layout.RATINGS}: {error}", "restore it, or dump again") from error
    return rows


def differing_keys(versions: Iterable[Mapping[str, PaperLines]]) -> set[str]:
    """Return the case-folded citation keys of the papers that differ between dumps or are missing from some of them.

    Each of `versions` is the result of `lines_by_key` for one dump.
    """
    first, *others = versions
    keys = set(first).union(*others)
    return {key for key in keys if any(other.get(key) != first.get(key) for other in others)}


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
