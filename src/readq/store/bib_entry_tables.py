"""Keep the entries of one update of a .bib file in a temporary database, so that memory holds few of them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from readq.model.bib_entries import Fresh, Written
from readq.store.bib_files import EntryRow

_AT_ONCE = 500
"""The number of records that are collected in memory before they are stored."""

# The number of an entry that readq would write is its rowid. The table is sorted by an index that is made when it is
# full, which is faster than an index that grows with it.
_TABLES = """
CREATE TABLE last (id INTEGER PRIMARY KEY, folded, key, paper_id, sha256, published);
CREATE TABLE fresh (number INTEGER PRIMARY KEY, folded, key, paper_id, text, published);
CREATE TABLE written (key TEXT PRIMARY KEY, paper_id, sha256, published) WITHOUT ROWID;
BEGIN;
"""

# If two keys of `last` differ in case only, the later one counts. The index of the library does not tell them apart for
# the letters of ASCII, so this is rare.
_LATER_COUNTS = """
UPDATE last SET folded = NULL WHERE folded IN (SELECT folded FROM last GROUP BY folded HAVING count(*) > 1)
AND id < (SELECT max(id) FROM last other WHERE other.folded = last.folded)
"""
_IN_KEY_ORDER = """
SELECT f.number, f.paper_id, f.key, f.text, f.published, l.id, l.key, l.paper_id, l.sha256, l.published FROM fresh f
LEFT JOIN last l ON l.folded = f.folded ORDER BY f.folded, f.key, f.number
"""
_NO_LONGER_CHOSEN = """
SELECT folded, id, key, paper_id, sha256, published FROM last l
WHERE folded IS NOT NULL AND NOT EXISTS (SELECT 1 FROM fresh WHERE folded = l.folded) ORDER BY id
"""


class EntryTables:
    """Three sets of entries for one update of a .bib file, in a temporary database, which `close` deletes.

    They are the entries that readq last wrote to the file, the entries that readq would write now, and the entries of
    readq in the new file. The class implements `readq.formats.bib_file.revision.Entries`.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_TABLES)
        self._records: list[tuple[object, ...]] = []
        # The row of the table `last` that was read last.
        self._read = 0, "", Written(0, "")
        # For each row of `last` whether it stays stored as it is. Empty if the rows are not stored.
        self._stays = bytearray()

    def close(self) -> None:
        """Close and delete the temporary database."""
        self._database.close()

    def add_last(self, rows: Iterable[EntryRow], *, are_stored: bool) -> None:
        """Add the entries that readq last wrote to the file. Must be called once.

        `are_stored` tells whether the library has stored them.
        """
        self._database.executemany(
            "INSERT INTO last (folded, key, paper_id, sha256, published) VALUES (?, ?, ?, ?, ?)",
            ((row.key.casefold(), *row) for row in rows),
        )
        if are_stored:
            ((number,),) = self._database.execute("SELECT count(*) FROM last").fetchall()
            self._stays = bytearray(number + 1)
        self._database.execute("CREATE INDEX last_folded ON last (folded)")
        self._database.execute(_LATER_COUNTS)
        self._database.execute("CREATE INDEX last_paper ON last (paper_id)")

    def keys_of(self, papers: Sequence[int]) -> dict[int, str]:
        """Return the keys under which readq last wrote papers, as a mapping from ids to keys."""
        rows = self._database.execute(
            "SELECT l.paper_id, l.key FROM json_each(?) v CROSS JOIN last l ON l.paper_id = v.value ORDER BY l.id",
            (json.dumps(list(papers)),),
        )
        return dict(rows.fetchall())

    def add_fresh(self, entries: Iterable[Fresh]) -> None:
        """Add the entries that readq would write now. Must be called once."""
        self._database.executemany(
            "INSERT INTO fresh (folded, key, paper_id, text, published) VALUES (?, ?, ?, ?, ?)",
            ((one.key.casefold(), one.key, one.paper_id, one.text, one.published) for one in entries),
        )
        self._database.execute("CREATE INDEX fresh_key ON fresh (folded, key)")

    def unknown(self, keys: Iterable[str]) -> set[str]:
        """Return the elements of `keys` that belong to no entry that readq last wrote, or would write now.

        `keys` must be case-folded.
        """
        rows = self._database.execute(
            "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM fresh WHERE folded = value)"
            " AND NOT EXISTS (SELECT 1 FROM last WHERE folded = value)",
            (json.dumps(list(keys)),),
        )
        return {key for (key,) in rows}

    def __getitem__(self, number: int, /) -> Fresh:
        rows = self._database.execute("SELECT paper_id, key, text, published FROM fresh WHERE number = ?", (number,))
        ((paper_id, key, text, published),) = rows.fetchall()
        return Fresh(paper_id, key, text, bool(published))

    def in_key_order(self) -> Iterator[tuple[int, Fresh, Written | None]]:
        """Yield the entries that readq would write now, as `Entries.in_key_order` does."""
        for number, paper_id, key, text, published, *last in self._database.execute(_IN_KEY_ORDER):
            yield number, Fresh(paper_id, key, text, published == 1), self._noted(*last) if last[0] else None

    def no_longer_chosen(self) -> Iterator[tuple[str, Written]]:
        """Yield the entries of papers that are no longer chosen, as `Entries.no_longer_chosen` does."""
        for folded, *last in self._database.execute(_NO_LONGER_CHOSEN):
            yield folded, self._noted(*last)

    def _noted(self, row: int, key: str, paper_id: int, sha256: str, published: int) -> Written:
        """Return an entry that readq last wrote, and note where it is stored."""
        written = Written(paper_id, sha256, published == 1)
        self._read = row, key, written
        return written

    def record(self, key: str, written: Written) -> None:
        """Note that the new file has the entry `written` with the citation key `key`."""
        row, last_key, last = self._read
        if self._stays and key == last_key and written == last:
            self._stays[row] = 1
            return
        self._records.append((key, *written))
        if len(self._records) >= _AT_ONCE:
            self._store_records()

    def _store_records(self) -> None:
        self._database.executemany("INSERT OR REPLACE INTO written VALUES (?, ?, ?, ?)", self._records)
        self._records.clear()

    def gone(self) -> Iterator[str]:
        """Yield the keys of stored entries that are no longer in the file or have changed."""
        rows = self._database.execute("SELECT id, key FROM last")
        return (key for row, key in rows if self._stays and not self._stays[row])

    def changed(self) -> Iterator[EntryRow]:
        """Yield the entries in the new file that the library has not stored."""
        self._store_records()
        for key, paper_id, sha256, published in self._database.execute("SELECT * FROM written"):
            yield EntryRow(key, paper_id, sha256, bool(published))
