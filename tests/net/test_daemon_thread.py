"""`readq.net.daemon_thread`: what parses in a thread comes back, fails as it would, and is given up in time."""

import threading

import pytest

from readq.errors import ReadqError
from readq.net import daemon_thread


async def test_the_result_comes_back() -> None:
    assert await daemon_thread.parse_in_thread(int, "ff", base=16) == 255


async def test_a_failure_comes_back() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await daemon_thread.parse_in_thread(int, "x")


async def test_what_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_thread, "PARSE_TIMEOUT", 0.01)
    ended = threading.Event()
    with pytest.raises(ReadqError, match="takes longer"):
        await daemon_thread.parse_in_thread(ended.wait)
    ended.set()
