"""The network for the length of a command that looks papers up."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from readq.config import Config
from readq.feeds.http.endpoints import Endpoints, endpoints
from readq.feeds.http.fetching import Fetcher


class Network(NamedTuple):
    """The servers and the way to them. `fetcher` opens the client; nothing is asked before."""

    endpoints: Endpoints
    fetcher: Callable[[], contextlib.AbstractAsyncContextManager[Fetcher]]


def network(library: str, config: Config, environ: Mapping[str, str], clock: Callable[[], datetime]) -> Network:
    """The real network; the library at the path `library` remembers what services ask of us.

    Raises ConfigError for an endpoint that is none.
    """

    def fetcher() -> contextlib.AbstractAsyncContextManager[Fetcher]:
        # The client is costly to import, and a paper that is known needs none.
        from readq.services.network import open_client

        return open_client(library, config, clock, environ)

    return Network(endpoints(config.endpoints, environ), fetcher)
