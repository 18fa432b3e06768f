"""Find the lines of .tex files that cite a paper."""

import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from readq.formats.latex_document import tex_file
from readq.store import bib_files
from readq.store.papers.key_lookup import keys_of

_LARGEST = 16_000_000
_MOST_FILES = 20_000
_SKIPPED = frozenset(("node_modules", "__pycache__", "venv"))


class Place(NamedTuple):
    """A citation of the key `key`, in the file at `path`. `line` is the number of the line, counted from 1."""

    key: str
    path: str
    line: int


def citing_lines(connection: sqlite3.Connection, ids: Collection[int], paths: Sequence[str]) -> list[Place]:
    """Return the places that cite one of the papers `ids`, under present or former keys, ordered by file and line.

    `paths` are .tex files and folders to search. Subfolders are searched too. Links, hidden folders, and folders that
    contain programs, such as `venv`, are skipped. At most 20,000 files in folders are read. A file that cannot be read
    is skipped.
    """
    keys = {key for found in keys_of(connection, ids).values() for key in found}
    found = {
        Place(citation.key, path, citation.line)
        for path in _files(paths)
        for citation in tex_file.read(_text(path)).citations
        if citation.key.casefold() in keys
    }
    return sorted(found, key=lambda place: (place.path, place.line, place.key))


def default_folders(connection: sqlite3.Connection, drafts: Sequence[str]) -> list[str]:
    """Return the folders of the files `drafts`, and the folders of the .bib files that readq wrote.

    Missing folders are left out, and so are folders inside another folder of the result. If all folders are missing,
    return the current folder.
    """
    written = [*map(os.path.expanduser, drafts), *bib_files.paths(connection)]
    folders = dict.fromkeys(os.path.dirname(os.path.abspath(path)) for path in written)
    there = [folder for folder in folders if os.path.isdir(folder)]
    # A folder is searched with its subfolders.
    return [one for one in there if not any(one.startswith(f"{other}{os.sep}") for other in there)] or [os.curdir]


def _files(paths: Sequence[str]) -> Iterator[str]:
    number = 0
    for path in paths:
        if os.path.isfile(path):
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
            for name in sorted(names):
                file = os.path.join(folder, name)
                # To open a named pipe would wait for a writer.
                if name.endswith(".tex") and os.path.isfile(file):
                    number += 1
                    if number <= _MOST_FILES:
                        yield file


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
