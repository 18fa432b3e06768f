"""Fixtures: a client whose waits take no time, and an in-memory network that records its requests."""

from collections.abc import Callable
from typing import Any

import pytest
from fake_time import FakeTime

from readq.net.client import Client, ClientSettings
from readq.net.fetcher import Request, Response
from readq.net.rate_limit import StateStore
from readq.net.transport import GuardedTransport

Outcome = bytes | Response | Exception


@pytest.fixture
def fake_time() -> FakeTime:
    """A clock that advances only by sleeping."""
    return FakeTime()


@pytest.fixture
def client(fake_time: FakeTime) -> Callable[..., Client]:
    """Make clients that use `fake_time`. Keywords: fields of ClientSettings and StateStore, `resolve` and `tls`."""

    def make(**options: Any) -> Client:  # noqa: ANN401 - any field
        states = StateStore(options.pop("states", ()), options.pop("save", None))
        replaced = {name: options.pop(name) for name in ("resolve", "tls") if name in options}
        settings = ClientSettings(**options)
        return Client(fake_time.clock, settings, states, GuardedTransport(settings.environ, **replaced))

    return make


class _Network:
    def __init__(self, answer: Callable[[str], Outcome]) -> None:
        self.asked: list[Request] = []
        self._answer = answer

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.asked]

    async def fetch(self, request: Request) -> Response:
        self.asked.append(request)
        outcome = self._answer(request.url)
        if isinstance(outcome, Exception):
            raise outcome
        return Response(request.url, 200, outcome) if isinstance(outcome, bytes) else outcome


@pytest.fixture
def network() -> Callable[..., Any]:
    """Make a Fetcher from a function that maps an address to bytes, a Response, or an exception to raise."""
    return _Network
