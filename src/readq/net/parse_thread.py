"""Parsing beside the loop that talks to servers: a large or hostile feed must not keep the other feeds waiting."""

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

LONGEST_PARSE = 30.0
"""Seconds after which an answer is given up; what a feed is in practice takes less than one."""

_turns: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = weakref.WeakKeyDictionary()


async def aside(
    parse: Callable[_Arguments, _Result], *arguments: _Arguments.args, **options: _Arguments.kwargs
) -> _Result:
    """What `parse` makes of its arguments, in a thread. Raises what it raises, and ReadqError if it takes too long.

    One at a time: two would take twice the memory and no less time. A thread cannot be stopped; nothing waits for one
    that was given up, not even the end of the program.
    """
    loop = asyncio.get_running_loop()
    async with _turns.setdefault(loop, asyncio.Lock()):
        future: asyncio.Future[_Result] = loop.create_future()
        threading.Thread(
            target=_run,
            args=(loop, future, functools.partial(parse, *arguments, **options)),
            name="parser",
            daemon=True,
        ).start()
        try:
            async with asyncio.timeout(LONGEST_PARSE):
                return await future
        except TimeoutError as error:
            raise ReadqError(f"it takes longer than {LONGEST_PARSE:.0f} s to read: given up") from error


def _run(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[_Result]", parse: Callable[[], _Result]) -> None:
    told: Callable[[], None]
    try:
        told = functools.partial(future.set_result, parse())
    except Exception as error:
        told = functools.partial(future.set_exception, error)

    def settle() -> None:
        if not future.done():
            told()

    # The loop may have ended meanwhile.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(settle)
