"""The files of the dump of a library, with their contents.

Long contents are kept in temporary files until they are written, so that the use of memory stays small.
"""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

from readq.feeds.secrets import masked
from readq.model.records import PaperRecord
from readq.services.dump import file_layout
from readq.spool import Spool
from readq.store.connection.transactions import reading
from readq.store.papers import citations, key_lookup
from readq.store.records import read
from readq.store.records.read import PaperRows

Content = Callable[[], Iterable[bytes]]
"""A function that returns the content of a file, in parts. It may be called several times."""

_AT_ONCE = 500
"""The number of papers that are read from the library at a time, to limit the use of memory."""


class DumpFiles:
    """The files of a dump, without the config file, held in memory or in temporary files.

    `papers` and `notes` are the numbers of papers and notes in these files. If the papers are in several lists,
    `fingerprints` maps the path of each list to its fingerprint. Lists with equal fingerprints have the same content.
    `unchanged` are the paths of the lists that are left out because the folder of the dump has them already. The notes
    of their papers are left out too. `close` deletes the temporary files. The end of a `with` block calls `close`.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        with_secrets: bool,
        is_split: bool = False,
        present: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Read the library in one transaction.

        Secrets in the addresses of feeds are masked unless `with_secrets` is true. With `is_split`, the papers are in
        several lists. `present` maps the paths of lists in the folder of the dump to their fingerprints. A list that
        would have the same fingerprint is left out.
        """
        self.papers = self.notes = 0
        self.fingerprints: dict[str, str] = {}
        self.unchanged: set[str] = set()
        self._present = present
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
            if is_split:
                self._read_lists(connection, ids)
            else:
                self._read_one_list(connection, ids)

    def _read_one_list(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), _AT_ONCE):
            chunk = ids[start : start + _AT_ONCE]
            rows = PaperRows(connection, chunk)
            for paper in map(rows.record, chunk):
                self._add(paper)
                self._ratings.write(file_layout.table(file_layout.rating_rows(paper.key, paper.cards)))

    def _read_lists(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        """Read the papers by list, and note the fingerprint and the length of each list that has to be made."""
        keys = key_lookup.present_keys(connection)
        lists: dict[str, list[int]] = defaultdict(list)
        for number in ids:
            lists[file_layout.list_path(file_layout.note_path(keys[number]))].append(number)
        ratings: dict[int, str] = {}
        for some in _together(lists):
            rows = PaperRows(connection, [number for path in some for number in lists[path]])
            for path in some:
                self.fingerprints[path] = _fingerprint(map(rows.facts, lists[path]))
                if self._present.get(path) == self.fingerprints[path]:
                    self.unchanged.add(path)
                else:
                    self._lengths[path] = len(lists[path])
                    for paper in map(rows.record, lists[path]):
                        self._add(paper)
            for number in rows.rated():
                ratings[number] = file_layout.table(file_layout.rating_rows(keys[number], rows.cards(number)))
        for number in filter(ratings.__contains__, ids):
            self._ratings.write(ratings[number])

    def __enter__(self) -> "DumpFiles":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete the temporary files."""
        for spool in (self._papers, self._notes, self._ratings):
            spool.close()

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


def _together(lists: Mapping[str, Sequence[int]]) -> Iterator[list[str]]:
    """Yield the paths of the lists, sorted, as many at a time as have about _AT_ONCE papers."""
    some: list[str] = []
    papers = 0
    for path in sorted(lists):
        some.append(path)
        papers += len(lists[path])
        if papers >= _AT_ONCE:
            yield some
            some, papers = [], 0
    yield some


def _fingerprint(facts: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for one in facts:
        digest.update(one)
    return digest.hexdigest()


def content_of(text: str) -> Content:
    """Return a function that returns `text` in UTF-8, as the content of a file. Use it for short texts only."""
    return lambda: (text.encode(),)
