"""Run blocking functions in daemon threads.

A program cannot end while a thread that asyncio started is running. It can end while a daemon thread is running. So a
name look-up or a parser that hangs in a daemon thread cannot keep the program alive.
"""

import asyncio
import contextlib
import functools
import threading
import weakref
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from readq.errors import ReadqError

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

PARSE_TIMEOUT = 30.0
"""The time in seconds after which the parsing of a response fails. Most feeds take less than one second."""

_parse_locks: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = weakref.WeakKeyDictionary()


async def run_in_daemon_thread(
    function: Callable[_Arguments, _Result], *arguments: _Arguments.args, **options: _Arguments.kwargs
) -> _Result:
    """Call `function` with the given arguments in a new daemon thread, and return its result.

    If `function` raises an exception, it is raised to the caller.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()
    call = functools.partial(function, *arguments, **options)
    threading.Thread(target=_run, args=(loop, future, call), daemon=True).start()
    return await future


async def parse_in_thread(
    parse: Callable[_Arguments, _Result], *arguments: _Arguments.args, **options: _Arguments.kwargs
) -> _Result:
    """Call `parse` with the given arguments in a daemon thread, and return its result.

    Other requests continue during the call. Only one document is parsed at a time. If `parse` raises an exception, it
    is raised to the caller. Raises ReadqError after PARSE_TIMEOUT seconds. The thread continues after that, because a
    thread cannot be stopped.
    """
    async with _parse_locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        try:
            async with asyncio.timeout(PARSE_TIMEOUT):
                return await run_in_daemon_thread(parse, *arguments, **options)
        except TimeoutError as error:
            raise ReadqError(f"parsing takes longer than {PARSE_TIMEOUT:.0f} s") from error


def _run(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[_Result]", call: Callable[[], _Result]) -> None:
    deliver: Callable[[], None]
    try:
        deliver = functools.partial(future.set_result, call())
    except Exception as error:
        deliver = functools.partial(future.set_exception, error)

    def deliver_unless_done() -> None:
        if not future.done():
            deliver()

    with contextlib.suppress(RuntimeError):  # the loop was closed while the function ran
        loop.call_soon_threadsafe(deliver_unless_done)
