"""Keys while a sync runs, compared with the same keys without a sync.

The feed is Daily Papers with a year to fill in, so that the sync parses and stores all the while; its server is a
process of its own: `keys_during_sync.py serve`.
"""

import contextlib
import http.server
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path

from processes import Compared, in_turns
from terminal import DOWN, Session

_CURSOR = "▌".encode()
_PRESSES = 30
_PAUSE = 0.1
_PAPERS_A_DAY = 40
_NOW = "2026-01-15T12:00:00+00:00"
_A_YEAR_AGO = "2025-01-10"


def keys_during_a_sync(readq: str, source: str, environment: Mapping[str, str], folder: Path, repeat: int) -> Compared:
    """Return medians in seconds from a key to the cursor's move; the library `source` is copied to `folder`."""
    quiet, busy = folder / "quiet.toml", folder / "busy.toml"
    quiet.write_text("[sync]\nat_start = false\n[backup]\nautomatic = false\n")
    busy.write_text("[backup]\nautomatic = false\n")

    def measured(config: Path, url: str) -> float:
        library = folder / "sync.db"
        shutil.copy(source, library)
        _add_feed(library)
        settings = {"READQ_DB": str(library), "READQ_CONFIG": str(config), "READQ_NOW": _NOW}
        return _moves({**environment, **settings, "READQ_HUGGINGFACE_URL": url}, readq, syncing=config is busy)

    with _server() as url:
        return in_turns(lambda: measured(quiet, url), lambda: measured(busy, url), repeat, warm_up=False)


def _moves(environment: Mapping[str, str], readq: str, *, syncing: bool) -> float:
    session = Session([readq], environment)
    try:
        session.wait_for(lambda output: _CURSOR in output)
        if syncing:
            session.wait_for(lambda output: b"new" in output and b"syncing" in output)
        else:
            session.settled()
        took = []
        for _ in range(_PRESSES):
            session.drain()
            began = session.press(DOWN)
            took.append(session.wait_for(lambda output: _CURSOR in output) - began)
            time.sleep(_PAUSE)
        if syncing:
            # If the sync has ended, its effect was not measured.
            session.wait_for(lambda output: b"syncing" in output)
        return statistics.median(took)
    finally:
        session.close()


def _add_feed(library: Path) -> None:
    with contextlib.closing(sqlite3.connect(library)) as connection, connection:
        connection.execute(
            "INSERT INTO feed (name, spec, added) VALUES ('daily', 'hf:daily', '2025-01-01T00:00:00Z')"
            " ON CONFLICT (name) DO NOTHING"
        )
        connection.execute(
            "INSERT INTO pull (feed_id, tried, succeeded, through) SELECT id, '2025-01-10T00:00:00Z',"
            " '2025-01-10T00:00:00Z', ? FROM feed WHERE name = 'daily'",
            (_A_YEAR_AGO,),
        )


@contextlib.contextmanager
def _server() -> Iterator[str]:
    with subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


class _Daily(http.server.BaseHTTPRequestHandler):
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Reply with papers of their own for each day, on its first page."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        first = query.get("p", "0") == "0"
        body = json.dumps([_entry(query["date"], number) for number in range(1, _PAPERS_A_DAY + 1)] if first else [])
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as in the base class
        """Log nothing."""


def _entry(day: str, number: int) -> dict[str, object]:
    title = f"Paper {number} of {day}"
    paper = {
        "id": f"{day[2:4]}{day[5:7]}.{int(day[8:]) * 100 + number:05}",
        "title": title,
        "summary": f"{title} says: " + "a word and another one " * 45,
        "authors": [{"name": f"Author {each} Family{number}"} for each in range(8)],
        "publishedAt": f"{day}T00:00:00.000Z",
        "submittedOnDailyAt": f"{day}T00:00:00.000Z",
        "upvotes": number,
    }
    return {"paper": paper, "title": title}


if __name__ == "__main__":
    # A real server runs on another machine.
    os.nice(19)
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Daily)
    print(f"http://127.0.0.1:{served.server_address[1]}", flush=True)
    served.serve_forever()
