"""Pull feeds and look up papers with a fetcher that answers every request with the same fuzzed bytes."""

import asyncio
import functools
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from readq.errors import ReadqError
from readq.feeds.source import PullOptions, Source
from readq.net import daemon_thread
from readq.net.fetcher import FetchError, Request, Response

T = TypeVar("T")

_MOST_ANSWERS = 4
"""Answers before requests fail: sources with pages ask until a page is empty."""

_CONTENT_TYPES = ("", "application/xml", "text/html; charset=utf-8", "application/json", "text/xml; charset=\x1b[2J")


class Answers:
    """A Fetcher. Its content type depends on the bytes, so that an input always has the same result."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._left = _MOST_ANSWERS

    async def fetch(self, request: Request) -> Response:
        """Return the bytes as the answer, or raise FetchError after some answers."""
        if not self._left:
            raise FetchError("the server closed the connection", status=503)
        self._left -= 1
        content_type = _CONTENT_TYPES[(len(self._body) + sum(self._body[:8])) % len(_CONTENT_TYPES)]
        return Response(request.url, 200, self._body, content_type)


def pull(source: Source, options: PullOptions, data: bytes) -> object:
    """Return the batches of a pull."""
    return _run(_batches(source, options, data))


def look_up(function: Callable[..., Any], arguments: Mapping[str, Any], data: bytes) -> object:
    """Return the result of a look-up, whose first parameter is a fetcher."""
    return _run(_result(function, arguments, data))


async def _batches(source: Source, options: PullOptions, data: bytes) -> list[object]:
    """Return the batches before a refusal, or raise it if there are none."""
    batches: list[object] = []
    try:
        async for batch in source.pull(Answers(data), options):
            batches.append(batch.parsed)
    except ReadqError:
        if not batches:
            raise
    return batches


async def _result(function: Callable[..., Any], arguments: Mapping[str, Any], data: bytes) -> object:
    called = function(Answers(data), **arguments)
    return [one async for one in called] if hasattr(called, "__aiter__") else await called


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in the event loop. Parsers run in its thread, so that a limit of time can end them."""
    in_thread = daemon_thread.run_in_daemon_thread
    daemon_thread.run_in_daemon_thread = _run_at_once
    try:
        return _loop().run_until_complete(work)
    finally:
        # Other tests of this process need the real threads.
        daemon_thread.run_in_daemon_thread = in_thread


async def _run_at_once(function: Callable[..., T], *arguments: object, **options: object) -> T:
    return function(*arguments, **options)


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the one event loop of all runs."""
    return asyncio.new_event_loop()
