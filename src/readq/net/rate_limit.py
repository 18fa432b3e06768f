"""Limit the rate of requests to each web service.

A service gets one request at a time, with a minimum delay between two requests. During a pause that the server asked
for, the service gets no requests. The state of each service is a `ServiceState`. The caller stores the states between
runs.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from readq.days import instant, parse_instant
from readq.model.values import ServiceState
from readq.net.backoff import MAX_WAIT
from readq.net.fetcher import FetchError
from readq.text import one_line

DELAYS: Mapping[str, float] = {
    "arxiv": 3.0,  # its terms of use, jointly for API, RSS and the site
    "crossref": 0.2,  # 5 a second in the public pool
    "datacite": 0.3,  # 1,000 in 5 minutes
    "semanticscholar": 1.0,  # 1 a second with a key, a pool shared by everybody without
    "openalex": 0.1,
}
"""The minimum delay, in seconds, between the end of a request to a service and the next request to it.

A service that is not listed has no delay.
"""


class Clock(NamedTuple):
    """The functions for time that a client uses. They are arguments, so that tests can replace them."""

    now: Callable[[], datetime]
    """Returns the present time with a time zone."""
    monotonic: Callable[[], float] = time.monotonic
    """Returns the seconds of a monotonic clock."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for a number of seconds."""


class StateStore(NamedTuple):
    """The storage of the states of web services between runs."""

    states: Iterable[ServiceState] = ()
    """The states that were stored by earlier runs."""
    save: Callable[[ServiceState], Awaitable[None]] | None = None
    """A coroutine function that stores the state of a service each time that it changes.

    If it is None, nothing is stored.
    """


class RateLimiter:
    """The rate limits of all web services. A caller must send each request inside `async with slot(…)`.

    `pause` blocks all requests to a service for some time.
    """

    def __init__(self, clock: Clock, store: StateStore, delays: Mapping[str, float], max_pause: float) -> None:
        """Create the rate limits. `delays` replaces entries of DELAYS, the minimum delays between two requests.

        `max_pause` is the longest pause, in seconds, that a request waits for. If a service is paused for longer, the
        request fails.
        """
        self._clock = clock
        self._delays = {**DELAYS, **delays}
        self._states = {state.name: state for state in store.states}
        self._save_state = store.save
        self._max_pause = max_pause
        self._locks: dict[str, asyncio.Lock] = {}
        self._last_end: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def slot(self, service: str, *, is_loopback: bool) -> AsyncIterator[None]:
        """Wait until a request to `service` is allowed. Other requests to `service` wait until the end of the block.

        If `is_loopback` is true, there is no delay between requests. If the pause of `service` has more than
        `max_pause` seconds left, FetchError is raised at once.
        """
        async with self._locks.setdefault(service, asyncio.Lock()):
            delay = 0.0 if is_loopback else self._delays.get(service, 0.0)
            pause = self._pause_left(service)
            wait = max(self._delay_left(service, delay), pause)
            if wait > 0:
                await self._clock.sleep(wait)
            if delay or pause:
                milliseconds = int(self._clock.now().timestamp() * 1000)
                await self._save(ServiceState(service, milliseconds))
            try:
                yield
            finally:
                self._last_end[service] = self._clock.monotonic()

    async def pause(self, service: str, seconds: float, why: str) -> None:
        """Block requests to `service` for `seconds`, at most MAX_WAIT. `why` is the reason, which messages quote."""
        end = self._clock.now() + timedelta(seconds=min(seconds, MAX_WAIT))
        if end.microsecond:
            end += timedelta(seconds=1)
        former = self._states.get(service, ServiceState(service))
        await self._save(former._replace(blocked_until=instant(end), why=one_line(why)[:200]))

    def clock_time(self, seconds: float) -> str:
        """Return the local time in `seconds` seconds from now as text, such as `14:30`.

        If that time is not today, the text has the weekday too, such as `14:30 on Friday`.
        """
        now = self._clock.now()
        moment = (now.astimezone(UTC) + timedelta(seconds=min(seconds, MAX_WAIT))).astimezone(now.tzinfo)
        return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%H:%M on %A}"

    def _pause_left(self, service: str) -> float:
        """Return the seconds left of a requested pause. Raises FetchError when they exceed `max_pause`."""
        state = self._states.get(service)
        if state is None or state.blocked_until is None:
            return 0.0
        # The bound matters when the wall clock was set back since the pause was saved.
        left = min((parse_instant(state.blocked_until) - self._clock.now()).total_seconds(), MAX_WAIT)
        if left <= self._max_pause:
            return max(left, 0.0)
        reason = f", because it {state.why}" if state.why else ""
        raise FetchError(
            f"{one_line(service)} is paused until {self.clock_time(left)}{reason}",
            "try again then",
            retry_after=left,
        )

    def _delay_left(self, service: str, delay: float) -> float:
        if service in self._last_end:
            return delay - (self._clock.monotonic() - self._last_end[service])
        last = self._states.get(service, ServiceState(service)).last_request
        if last is None:
            return 0.0
        return min(delay, delay - (self._clock.now().timestamp() - last / 1000))

    async def _save(self, state: ServiceState) -> None:
        self._states[state.name] = state
        if self._save_state:
            await self._save_state(state)
