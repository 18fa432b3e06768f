"""Keys that move the cursor while decisions on all papers, and their undo, are written."""

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path

from processes import Compared
from terminal import DOWN, Session

_CURSOR = "▌".encode()
_KEYS = (b"*", b"d", b"u", b"X", b"u")
_PRESSES = 8
"""Cursor moves after each key."""

_PAUSE = 0.1
_END = b"G\x1b[5~"
"""To the last line and a page up, so that `X` drops nearly all papers and `j` still moves."""

_WRITTEN = 120.0
_CONFIG = "[sync]\nat_start = false\n[backup]\nautomatic = false\n"


def keys_after_bulk_decisions(readq: str, source: str, environment: Mapping[str, str], folder: Path) -> Compared:
    """Return the slowest time in seconds from a key to the cursor's move, without and with the keys on all papers.

    The library `source` is copied to `folder`. Raises RuntimeError if the library does not hold what it should.
    """
    library, config = folder / "bulk.db", folder / "bulk.toml"
    shutil.copy(source, library)
    config.write_text(_CONFIG)
    session = Session([readq], {**environment, "READQ_DB": str(library), "READQ_CONFIG": str(config)})
    try:
        session.wait_for(lambda output: _CURSOR in output)
        session.settled()
        alone = _slowest_move(session)
        slowest = 0.0
        for key in _KEYS:
            if key == b"X":
                session.press(_END)
                session.settled()
            session.press(key)
            slowest = max(slowest, _slowest_move(session))
        dropped = _wait_for_steps(library)
        session.press(b"q")
        with contextlib.suppress(EOFError):
            session.wait_for(lambda _: False)
    finally:
        session.close()
    _require_undone(library, dropped)
    return Compared(alone, slowest)


def _slowest_move(session: Session) -> float:
    took = []
    for _ in range(_PRESSES):
        time.sleep(_PAUSE)
        session.drain()
        began = session.press(DOWN)
        took.append(session.wait_for(lambda output: _CURSOR in output) - began)
    return max(took)


def _dropped(library: Path) -> list[tuple[int, int]]:
    """Return the number of papers of each step that dropped papers, and whether the step is undone."""
    statement = "SELECT papers, undone IS NOT NULL FROM step WHERE what = 'dropped' ORDER BY id"
    with contextlib.closing(sqlite3.connect(library, timeout=_WRITTEN)) as connection:
        return connection.execute(statement).fetchall()


def _wait_for_steps(library: Path) -> list[tuple[int, int]]:
    """Wait until both steps are written and undone. Return them: readq may delete a step that cannot be redone."""
    until = time.monotonic() + _WRITTEN
    while len(found := _dropped(library)) < 2 or not all(undone for _, undone in found):
        if time.monotonic() > until:
            raise TimeoutError(f"not written: {found}")
        time.sleep(_PAUSE)
    return found


def _require_undone(library: Path, dropped: list[tuple[int, int]]) -> None:
    with contextlib.closing(sqlite3.connect(library)) as connection:
        statuses = connection.execute("SELECT status, count(*) FROM paper GROUP BY status").fetchall()
    if len(statuses) != 1 or statuses[0][0] != "inbox" or dropped[0][0] != statuses[0][1]:
        raise RuntimeError(f"the library holds {statuses} after the steps {dropped}")
