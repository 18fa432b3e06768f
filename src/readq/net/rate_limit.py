"""Politeness: one request to a service at a time, its delay between two, and no request while it asks for a pause.

What a service asks is remembered from run to run by whoever gives and keeps `ServiceState`s.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from readq.days import instant, parse_instant
from readq.model.values import ServiceState
from readq.net.backoff import LONGEST
from readq.net.fetcher import FetchError
from readq.text import one_line

DELAYS: Mapping[str, float] = {
    "arxiv": 3.0,  # its terms of use, jointly for API, RSS and the site
    "crossref": 0.2,  # 5 a second in the public pool
    "datacite": 0.3,  # 1,000 in 5 minutes
    "semanticscholar": 1.0,  # 1 a second with a key, a pool shared by everybody without
    "openalex": 0.1,
}
"""Seconds between two requests to a service; 0 where none is named."""

Keep = Callable[[ServiceState], Awaitable[None]]
"""Keeps what a service asks for the next run. It is waited for: SQLite belongs in a thread."""

Sleep = Callable[[float], Awaitable[None]]


class Turns:
    """Whose turn it is. `now` is the clock, `tick` counts seconds that never go back."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        tick: Callable[[], float],
        sleep: Sleep,
        delays: Mapping[str, float],
        remembered: Iterable[ServiceState],
        keep: Keep | None,
        patience: float,
    ) -> None:
        self._now = now
        self._tick = tick
        self._sleep = sleep
        self._delays = {**DELAYS, **delays}
        self._states = {state.name: state for state in remembered}
        self._keep = keep
        self._patience = patience
        self._locks: dict[str, asyncio.Lock] = {}
        self._ended: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def turn(self, service: str, *, is_loopback: bool) -> AsyncIterator[None]:
        """Wait until `service` may be asked, and have it to oneself inside. On loopback there is no delay.

        Raises FetchError, without having waited, when the service asked for a pause longer than our patience.
        """
        async with self._locks.setdefault(service, asyncio.Lock()):
            delay = 0.0 if is_loopback else self._delays.get(service, 0.0)
            blocked = self._blocked(service)
            pause = max(self._pause(service, delay), blocked)
            if pause > 0:
                await self._sleep(pause)
            if delay or blocked:
                milliseconds = int(self._now().timestamp() * 1000)
                await self._save(ServiceState(service, milliseconds))
            try:
                yield
            finally:
                self._ended[service] = self._tick()

    async def block(self, service: str, seconds: float, why: str) -> None:
        """Ask nothing of `service` for so many seconds, at most a day."""
        end = self._now() + timedelta(seconds=min(seconds, LONGEST))
        if end.microsecond:
            end += timedelta(seconds=1)
        former = self._states.get(service, ServiceState(service))
        await self._save(former._replace(blocked_until=instant(end), why=one_line(why)[:200]))

    def when(self, seconds: float) -> str:
        """The moment so many seconds from now as the reader's clock shows it, with its day unless it is today."""
        now = self._now()
        moment = (now.astimezone(UTC) + timedelta(seconds=min(seconds, LONGEST))).astimezone(now.tzinfo)
        return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%H:%M on %A}"

    def _blocked(self, service: str) -> float:
        """The seconds for which `service` asked not to be asked; raises FetchError when they are too many to wait."""
        state = self._states.get(service)
        if state is None or state.blocked_until is None:
            return 0.0
        # A clock that was set back must not prolong a pause for ever.
        left = min((parse_instant(state.blocked_until) - self._now()).total_seconds(), LONGEST)
        if left <= self._patience:
            return max(left, 0.0)
        reason = f", because it {state.why}" if state.why else ""
        raise FetchError(
            f"{one_line(service)} is not asked before {self.when(left)}{reason}", "sync again then", retry_after=left
        )

    def _pause(self, service: str, delay: float) -> float:
        if service in self._ended:
            return delay - (self._tick() - self._ended[service])
        last = self._states.get(service, ServiceState(service)).last_request
        if last is None:
            return 0.0
        return min(delay, delay - (self._now().timestamp() - last / 1000))

    async def _save(self, state: ServiceState) -> None:
        self._states[state.name] = state
        if self._keep:
            await self._keep(state)
