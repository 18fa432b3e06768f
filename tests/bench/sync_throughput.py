"""The time per feed of a sync without news, compared with urllib and feedparser on the same feeds.

Run as `sync_throughput.py LIBRARY FOLDER REPEAT`: the library is copied to FOLDER, and feeds of a server in a process
of its own are pulled into the copy. Prints a JSON list with one [floor, readq], medians in seconds of processor time
for one feed, within this process: the constant cost of a sync (imports, opening) is not counted.
"""

import contextlib
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
_FEEDS = 20
_ENTRIES = 30


def main(library: str, folder: str, repeat: int) -> None:
    """Measure both in turns and print the medians."""
    with subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            copy = str(Path(folder, "pulls.db"))
            shutil.copy(library, copy)
            figures = _measured(copy, url, repeat)
        finally:
            server.kill()
    print(json.dumps([figures]))


def _measured(library: str, url: str, repeat: int) -> list[float]:
    import feedparser

    from readq.config import Config
    from readq.services.feeds import subscriptions as feeds
    from readq.services.feeds.sync import SyncOptions, sync
    from readq.services.network import Servers
    from readq.store.library import open_for_writing

    servers = Servers(library, Config(), lambda: _NOW)
    names = [f"feed-{number}" for number in range(_FEEDS)]
    with contextlib.closing(open_for_writing(library)) as connection:
        for name in names:
            feeds.add(connection, f"{url}/{name}", servers.source, _NOW, name)

    def pull(some: list[str]) -> None:
        report = sync(library, servers, SyncOptions(tuple(some)), lambda: _NOW)
        assert not report.failed

    def plain(some: list[str]) -> None:
        for name in some:
            with urllib.request.urlopen(f"{url}/{name}", timeout=30) as answer:
                assert len(feedparser.parse(answer.read()).entries) == _ENTRIES

    pull(names)
    return [statistics.median(_by_feed(work, names) for _ in range(repeat)) for work in (plain, pull)]


def _by_feed(work: Callable[[list[str]], None], names: list[str]) -> float:
    """Return the cost of each further feed."""
    seconds = []
    for some in (names[:1], names):
        start = time.process_time()
        work(some)
        seconds.append(time.process_time() - start)
    return max(seconds[1] - seconds[0], 0.0) / (len(names) - 1)


class _Feeds(http.server.BaseHTTPRequestHandler):
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Reply with a feed of its own for each path."""
        name = self.path.strip("/")
        items = "".join(
            f"<item><title>Paper {number} of {name}</title><link>https://{name}.example/{number}</link>"
            f"<pubDate>Mon, 12 Jan 2026 00:00:00 GMT</pubDate><description>{'word ' * 150}</description></item>"
            for number in range(_ENTRIES)
        )
        body = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as in the base class
        """Log nothing."""


def serve() -> None:
    """Serve feeds until killed; print the address as the first line."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Feeds)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    os.environ.pop("READQ_NOW", None)
    if sys.argv[1] == "serve":
        serve()
    else:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
