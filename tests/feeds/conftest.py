"""A client whose pauses cost no time."""

from collections.abc import Callable
from typing import Any

import pytest
from fake_time import FakeTime

from readq.feeds.http import Client


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
