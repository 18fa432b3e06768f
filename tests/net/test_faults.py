"""The client against every fault of the fault server: a response, or one FetchError with a one-line message.

Rows refer to the acceptance table of faults.
"""

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest
from fake_time import FakeTime

from readq.model.values import ServiceState
from readq.net.client import Client, Limits
from readq.net.fetcher import FetchError, Request, Response, Validators
from readq.text import is_printable

FAULTS = Path(__file__).resolve().parents[2] / ".." / "shared" / "faults" / "faultserver.py"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not FAULTS.is_file(), reason=f"no fault server at {FAULTS}"),
]

Make = Callable[..., Client]

FEED = b'<feed xmlns="http://www.w3.org/2005/Atom">'
GOOD = 200
NOT_MODIFIED = 304
# A deadline below the silence that is borne shows which of the two ended a request.
BY_DEADLINE = Limits(seconds=0.4, read=5.0)
BY_SILENCE = Limits(seconds=20.0, read=0.3)


class Case(NamedTuple):
    """A path, its row in the table, and the expected status or part of the error message."""

    path: str
    row: str
    expected: int | str
    holds: bytes = b""
    asked: int = 1
    limits: Limits = Limits()
    status: int | None = None
    wait: float | None = None


def redirect(to: str) -> str:
    return "/redirect?to=" + quote(to, safe="")


CASES = [
    Case("/ok", "good", GOOD, FEED),
    Case("/echo", "headers", GOOD, b'"user-agent": "readq/'),
    Case("/hang", "2", "stopped answering", limits=BY_SILENCE),
    Case("/hang-after-head", "3", "stopped answering", limits=BY_SILENCE),
    Case("/slowloris?ms=20", "4", "took too long", limits=BY_DEADLINE),
    Case("/slow-head?ms=20", "4", "took too long", limits=BY_DEADLINE),
    Case("/delay?s=0.1", "4", GOOD, FEED),
    Case("/reset", "5", "interrupted the connection", asked=3),
    Case("/close", "5", "closed the connection without a response", asked=3),
    Case("/reset-mid-body", "5", "interrupted the connection", asked=3),
    Case("/short-body", "6", "sent an incomplete response"),
    Case("/chunked-cut", "6", "sent an incomplete response"),
    Case("/gzip-cut", "6", "sent incomplete compressed data"),
    Case("/chunked-bad", "7", "sent broken HTTP"),
    Case("/bad-status-line", "7", "sent broken HTTP"),
    Case("/bad-header", "7", "sent broken HTTP"),
    Case("/huge-header", "7", "sent broken HTTP"),
    Case("/many-headers", "7", "sent broken HTTP"),
    Case("/long-body", "8", GOOD, b"</feed>"),
    Case("/retry-after?s=3", "9", GOOD, FEED, asked=2),
    Case("/retry-after?s=4&form=date", "9", GOOD, FEED, asked=2),
    Case("/retry-after?s=600", "9", "asks to wait until", status=429, wait=600),
    Case("/retry-after?form=junk", "10", "answered 429", status=429),
    Case("/retry-after?form=negative", "10", "answered 429", status=429),
    Case("/retry-after?s=600&form=past", "10", "answered 429", status=429),
    Case("/retry-after?form=huge", "10", "asks to wait until", status=429, wait=86400),
    Case("/flaky", "11", GOOD, FEED, asked=3),
    Case("/flaky?code=503&n=3", "11", "answered 503", asked=3, status=503),
    Case("/status?code=503", "11", "answered 503", asked=3, status=503),
    Case("/status?code=401", "12", "wants a login", status=401),
    Case("/status?code=403", "12", "wants a login", status=403),
    Case("/status?code=404", "12", "answered 404 Not Found", status=404),
    Case("/status?code=299", "12", GOOD + 99, b"nope"),
    Case("/gone", "12", "gone for good", status=410),
    Case("/304-always", "13", NOT_MODIFIED),
    Case("/etag", "13", GOOD, FEED),
    Case("/etag-lies", "13", GOOD, FEED),
    Case("/xml-cut", "14", GOOD, FEED),
    Case("/json-cut", "14", GOOD, b"Half a ti"),
    Case("/json-odd", "15", GOOD, b"NaN"),
    Case("/captive-portal", "16", GOOD, b"Hotel WiFi"),
    Case("/pdf", "16", GOOD, b"%PDF-"),
    Case("/empty", "16", GOOD),
    Case("/wrong-type", "16", GOOD, FEED),
    Case("/wrong-charset", "17", GOOD, "Schr\u00f6dinger".encode()),
    Case("/unknown-charset", "17", GOOD, "\u00e9".encode()),
    Case("/invalid-utf8", "17", GOOD, b"caf\xe9"),
    Case("/utf16", "17", GOOD, "\u00e9".encode("utf-16-le")),
    Case("/big", "18", "sent more than 16 MiB"),
    Case("/big?mb=17", "18", "sent more than 16 MiB"),
    Case("/big?mb=16", "18", GOOD, b"filler"),
    Case("/endless", "18", "sent more than 16 MiB"),
    Case("/gzip-bomb", "19", "sent more than 16 MiB"),
    Case("/gzip-layers?mb=20", "19", "in an encoding that was not requested"),
    Case("/gzip-endless", "19", "sent more than 16 MiB"),
    Case("/gzip-lie", "19", "sent broken compressed data"),
    Case("/gzip-undeclared", "19", "sent compressed data without saying so"),
    Case("/redirect", "20", "redirects to file:///etc/passwd"),
    Case(redirect("gopher://127.0.0.1/"), "20", "not a web URL"),
    Case(redirect("javascript:alert(1)"), "20", "not a web URL"),
    Case(redirect("http://169.254.169.254/latest/meta-data/"), "20", "169.254.169.254 is a private address"),
    Case(redirect("//10.0.0.1/x"), "20", "10.0.0.1 is a private address"),
    Case(redirect(""), "20", "does not say where to"),
    Case("/redirect-loop", "20", "redirects more than 5 times", asked=6),
    Case("/redirect-chain", "20", "redirects more than 5 times", asked=6),
    Case("/redirect-chain?n=5", "20", GOOD, FEED, asked=6),
    Case("/redirect-none", "20", "does not say where to"),
    Case("/redirect-permanent", "20", GOOD, FEED, asked=2),
    Case("/redirect-other-host", "20", "is a private address"),
    Case("/xml-bomb", "21", GOOD, b"<!ENTITY"),
    Case("/xml-quadratic", "21", GOOD, b"<!ENTITY"),
    Case("/xml-deep", "21", GOOD, b"</feed>"),
    Case("/xml-attrs", "21", GOOD, b"a49999="),
    Case("/xxe", "21", GOOD, b"file:///etc/passwd"),
    Case("/xxe-http", "21", GOOD, b"/leak"),
    Case("/many-entries", "22", GOOD, b"Paper 49999"),
    Case("/duplicate-ids", "23", GOOD, FEED),
    Case("/no-ids", "23", GOOD, b"Same title"),
    Case("/changes", "24", GOOD, FEED),
    Case("/huge-title", "25", GOOD, b"x" * 1024 * 1024),
    Case("/many-authors", "25", GOOD, b"Author 9999<"),
    Case("/nul", "26", GOOD, b"before\0after"),
    Case("/content", "26", GOOD, b"\x1b]52;"),
    Case("/content-json", "26", GOOD, b"\\u001b]52;"),
    Case("/links", "26", GOOD, b"javascript:alert(1)"),
    Case("/attachment", "26", GOOD, b"%PDF-1.4"),
    Case("/dates", "27", GOOD, b"99999-01-01"),
]


