"""A clock that advances only by sleeping."""

import asyncio
from datetime import UTC, datetime, timedelta

from readq.net.rate_limit import Clock


class FakeTime:
    """The clock of a `readq.net.client.Client`; `slept` lists the seconds of each sleep."""

    def __init__(self, start: datetime | None = None) -> None:
        self.start = start or datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.slept: list[float] = []

    @property
    def clock(self) -> Clock:
        """The clock as an argument of the client."""
        return Clock(self.now, self.monotonic, self.sleep)

    def now(self) -> datetime:
        """The wall clock."""
        return self.start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since the start."""
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        """Advance the clock and yield to other tasks."""
        self.slept.append(seconds)
        await asyncio.sleep(0)
