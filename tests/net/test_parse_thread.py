"""`readq.net.parse_thread`: what parses in a thread comes back, fails as it would, and is given up in time."""

import threading

import pytest

from readq.errors import ReadqError
from readq.net import parse_thread as threads


async def test_the_result_comes_back() -> None:
    assert await threads.aside(int, "ff", base=16) == 255


async def test_a_failure_comes_back() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await threads.aside(int, "x")


async def test_what_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "LONGEST_PARSE", 0.01)
    ended = threading.Event()
    with pytest.raises(ReadqError, match="given up"):
        await threads.aside(ended.wait)
    ended.set()
