"""`readq.net.daemon_thread`: results, exceptions and timeouts of calls in a thread."""

import threading

import pytest

from readq.errors import ReadqError
from readq.net import daemon_thread


async def test_the_result_is_returned() -> None:
    assert await daemon_thread.parse_in_thread(int, "ff", base=16) == 255


async def test_an_exception_is_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await daemon_thread.parse_in_thread(int, "x")


async def test_a_call_that_does_not_end_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_thread, "PARSE_TIMEOUT", 0.01)
    ended = threading.Event()
    with pytest.raises(ReadqError, match="takes longer"):
        await daemon_thread.parse_in_thread(ended.wait)
    ended.set()