class FaultServer:
    """The server in a process of its own; in this one it would leave its loop and sockets open."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.port = urlsplit(url).port

    def paths(self) -> list[str]:
        """Return the path of every fault."""
        return list(self._get("/_paths"))

    def log(self) -> list[dict[str, Any]]:
        """Return the requests since the last reset."""
        entries: list[dict[str, Any]] = self._get("/_log")
        return entries

    def reset(self) -> None:
        """Forget the requests."""
        self._get("/_reset")

    def _get(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)


@contextlib.contextmanager
def serving() -> Iterator[FaultServer]:
    command = [sys.executable, "-u", str(FAULTS), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield FaultServer(json.loads(process.stdout.readline())["url"])
        finally:
            process.kill()


@pytest.fixture(scope="module")
def _two_servers() -> Iterator[tuple[FaultServer, FaultServer]]:
    with serving() as one, serving() as other:
        yield one, other


@pytest.fixture
def faults(_two_servers: tuple[FaultServer, FaultServer]) -> FaultServer:
    """The server with every fault."""
    _two_servers[0].reset()
    return _two_servers[0]


@pytest.fixture
def inside(_two_servers: tuple[FaultServer, FaultServer]) -> FaultServer:
    """A server that must not get requests."""
    _two_servers[1].reset()
    return _two_servers[1]


@pytest.fixture
def fake_time() -> FakeTime:
    """The present time, which the server uses for its dates."""
    return FakeTime(datetime.now().astimezone())


def test_every_path_is_here(faults: FaultServer) -> None:
    assert {urlsplit(case.path).path for case in CASES} == set(faults.paths())
    assert len(faults.paths()) == 68


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.path[:40]} row {case.row}") for case in CASES])
async def test_fault(client: Make, faults: FaultServer, inside: FaultServer, case: Case) -> None:
    request = Request(faults.url + case.path, "feed", user_url=faults.url)
    outcome: Response | FetchError
    async with client(limits=case.limits) as opened:
        try:
            outcome = await opened.fetch(request)
        except FetchError as error:
            outcome = error
        # The client still works.
        other = await opened.fetch(Request(faults.url + "/ok", "another", user_url=faults.url))
    assert other.status == GOOD
    assert [entry["path"] for entry in faults.log()].count("/ok") == 1 + (case.path in ("/ok", "/redirect-permanent"))
    assert len(faults.log()) - 1 == case.asked
    assert inside.log() == []
    if isinstance(outcome, Response):
        assert (outcome.status, case.holds in outcome.body) == (case.expected, True)
        return
    said = str(outcome)
    assert isinstance(case.expected, str), said
    assert case.expected in said
    assert "\n" not in said
    assert is_printable(said)
    assert urlsplit(faults.url).netloc in said or "localhost" in said
    assert outcome.hint
    assert outcome.status == case.status
    assert outcome.retry_after == (pytest.approx(case.wait, abs=2) if case.wait else None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]", "2130706433"])
async def test_no_redirect_leads_to_another_server_inside(
    client: Make,
    faults: FaultServer,
    inside: FaultServer,
    host: str,
) -> None:
    target = redirect(f"http://{host}:{inside.port}/")
    async with client() as opened:
        with pytest.raises(FetchError, match="private address"):
            await opened.fetch(Request(faults.url + target, "feed", user_url=faults.url))
    assert inside.log() == []
    assert len(faults.log()) == 1


async def test_row_9_no_request_before_the_requested_time(
    client: Make,
    faults: FaultServer,
    fake_time: FakeTime,
) -> None:
    kept: list[ServiceState] = []

    async def save(state: ServiceState) -> None:
        kept.append(state)

    request = Request(faults.url + "/retry-after?s=600", "feed", user_url=faults.url)
    for _ in range(3):
        async with client(states=kept[-1:], save=save) as opened:
            with pytest.raises(FetchError):
                await opened.fetch(request)
    assert len(faults.log()) == 1
    fake_time.slept.append(601.0)
    async with client(states=kept[-1:], save=save) as opened:
        assert (await opened.fetch(request)).status == GOOD


async def test_row_13_the_second_poll_asks_whether_anything_changed(client: Make, faults: FaultServer) -> None:
    request = Request(faults.url + "/etag", "feed", user_url=faults.url)
    async with client() as opened:
        first = await opened.fetch(request)
        second = await opened.fetch(request._replace(validators=first.validators))
    assert first.validators == Validators('"v1"', "Mon, 01 Jan 2024 00:00:00 GMT")
    assert (second.status, second.body, second.validators) == (NOT_MODIFIED, b"", first.validators)
    assert faults.log()[1]["headers"]["if-none-match"] == '"v1"'


async def test_row_20_a_permanent_redirect_is_reported(client: Make, faults: FaultServer) -> None:
    async with client() as opened:
        answer = await opened.fetch(Request(faults.url + "/redirect-permanent", "feed", user_url=faults.url))
    assert answer.moved_to == faults.url + "/ok"


async def test_row_20_secrets_stay_with_their_host(client: Make, faults: FaultServer) -> None:
    address = faults.url.replace("//", "//ada:s3cret@") + "/redirect-other-host"
    async with client(allow_private=True) as opened:
        await opened.fetch(Request(address, "feed", user_url=address, headers=(("X-Api-Key", "s3cret"),)))
    away, there = (entry["headers"] for entry in faults.log())
    assert {"authorization", "x-api-key"} <= set(away)
    assert not {"authorization", "x-api-key", "cookie", "referer"} & set(there)


MEASURE = """
import asyncio, datetime, json, resource, sys
from readq.net.fetcher import FetchError, Request
from readq.net.client import Client
from readq.net.rate_limit import Clock

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

async def main(url, paths):
    grown = {}
    async with Client(Clock(lambda: datetime.datetime.now(datetime.UTC))) as client:
        await client.fetch(Request(url + "/ok", "x", user_url=url))
        clean = peak()
        for path in paths:
            try:
                await client.fetch(Request(url + path, "x", user_url=url))
            except FetchError:
                pass
            grown[path] = (peak() - clean) / 1024
    print(json.dumps(grown))

asyncio.run(main(sys.argv[1], sys.argv[2:]))
"""

HEAVY = [
    *("/gzip-bomb", "/gzip-endless", "/gzip-layers?mb=20", "/gzip-lie", "/gzip-undeclared"),
    *("/endless", "/big", "/big?mb=16", "/many-entries", "/huge-header", "/many-headers"),
]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_rows_18_and_19_memory_stays_within_64_mib(faults: FaultServer) -> None:
    command = [sys.executable, "-c", MEASURE, faults.url, *HEAVY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    grown = json.loads(done.stdout)
    assert max(grown.values()) <= 64, grown
