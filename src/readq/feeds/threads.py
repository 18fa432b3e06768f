"""Parsing beside the loop that talks to servers: a large or hostile feed must not keep the other feeds waiting."""

import asyncio
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
    """What `parse` makes of its arguments, in a thread. Raises what it raises, and ReadqError if it takes too long."""
    try:
        async with asyncio.timeout(LONGEST_PARSE):
            return await asyncio.to_thread(parse, *arguments, **options)
    except TimeoutError as error:
        raise ReadqError(f"it takes longer than {LONGEST_PARSE:.0f} s to read: given up") from error
