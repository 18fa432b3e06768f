"""The files of the dump of a library, with their contents.

Long contents are kept in temporary files until they are written, so that the use of memory stays small.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice

from readq.feeds.secrets import masked
from readq.model.records import PaperRecord
from readq.services.dump import file_layout
from readq.spool import Spool
from readq.store.connection.transactions import reading
from readq.store.papers import citations, key_lookup
from readq.store.records import read

Content = Callable[[], Iterable[bytes]]
"""A function that returns the content of a file, in parts. It may be called several times."""

_AT_ONCE = 500
"""The number of papers that are read from the library at a time, to limit the use of memory."""


class DumpFiles:
    """The files of a dump, without the config file, held in memory or in temporary files.

    `papers` and `notes` are the numbers of papers and notes. `close` deletes the temporary files. The end of a `with`
    block calls `close`.
    """

    def __init__(self, connection: sqlite3.Connection, *, with_secrets: bool, is_split: bool = False) -> None:
        """Read the library in one transaction.

        Secrets in the addresses of feeds are masked unless `with_secrets` is true. With `is_split`, the papers are in
        several lists.
        """
        self.papers = self.notes = 0
        self._papers, self._notes, self._ratings = Spool(), Spool(), Spool()
        self._ratings.write(file_layout.ratings_head())
        self._marker = file_layout.marker(is_split=is_split)
        self._lengths: dict[str, int] = {}
        with reading(connection):
            feeds = read.feeds(connection)
            shown = feeds if with_secrets else tuple(feed._replace(spec=masked(feed.spec)) for feed in feeds)
            self._lists = {
                file_layout.FEEDS: file_layout.feeds(shown),
                file_layout.VIEWS: file_layout.views(read.views(connection)),
            }
            ids: Sequence[int] = citations.in_key_order(connection, None, ignoring_case=True)
            ratings: dict[int, str] = {}
            for paper_id, paper in _papers(connection, self._by_list(connection, ids) if is_split else ids):
                self._add(paper)
                if rows := file_layout.rating_rows(paper):
                    ratings[paper_id] = file_layout.table(rows)
                if not is_split:
                    self._ratings.write(ratings.pop(paper_id, ""))
            for paper_id in filter(ratings.__contains__, ids):
                self._ratings.write(ratings[paper_id])

    def __enter__(self) -> "DumpFiles":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete the temporary files."""
        for spool in (self._papers, self._notes, self._ratings):
            spool.close()

    def _by_list(self, connection: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
        """Return the ids ordered by the lists of papers in the dump. Store the length of each list.

        The ids of one list keep their order.
        """
        keys = key_lookup.present_keys(connection)
        lists = {number: file_layout.list_path(file_layout.note_path(keys[number])) for number in ids}
        ordered = sorted(ids, key=lists.__getitem__)
        self._lengths = {path: len([*some]) for path, some in groupby(ordered, lists.__getitem__)}
        return ordered

    def _add(self, paper: PaperRecord) -> None:
        self._papers.write(file_layout.paper_line(paper))
        self.papers += 1
        if paper.note is not None:
            self._notes.write(json.dumps([file_layout.note_path(paper.key), file_layout.note_text(paper.note)]) + "\n")
            self.notes += 1

    def files(self) -> Iterator[tuple[str, Content]]:
        """Yield each file: its path inside the folder of the dump, and its content. The order is always the same.

        Read the content of a file before you take the next file.
        """
        yield file_layout.MARKER, content_of(self._marker)
        for path, text in self.note_files():
            yield path, content_of(text)
        if self._marker == file_layout.marker():
            yield file_layout.PAPERS, self._papers.data
        lines = self._papers.lines()
        for path, length in self._lengths.items():
            part = [*islice(lines, length)]
            yield path, part.__iter__
        yield file_layout.RATINGS, self._ratings.data
        for name, text in self._lists.items():
            yield name, content_of(text)

    def note_files(self) -> Iterator[tuple[str, str]]:
        """Yield each note: its path inside the folder of the dump, and the text of its file."""
        for line in self._notes.lines():
            path, text = json.loads(line)
            yield path, text


def _papers(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[tuple[int, PaperRecord]]:
    """Yield the ids with the papers, in the same order."""
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        records = read.papers(connection, chunk)
        for paper_id in chunk:
            yield paper_id, records[paper_id]


def content_of(text: str) -> Content:
    """Return a function that returns `text` in UTF-8, as the content of a file. Use it for short texts only."""
    return lambda: (text.encode(),)
