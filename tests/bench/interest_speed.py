"""Time interest within one process. Run as `interest_speed.py LIBRARY FOLDER REPEAT`, with 5,200 papers or more.

Prints a JSON list of three [floor, readq], medians in seconds of processor time: the sums of 5,000 decisions built from
nothing; 100 new papers counted and scored; one decision, compared with one in a library without triggers for interest.
"""

import contextlib
import gc
import json
import sqlite3
import statistics
import sys
from datetime import datetime
from pathlib import Path

from cpu_time import cpu_seconds

from readq.model.values import Status
from readq.services import interest
from readq.services.papers import triage
from readq.store.connection.transactions import writing
from readq.store.interest.sums import recount
from readq.store.library import open_for_writing, save_copy

_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
_DECISIONS = 5_000
_NEW = 100
_MARKS = 200


def main(library: str, folder: str, repeat: int) -> None:
    """Measure and print the medians."""
    gc.disable()
    path = Path(folder, "interest.db")
    save_copy(library, str(path))
    with contextlib.closing(open_for_writing(str(path))) as connection:
        _prepare(connection)
        rebuilt = [cpu_seconds(lambda: _rebuild(connection)) for _ in range(repeat)]
        new = [_new_papers(connection, place) for place in range(repeat)]
        with_interest = _marks(connection)
        _without_triggers(connection)
        without_interest = _marks(connection)
    path.unlink()
    medians = [None, statistics.median(rebuilt)], [None, statistics.median(new)], [without_interest, with_interest]
    print(json.dumps(medians))


def _prepare(connection: sqlite3.Connection) -> None:
    """Decide on 5,000 papers and remove the others, apart from those that are added as new ones later."""
    with writing(connection):
        connection.execute("UPDATE paper SET status = 'inbox', decided = NULL, starred = 0")
        connection.execute(
            "UPDATE paper SET status = CASE id % 4 WHEN 0 THEN 'queued' ELSE 'dropped' END,"
            f" decided = '2026-01-10T08:00:00Z' WHERE id IN (SELECT id FROM paper ORDER BY id LIMIT {_DECISIONS})"
        )
        connection.execute("DELETE FROM interest_paper")


def _rebuild(connection: sqlite3.Connection) -> None:
    with writing(connection):
        # Only decisions are measured here.
        connection.execute("UPDATE paper SET snoozed_until = NULL, status = 'reading' WHERE status = 'inbox'")
        recount(connection)
        connection.execute(
            "DELETE FROM interest_pending WHERE paper_id IN (SELECT id FROM paper WHERE status = 'reading')"
        )
    interest.refresh(connection)


def _new_papers(connection: sqlite3.Connection, place: int) -> float:
    """Put 100 papers into the inbox, as a sync does, and return the seconds of counting and scoring them."""
    first = _DECISIONS + 1 + place * _NEW
    with writing(connection):
        connection.execute("UPDATE paper SET status = 'inbox' WHERE id BETWEEN ? AND ?", (first, first + _NEW - 1))
        connection.execute("DELETE FROM interest_pending")
    return cpu_seconds(lambda: interest.refresh(connection))


def _marks(connection: sqlite3.Connection) -> float:
    """Return the seconds of one decision, the mean of a row of them."""

    def act() -> None:
        for paper in range(1, _MARKS + 1):
            triage.mark(connection, [paper], Status.READING if paper % 2 else Status.DONE, _NOW)

    for paper in range(1, _MARKS + 1):
        triage.mark(connection, [paper], Status.QUEUED, _NOW)
    return cpu_seconds(act) / _MARKS


def _without_triggers(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'interest_*'")
    for (name,) in rows.fetchall():
        connection.execute(f"DROP TRIGGER {name}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
