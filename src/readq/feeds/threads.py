"""Parsing beside the loop that talks to servers: a large or hostile feed must not keep the other feeds waiting."""

import asyncio
import contextlib
import functools
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from readq.errors import ReadqError

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

LONGEST_PARSE = 30.0
"""Seconds after which an answer is given up; what a feed is in practice takes less than one."""


async def aside(
    parse: Callable[_Arguments, _Result], *arguments: _Arguments.args, **options: _Arguments.kwargs
) -> _Result:
    """What `parse` makes of its arguments, in a thread. Raises what it raises, and ReadqError if it takes too long.

    A thread cannot be stopped; nothing waits for one that was given up, not even the end of the program.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()

    def settle(result: Callable[[], None]) -> None:
        if not future.done():
            result()

    def run() -> None:
        try:
            value = parse(*arguments, **options)
        except BaseException as error:  # handed to whoever waits
            told = functools.partial(future.set_exception, error)
        else:
            told = functools.partial(future.set_result, value)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, told)

    threading.Thread(target=run, name="parser", daemon=True).start()
    try:
        async with asyncio.timeout(LONGEST_PARSE):
            return await future
    except TimeoutError as error:
        raise ReadqError(f"it takes longer than {LONGEST_PARSE:.0f} s to read: given up") from error
