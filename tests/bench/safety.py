"""The cost of safety within one process. Run as `safety.py FOLDER LIBRARY REPEAT`; works on copies of the library.

Prints a JSON list of [floor, readq], medians in seconds: opening an empty library and this one, with five reviews to
each paper; one mark written without the journal and with it.
"""

import json
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from readq.days import instant
from readq.model.values import Status
from readq.services.papers import triage
from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing

_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
_REVIEWS = 5
"""Reviews of each paper."""

_DECISIONS = (Status.QUEUED, Status.READING)


def main(folder: Path, library: str, repeat: int) -> None:
    """Measure both in turns and print the medians."""
    empty, full = str(folder / "empty.db"), str(folder / "full.db")
    open_for_writing(empty).close()
    shutil.copy(library, full)
    _review(full)
    opened = _in_turns(lambda: open_for_writing(empty).close(), lambda: open_for_writing(full).close(), repeat)
    with closing(open_for_writing(full)) as connection:
        turns = [0, 0]

        def without_journal() -> None:
            turns[0] += 1
            with writing(connection):
                connection.execute(
                    "UPDATE paper SET status = ?, decided = ? WHERE id = 5", (_DECISIONS[turns[0] % 2], instant(_NOW))
                )

        def with_journal() -> None:
            turns[1] += 1
            triage.mark(connection, [6], _DECISIONS[turns[1] % 2], _NOW)

        marked = _in_turns(without_journal, with_journal, repeat)
    print(json.dumps([opened, marked]))


def _review(path: str) -> None:
    """Enrol every paper and give it its reviews."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO card (paper_id, kind, due, stability, difficulty, interval_days, last_day, reps, created)"
            " SELECT id, 'paper', '2026-01-20', 9, 5, 9, '2026-01-11', ?, '2025-12-01T08:00:00Z' FROM paper"
            " WHERE id NOT IN (SELECT paper_id FROM card)",
            (_REVIEWS,),
        )
        for number in range(_REVIEWS):
            at = datetime.fromisoformat("2025-12-01T08:00:00+00:00") + timedelta(days=9 * number)
            connection.execute(
                "INSERT INTO review (id, card_id, rating, at, day, utc_offset, elapsed_days, stability, difficulty,"
                " interval_days, due, due_before, reps_before, lapses_before, retention, algorithm)"
                " SELECT ? + id, id, 3, ?, ?, 0, 9, 9, 5, 9, '2026-01-20', '2026-01-11', ?, 0, 0.8, 'fsrs-6' FROM card",
                (int(at.timestamp() * 1000), instant(at), at.date().isoformat(), number),
            )


def _in_turns(floor: Callable[[], None], readq: Callable[[], None], repeat: int) -> list[float]:
    pairs = [(_seconds(floor), _seconds(readq)) for _ in range(repeat + 1)][1:]
    return [statistics.median(column) for column in zip(*pairs, strict=True)]


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
