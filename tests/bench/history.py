"""Ingest daily lists of years as a sync does, compared with plain inserts of the same rows and full-text index.

Run as `history.py SOURCE FOLDER REPEAT`: SOURCE is a file of `corpus.write`, FOLDER is for temporary databases. Prints
a JSON list with one [floor, readq], medians in seconds of processor time of this process. The time of readq includes
parsing, matching and storing, batch by batch; the floor is the inserts alone, in one transaction.
"""

import contextlib
import gc
import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from readq.feeds.huggingface import json_api as replies
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest

_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
_BATCH = 1000
"""Papers in one transaction: two months of Daily Papers."""

_TABLES = ("paper", "author", "identifier", "sighting")
_SEARCH = """
CREATE VIRTUAL TABLE search USING fts5 (title, abstract, authors, content = 'paper', content_rowid = 'id',
  tokenize = 'porter unicode61 remove_diacritics 2');
"""


def main(source: str, folder: str, repeat: int) -> None:
    """Measure both in turns and print the medians."""
    data, ours, plain = Path(source).read_bytes(), Path(folder, "history.db"), Path(folder, "history-plain.db")
    figures: list[list[float]] = [[], []]
    gc.disable()
    for _ in range(repeat + 1):
        figures[1].append(_seconds(lambda: _taken_in(data, ours)))
        rows = _rows(ours)
        figures[0].append(_seconds(lambda: _inserted(rows, plain)))  # noqa: B023 - called at once
        for path in (*ours.parent.glob("history.db*"), *plain.parent.glob("history-plain.db*")):
            path.unlink()
    print(json.dumps([[statistics.median(column[1:]) for column in figures]]))


def _taken_in(data: bytes, library: Path) -> None:
    papers = replies.parse_daily(json.loads(data), day=None).papers
    for start in range(0, len(papers), _BATCH):
        some = papers[start : start + _BATCH]
        days = [paper.appearance.day if paper.appearance else None for paper in some]
        ingest(
            str(library),
            [Entry(paper, "hf-daily", day or "2026-01-15") for paper, day in zip(some, days, strict=True)],
            _NOW,
        )


def _rows(library: Path) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    with contextlib.closing(sqlite3.connect(library)) as connection:
        found = {}
        for table in _TABLES:
            cursor = connection.execute(f"SELECT * FROM {table}")
            found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
        return found


def _inserted(rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]], database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        for table, (names, _) in rows.items():
            columns = ["id INTEGER PRIMARY KEY" if name == "id" else name for name in names]
            connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        connection.execute("CREATE UNIQUE INDEX by_identifier ON identifier (scheme, value)")
        connection.executescript(_SEARCH)
        with connection:
            for table, (names, listed) in rows.items():
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", listed)
            connection.execute(
                "INSERT INTO search (rowid, title, abstract, authors) SELECT id, title, abstract, authors FROM paper"
            )


def _seconds(act: Callable[[], None]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
