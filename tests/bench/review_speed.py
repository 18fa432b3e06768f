"""The speed of review within one process. Run as `review_speed.py FOLDER LIBRARY REPEAT`; works on copies.

Every paper gets a due card with ten answers. Prints a JSON list of [floor, readq], medians of processor time in
seconds: the preview of four buttons; the queue of a day and its bare query; opening a review of 100 cards and of all;
the replay of 40,000 answers; saving a note without questions and with ten.
"""

import json
import shutil
import sqlite3
import statistics
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from cpu_time import cpu_seconds

from readq.config import Config
from readq.days import instant, local_day
from readq.review.fsrs import preview
from readq.review.replay import RatingOnDay, replay
from readq.review.schedule import Memory
from readq.services.papers import notes
from readq.services.review import cards
from readq.store.library import open_for_writing

_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
_ANSWERS = 10
_REPLAYED = 40_000
_DUE = "SELECT id, paper_id, due, reps, priority FROM card WHERE suspended = 0 AND due <= ? ORDER BY due, id"
_PLAIN = "\n".join(f"Line {number} of a note, with some words about the method." for number in range(10))


def main(folder: Path, library: str, repeat: int) -> None:
    """Measure all and print the medians."""
    few, full = str(folder / "review-few.db"), str(folder / "review-full.db")
    for path, limit in ((few, 100), (full, -1)):
        shutil.copy(library, path)
        _review(path, limit)
    figures = [[0.0, _median(lambda: preview(Memory(9.0, 5.0), 12, 0.8), 50 * repeat)]]
    with closing(open_for_writing(few)) as small, closing(open_for_writing(full)) as large:
        today = local_day(_NOW).isoformat()
        queue = _median(lambda: cards.review_queue(large, _NOW, Config()), repeat)
        figures.append([_median(lambda: large.execute(_DUE, (today,)).fetchall(), repeat), queue])
        figures.append([_median(lambda: _opened(small), repeat), _median(lambda: _opened(large), repeat)])
        figures.append([0.0, _median(_replay, repeat)])
        figures.append(_in_turns(large, repeat))
    print(json.dumps(figures))


def _opened(connection: sqlite3.Connection) -> None:
    queue = cards.review_queue(connection, _NOW, Config())
    cards.preview_intervals(connection, queue[:1], local_day(_NOW), Config())


def _replay() -> None:
    days = [(datetime(2020, 1, 1) + timedelta(days=9 * place)).date().isoformat() for place in range(_ANSWERS)]  # noqa: DTZ001 - only the day is used
    answers = [RatingOnDay(1 + place % 4, day, 0.8) for place, day in enumerate(days)]
    for _ in range(_REPLAYED // _ANSWERS):
        for _state in replay(answers, days[0]):
            pass


def _in_turns(connection: sqlite3.Connection, repeat: int) -> list[float]:
    """Return the times of saving a note without questions, and one with ten, of which one is reworded each time."""
    turns = 0

    def save(paper: int, separator: str) -> None:
        nonlocal turns
        turns += 1
        words = "\n".join(f"Question {number} on the method?{separator}Answer." for number in range(9))
        notes.save(connection, paper, f"{_PLAIN}\n{words}\nWhat of turn {turns}?{separator}Answer.", _NOW)

    save(5, " ")
    save(6, " :: ")
    pairs = [(cpu_seconds(lambda: save(5, " ")), cpu_seconds(lambda: save(6, " :: "))) for _ in range(3 * repeat)]
    return [statistics.median(column) for column in zip(*pairs, strict=True)]


def _review(path: str, limit: int) -> None:
    """Give papers, at most `limit` of them, a due card with its answers."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO card (paper_id, kind, due, stability, difficulty, interval_days, last_day, reps, created)"
            " SELECT id, 'paper', '2026-01-10', 9, 5, 9, '2026-01-01', ?, '2025-09-01T08:00:00Z' FROM paper"
            " WHERE id NOT IN (SELECT paper_id FROM card) LIMIT ?",
            (_ANSWERS, limit),
        )
        for number in range(_ANSWERS):
            at = datetime.fromisoformat("2025-10-12T08:00:00+00:00") + timedelta(days=9 * number)
            connection.execute(
                "INSERT INTO review (id, card_id, rating, at, day, utc_offset, elapsed_days, stability, difficulty,"
                " interval_days, due, due_before, reps_before, lapses_before, retention, algorithm, prompt)"
                " SELECT ? + id, id, 3, ?, ?, 0, 9, 9, 5, 9, '2026-01-10', '2026-01-01', ?, 0, 0.8, 'fsrs-6', 'claim'"
                " FROM card",
                (int(at.timestamp() * 1000), instant(at), at.date().isoformat(), number),
            )


def _median(act: Callable[[], object], repeat: int) -> float:
    act()
    return statistics.median(cpu_seconds(act) for _ in range(repeat))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
