"""Every fault of the fault server, as a feed each, together with feeds without faults."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from loopback import Loopback

FAULTSERVER = Path(__file__).resolve().parents[3] / ".." / "shared" / "faults" / "faultserver.py"
MEBIBYTE = 1 << 20
ROOM = 96 * MEBIBYTE
"""A body has at most 16 MiB. Several wait for the parser while one is parsed; how many depends on the machine."""

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not FAULTSERVER.is_file(), reason=f"no fault server at {FAULTSERVER}"),
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc"),
]

# The real program with shorter timeouts.
SCRIPT = """
import functools, sys
from readq.net.client import Limits
from readq.services import network
limits = Limits(seconds=6.0, connect=3.0, read=3.0, max_pause=0.5, retry_within=2.5)
network.Servers = functools.partial(network.Servers, limits=limits)
from readq.cli.main import main
status = main(sys.argv[1:])
sys.stdout.flush()
with open("/proc/self/status") as file:
    peak = next(line.split()[1] for line in file if line.startswith("VmHWM"))
print(f"PEAK {peak}", file=sys.stderr)
sys.exit(status)
"""

# Paths that return a feed in the end, or "not modified"; all others must fail.
HEALTHY = {
    "/304-always", "/changes", "/content", "/content-json", "/dates", "/delay", "/duplicate-ids", "/etag", "/etag-lies",
    "/flaky", "/huge-title", "/invalid-utf8", "/links", "/long-body", "/many-authors", "/many-entries", "/no-ids",
    "/nul", "/ok", "/redirect-permanent", "/unknown-charset", "/utf16", "/wrong-charset", "/wrong-type", "/xxe-http",
}  # fmt: skip
# The words of the error message for paths that fail.
WORDS = {
    "/xml-bomb": "declares entities",
    "/xml-quadratic": "declares entities",
    "/xxe": "declares entities",
    "/hang": "stopped answering",
    "/hang-after-head": "stopped answering",
    "/slowloris": "took too long",
    "/slow-head": "took too long",
    "/reset": "interrupted the connection",
    "/close": "closed the connection",
    "/short-body": "sent an incomplete response",
    "/chunked-cut": "sent an incomplete response",
    "/gzip-cut": "sent incomplete",
    "/chunked-bad": "broken HTTP",
    "/bad-status-line": "broken HTTP",
    "/retry-after": "asks to wait until",
    "/gone": "410 Gone",
    "/xml-cut": "incomplete",
    "/json-cut": "not a feed",
    "/captive-portal": "not a feed: a web page",
    "/pdf": "not a feed: a PDF",
    "/empty": "not a feed: an empty response",
    "/big": "more than 16 MiB",
    "/endless": "more than 16 MiB",
    "/gzip-bomb": "more than 16 MiB",
    "/gzip-endless": "more than 16 MiB",
    "/gzip-layers": "encoding that was not requested",
    "/redirect": "not a web URL",
    "/redirect-loop": "5 times",
    "/redirect-other-host": "private address",
    "/xml-deep": "too long to parse",
    "/xml-attrs": "too long to parse",
}
QUICKLY = {"/delay": "?s=0"}


class Server:
    """A fault server in its own process."""

    def __init__(self) -> None:
        command = [sys.executable, str(FAULTSERVER), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout is not None
        self.url: str = json.loads(self.process.stdout.readline())["url"]

    def ask(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """What it says of itself."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=10) as answer:
            return json.load(answer)

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()


class FaultServers(NamedTuple):
    """Several fault servers, among which the faults are distributed, so that they run in parallel."""

    servers: list[Server]
    paths: list[str]

    def url(self, path: str) -> str:
        number = self.paths.index(path)
        # Faults that request a pause have their own server: a pause holds for all paths of a server.
        server = self.servers[0] if path == "/retry-after" else self.servers[1 + number % (len(self.servers) - 1)]
        return f"{server.url}{path}{QUICKLY.get(path, '')}"

    def asked(self) -> list[str]:
        """Every path that was asked for."""
        return [entry["path"] for server in self.servers for entry in server.ask("/_log")]


@pytest.fixture
def faults() -> Iterator[FaultServers]:
    servers = [Server() for _ in range(8)]
    yield FaultServers(servers, sorted(servers[0].ask("/_paths")))
    for server in servers:
        server.stop()


def rss(name: str) -> bytes:
    items = "".join(
        f"<item><title>Paper {number} of {name}</title><link>https://{name}.example/{number}</link></item>"
        for number in range(3)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()


def peak(err: bytes) -> int:
    found = re.search(rb"^PEAK (\d+)$", err, re.MULTILINE)
    assert found is not None, err
    return int(found[1]) * 1024


def run(library: str, *words: str) -> "subprocess.CompletedProcess[bytes]":
    environ = {**os.environ, "READQ_DB": library, "READQ_NOW": "2026-11-23T09:00:00+01:00"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *words], capture_output=True, env=environ, timeout=200, check=False
    )


def test_all_faults_together_with_three_feeds_without_faults(
    faults: FaultServers, loopbacks: Callable[..., Loopback], library: str, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    assert len(faults.paths) == 68
    private = loopbacks({"/": "secret"})
    healthy = loopbacks({f"/{name}": rss(name) for name in ("one", "two", "three")})
    for name in ("one", "two", "three"):
        assert run_cli("feed", "add", f"{healthy.url}/{name}", "--name", name, "--no-sync").status == 0
    clean = tmp_path / "clean.db"
    clean.write_bytes(Path(library).read_bytes())
    calm = run(str(clean), "sync", "--json")
    assert json.loads(calm.stdout)["new"] == 9

    for path in faults.paths:
        assert run_cli("feed", "add", faults.url(path), "--name", path, "--no-sync").status == 0
    for number, target in enumerate((f"{private.url}/", "file:///etc/passwd", "gopher://127.0.0.1/", "//127.0.0.1/")):
        spec = f"{faults.servers[-1].url}/redirect?to={target}"
        assert run_cli("feed", "add", spec, "--name", f"to-{number}", "--no-sync").status == 0
    done = run(library, "sync", "--progress", "json")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    feeds = report["feeds"]
    assert len(feeds) == 75

    assert {name: feeds[name]["new"] for name in ("one", "two", "three")} == {"one": 3, "two": 3, "three": 3}
    failed = {name: feed["error"] for name, feed in feeds.items() if feed["status"] == "failed"}
    assert {name: failed.get(name) for name in failed.keys() ^ (feeds.keys() - HEALTHY - {"one", "two", "three"})} == {}
    assert {name: failed[name] for name, words in WORDS.items() if words not in failed[name]} == {}
    assert peak(done.stderr) <= peak(calm.stderr) + ROOM

    # A failed feed is not tried again at once; it is named in a line.
    asked = len(faults.asked())
    lines = run(library, "sync").stderr.decode().splitlines()
    named = [line.split(": ")[1] for line in lines if line.startswith("error: ")]
    assert sorted(set(named) & failed.keys()) == sorted(failed)
    assert len(faults.asked()) <= asked + 3 * len(HEALTHY)

    assert private.log == []
    with contextlib.closing(sqlite3.connect(library)) as opened:
        everything = "\n".join(opened.iterdump())
    assert "root:" not in everything
    assert "secret" not in everything
    assert [path for path in faults.asked() if "/leak" in path] == []
