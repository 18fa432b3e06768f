"""Time that passes only when somebody sleeps."""

import asyncio
from datetime import UTC, datetime, timedelta


class FakeTime:
    """A clock, a stopwatch and a way to sleep, for `readq.net.client.Client`."""

    def __init__(self, start: datetime | None = None) -> None:
        self.start = start or datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The wall clock."""
        return self.start + timedelta(seconds=self.tick())

    def tick(self) -> float:
        """Seconds since the start."""
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once, and let others run."""
        self.slept.append(seconds)
        await asyncio.sleep(0)
