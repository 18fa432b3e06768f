"""A client whose pauses cost no time; a network in memory, which answers by address and keeps what it was asked."""

from collections.abc import Callable
from typing import Any

import pytest
from fake_time import FakeTime

from readq.net.client import Client
from readq.net.fetcher import Answer, Request

Told = bytes | Answer | Exception


@pytest.fixture
def fake_time() -> FakeTime:
    """Time that passes only when somebody sleeps."""
    return FakeTime()


@pytest.fixture
def client(fake_time: FakeTime) -> Callable[..., Client]:
    """Makes clients that live in `fake_time`; keywords go to Client."""

    def make(**options: Any) -> Client:  # noqa: ANN401 - handed on
        return Client(**{"now": fake_time.now, "tick": fake_time.tick, "sleep": fake_time.sleep, **options})

    return make


class _Network:
    def __init__(self, answer: Callable[[str], Told]) -> None:
        self.asked: list[Request] = []
        self._answer = answer

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.asked]

    async def fetch(self, request: Request) -> Answer:
        self.asked.append(request)
        told = self._answer(request.url)
        if isinstance(told, Exception):
            raise told
        return Answer(request.url, 200, told) if isinstance(told, bytes) else told


@pytest.fixture
def network() -> Callable[..., Any]:
    """Makes a Fetcher out of a function from an address to bytes, an Answer, or an exception to raise."""
    return _Network
