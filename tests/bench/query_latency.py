"""Queries within one process, by readq and by plain SQL. Run as `query_latency.py LIBRARY PLAIN REPEAT WORD…`.

Prints a JSON list with [floor, readq] for each word, medians in seconds. readq's figure is what the UI does for a
filter while one types, until its first fifty rows are read. A worker thread reads what is left of a long list.
"""

import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime

from baselines import RANKED

from readq.tui.state.library_cache import LibraryCache, ListQuery

_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")


def main(library: str, plain: str, repeat: int, words: list[str]) -> None:
    """Measure both in turns and print the medians."""
    ours, theirs = LibraryCache(library, lambda: _NOW), sqlite3.connect(plain)
    ours.refresh_counts()

    def filtered(word: str) -> None:
        listed = ours.list_papers(ListQuery("all", word), typing=True)
        ours.rows(listed.ids[:50])

    def ranked(word: str) -> None:
        theirs.execute(RANKED, (word,)).fetchall()

    medians = []
    for word in words:
        pairs = [(_seconds(ranked, word), _seconds(filtered, word)) for _ in range(repeat + 1)][1:]
        medians.append([statistics.median(column) for column in zip(*pairs, strict=True)])
    print(json.dumps(medians))


def _seconds(act: Callable[[str], None], word: str) -> float:
    began = time.perf_counter()
    act(word)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
