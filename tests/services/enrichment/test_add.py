"""`readq.services.enrichment.add`: interruption during a slow request, and the choice of a candidate."""

import contextlib
import os
import select
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import NamedTuple

import pytest
from arxiv_search import Record
from loopback import Loopback
from papers_web import PapersWeb

from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request, Response
from readq.services.enrichment.add import AddResult, add
from readq.services.enrichment.add_arguments import AddTarget
from readq.services.importing.ingest import IngestOptions


class FakeNetwork(NamedTuple):
    """A network with a fetcher from the test."""

    endpoints: Endpoints
    fetcher: Callable[[], contextlib.AbstractAsyncContextManager[Fetcher]]


class Impatient:
    """A network that raises KeyboardInterrupt during its first response."""

    async def fetch(self, request: Request) -> Response:
        raise KeyboardInterrupt


@contextlib.asynccontextmanager
async def impatient() -> AsyncIterator[Fetcher]:
    yield Impatient()


def test_an_interruption_loses_no_paper(library: str, now: datetime) -> None:
    named = [AddTarget("2611.00042", "2611.00042"), AddTarget("10.1000/growth", "10.1000/growth")]
    with pytest.raises(KeyboardInterrupt):
        add(library, named, FakeNetwork(Endpoints(), impatient), now, IngestOptions(5.0))
    with contextlib.closing(sqlite3.connect(library)) as connection:
        papers = connection.execute("SELECT title, status FROM paper ORDER BY id").fetchall()
        pending = connection.execute("SELECT reference, tried FROM pending ORDER BY paper_id").fetchall()
    assert papers == [("arXiv:2611.00042", "queued"), ("doi:10.1000/growth", "queued")]
    assert pending == [("2611.00042", None), ("10.1000/growth", None)]


def test_nothing_to_add_opens_no_network(library: str, now: datetime) -> None:
    def never() -> contextlib.AbstractAsyncContextManager[Fetcher]:
        raise AssertionError

    assert add(library, [], FakeNetwork(Endpoints(), never), now, IngestOptions(5.0)) == AddResult()
    assert not os.path.exists(library)


@pytest.fixture
def choose(library: str, loopback: Loopback, now: datetime) -> Callable[[bytes], tuple[int, str]]:
    """Run `readq add TITLE` in a terminal, type an answer, and return the status and the output."""
    web = PapersWeb(loopback)
    web.has(
        Record("2611.00042", "Growth of Sparse Networks", ("Ada Lovelace", "A", "B", "C"), published="2026-11-02"),
        Record("2611.00050", "Growth of Sparse Networks, Part II"),
    )

    def run(answer: bytes) -> tuple[int, str]:
        master, terminal = os.openpty()
        environ = {**os.environ, **web.environ, "READQ_DB": library, "READQ_NOW": now.isoformat()}
        command = [sys.executable, "-m", "readq", "add", "growth of sparse networks"]
        with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=environ) as program:
            os.close(terminal)
            shown = b""
            typed = False
            while select.select([master], [], [], 30)[0]:
                try:
                    shown += os.read(master, 65536)
                except OSError:  # the program has closed its side
                    break
                if b"Enter for none: " in shown and not typed:
                    typed = True
                    os.write(master, answer)
            status = program.wait(30)
        os.close(master)
        return status, shown.decode()

    return run


def test_a_title_is_chosen_by_its_number(choose: Callable[[bytes], tuple[int, str]], library: str) -> None:
    status, shown = choose(b"9\n1\n")
    assert status == 0
    assert "1. 2611.00042 Growth of Sparse Networks (Ada Lovelace, A, B et al.; 2026)" in shown
    assert "queued: #1 lovelace2026growth Growth of Sparse Networks" in shown
    with contextlib.closing(sqlite3.connect(library)) as connection:
        assert connection.execute("SELECT title, status FROM paper").fetchall() == [
            ("Growth of Sparse Networks", "queued")
        ]


def test_enter_chooses_nothing(choose: Callable[[bytes], tuple[int, str]], library: str) -> None:
    status, shown = choose(b"\n")
    assert status == 0
    assert "nothing was added" in shown
    assert not os.path.exists(library)
