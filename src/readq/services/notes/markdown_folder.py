"""Export papers as a folder of Markdown files, one for each paper, and a table of the papers for Obsidian.

The file of the table is `readq.base`.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import DiskError, ReadqError
from readq.formats.markdown import folder_export
from readq.formats.markdown.note_file import digest
from readq.model.identifiers import arxiv_url
from readq.paths import replace_file
from readq.services.notes import file_values, files
from readq.store.connection.transactions import writing
from readq.store.notes import file_rows
from readq.store.papers import citations, queries


class FolderExport(NamedTuple):
    """The result of an export. `papers` is the number of papers.

    `left` are the names of the files that were not replaced, because readq did not write them, or because they were
    edited since readq last wrote them.
    """

    papers: int
    left: tuple[str, ...]


def export(
    connection: sqlite3.Connection, ids: Sequence[int], folder: str, now: datetime, *, force: bool = False
) -> FolderExport:
    """Write a file for each paper, and the table of the papers, to the folder at the path `folder`. Return the result.

    If the folder does not exist, it is created. A file that readq did not write, or that was edited since readq wrote
    it, is replaced only if `force` is true. Raises ReadqError if the folder is the folder of notes in the settings.
    Raises DiskError if a file cannot be written. The citation keys of the papers are frozen, as by any export.
    """
    if any(os.path.realpath(folder) == os.path.realpath(known) for known in file_rows.folders(connection)):
        raise ReadqError(f"{folder} is the folder of your notes", "export to another folder")
    left: list[str] = []
    ordered = citations.in_key_order(connection, ids, ignoring_case=True)
    try:
        os.makedirs(folder, exist_ok=True)
        for pages in (*_chunks(connection, ordered, now), [Page("readq.base", folder_export.base())]):
            left += _write_all(connection, folder, pages, now, force)
    except OSError as error:
        raise DiskError(f"cannot write to {folder}: {error.strerror}", "choose another folder, or make room") from error
    return FolderExport(len(ordered), tuple(left))


class Page(NamedTuple):
    """A file to write. `keys` is the argument for `citations.freeze_keys`, with a pair for the paper of the file."""

    name: str
    content: str
    keys: Sequence[tuple[int, int]] = ()


def _chunks(connection: sqlite3.Connection, ids: Sequence[int], now: datetime) -> Iterator[list[Page]]:
    """Yield the pages of the papers, some hundred at a time."""
    taken: set[str] = set()
    for start in range(0, len(ids), queries.CHUNK):
        some = list(ids[start : start + queries.CHUNK])
        noted = file_rows.noted(connection, some)
        pages = []
        for number in (one for one in some if one in noted):
            paper = noted[number].paper
            name = files.file_name(paper.key, "", number, taken)
            taken.add(name.lower())
            properties = file_values.properties(noted[number], None, None, now.tzinfo)
            address = arxiv_url(paper.arxiv_id) if paper.arxiv_id else paper.url
            content = folder_export.page(properties, paper.abstract, paper.note, address)
            pages.append(Page(name, content, [(number, hash(paper.key))]))
        yield pages


def _write_all(
    connection: sqlite3.Connection, folder: str, pages: Sequence[Page], now: datetime, force: bool
) -> list[str]:
    """Write files, store their digests, and freeze the keys in them. Return the names of the files that are left."""
    left: list[str] = []
    there: list[Page] = []
    try:
        for page in pages:
            if _write(connection, os.path.join(folder, page.name), page.content, force):
                there.append(page)
            else:
                left.append(page.name)
    finally:
        # In one transaction: each waits for the disk.
        with writing(connection):
            for page in there:
                real = os.path.realpath(os.path.join(folder, page.name))
                citations.remember_exported(connection, real, digest(page.content), instant(now))
            citations.freeze_keys(connection, [pair for page in there for pair in page.keys])
    return left


def _write(connection: sqlite3.Connection, path: str, content: str, force: bool) -> bool:
    """Write a file. Return False if it is left alone, because its content is not what readq wrote last.

    A folder or a named pipe of this name is left alone, too, even if `force` is true.
    """
    if not os.path.isfile(path) and (os.path.exists(path) or (os.path.lexists(path) and not force)):
        return False
    if os.path.exists(path) and not force:
        with open(path, "rb") as file:
            present = digest(file.read())
        if present == digest(content):
            return True
        if present != citations.exported_digest(connection, os.path.realpath(path)):
            return False
    replace_file(path, (content.encode(),), is_durable=False)
    return True
