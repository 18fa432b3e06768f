"""Run a function in a thread of its own. If the function never returns, readq can still quit."""

import asyncio
import contextlib
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def set_from_thread(future: "asyncio.Future[Result]", result: Result) -> None:
    """Set the result of `future`, which belongs to the event loop of another thread.

    Do nothing if it has a result already.
    """

    def set_result() -> None:
        if not future.done():
            future.set_result(result)

    with contextlib.suppress(RuntimeError):
        # The loop is closed if readq has quit.
        future.get_loop().call_soon_threadsafe(set_result)


async def run_in_daemon(function: Callable[[], Result]) -> Result:
    """Call `function` in a daemon thread. Return its result. `function` must not raise an exception."""
    future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    Thread(target=lambda: set_from_thread(future, function()), daemon=True).start()
    return await future
