"""The servers that feeds are pulled from: what a SPEC means under the settings, and the client to reach them."""

import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from readq.config import Config
from readq.errors import UsageError
from readq.feeds.http.endpoints import Endpoints, endpoints
from readq.feeds.http.fetching import Fetcher
from readq.feeds.source import Source

if TYPE_CHECKING:
    from readq.feeds.http.client import Limits


class Servers:
    """The network of one command line. `limits` stand in for those of the client, for tests."""

    def __init__(
        self, library: str, config: Config, clock: Callable[[], datetime], limits: "Limits | None" = None
    ) -> None:
        self._library = library
        self._config = config
        self._clock = clock
        self._limits = limits
        self.endpoints: Endpoints = endpoints(config.endpoints, os.environ)

    def source(self, spec: str, moved_to: str | None = None) -> Source:
        """The source that SPEC names, asked at `moved_to` when a permanent redirect led there. Raises UsageError."""
        from readq.feeds.spec import source

        if moved_to is not None and spec.startswith(("http:", "https:")):
            with contextlib.suppress(UsageError):
                return source(moved_to, self.endpoints)
        return source(spec, self.endpoints)

    def fetcher(self) -> contextlib.AbstractAsyncContextManager[Fetcher]:
        """The client, which keeps what services ask in the library."""
        from readq.feeds.http.client import Limits
        from readq.services.network import open_client

        return open_client(self._library, self._config, self._clock, os.environ, self._limits or Limits())

    def next_try(self, now: datetime, failures: int, wait: float | None) -> datetime:
        """When to ask again after so many failures in a row; `wait` is in seconds, when the server said so."""
        from readq.feeds.http.backoff import next_try

        return next_try(now, failures, wait)

    async def complete_queued(self, fetcher: Fetcher, now: datetime) -> tuple[str, ...]:
        """Fetch what is still missing of papers that the reader queued; what came of it, in lines."""
        from readq.services.enriching import complete_queued

        done = await complete_queued(self._library, fetcher, self.endpoints, now, self._config.busy_timeout)
        count = len(done.updated)
        completed = (f"{count} queued paper{'' if count == 1 else 's'} completed",) if count else ()
        return (*completed, *(f"queued papers: {failure}" for failure in done.failures))
