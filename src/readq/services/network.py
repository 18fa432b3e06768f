"""Create the HTTP client and the sources of feeds from the settings."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from readq.config import Config
from readq.errors import LibraryError
from readq.feeds.source import Source
from readq.model.values import ServiceState
from readq.net.endpoints import Endpoints, check_delays, endpoints
from readq.net.fetcher import Fetcher
from readq.store.feeds.servers import load_services, save_service
from readq.store.library import open_for_changing, open_for_reading, write_obstacle

if TYPE_CHECKING:
    from readq.net.client import Client, Limits


class Servers:
    """Access to the network for one command: the URLs of web services, the HTTP client and the sources of feeds.

    The client limits its rate of requests to each web service. The state of these limits is stored in the library. The
    client is imported only when it is needed. `limits` replaces the limits of the client in tests. The constructor
    raises ConfigError if the URL of a web service is invalid, or for an unknown web service in the settings.
    """

    def __init__(
        self,
        library: str,
        config: Config,
        clock: Callable[[], datetime],
        environ: Mapping[str, str] = os.environ,
        limits: "Limits | None" = None,
    ) -> None:
        self._library = library
        self._config = config
        self._clock = clock
        self._environ = environ
        self._limits = limits
        self.endpoints: Endpoints = endpoints(config.endpoints, environ)
        check_delays(config.delays)

    def source(self, spec: str, moved_to: str | None = None) -> Source:
        """Return the source of the feed that `spec` names, such as `arxiv:cs.LG`.

        `moved_to` is the URL to which permanent redirects have moved the feed, or None. Raises UsageError if `spec` is
        invalid.
        """
        from readq.feeds.spec import source

        return source(spec, self.endpoints, moved_to)

    def client(self) -> "Client":
        """Return an HTTP client, to be used as an async context manager.

        Raises ConfigError if the `contact` in the settings is invalid. Raises LibraryError if the library cannot be
        read.
        """
        from readq.net.client import Client, ClientSettings, Limits
        from readq.net.rate_limit import Clock, StateStore

        config = self._config
        with contextlib.closing(open_for_reading(self._library, config.busy_timeout)) as connection:
            states = load_services(connection)
        settings = ClientSettings(
            endpoints=self.endpoints,
            contact=config.contact,
            allow_private=config.allow_private,
            private_hosts=frozenset(host.lower() for host in config.private_hosts),
            delays=config.delays,
            environ=self._environ,
            limits=self._limits or Limits(),
        )
        return Client(Clock(self._clock), settings, StateStore(states, self._save))

    def fetcher(self) -> contextlib.AbstractAsyncContextManager[Fetcher]:
        """Return an HTTP client as an async context manager, like `client`, but with the type that sources need.

        Raises the same errors as `client`.
        """
        return self.client()

    async def _save(self, state: ServiceState) -> None:
        await asyncio.to_thread(self._write, state)

    def _write(self, state: ServiceState) -> None:
        # A state that cannot be saved must not fail the request: the next run may then ask too early. Nor does a dry
        # run upgrade a library for it.
        with contextlib.suppress(LibraryError, sqlite3.Error):
            if write_obstacle(self._library, self._config.busy_timeout):
                return
            with contextlib.closing(open_for_changing(self._library, self._config.busy_timeout)) as connection:
                save_service(connection, state)

    def next_try(self, now: datetime, failures: int, wait: float | None) -> datetime:
        """Return the time of the next try, as `net.backoff.next_try` does.

        `failures` is the number of failures in a row. `wait` is the waiting time in seconds that the server asked for,
        or None.
        """
        from readq.net.backoff import next_try

        return next_try(now, failures, wait)
