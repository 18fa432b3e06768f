"""The HTTP client as the settings want it, with what services ask of us kept in the library from run to run."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime

from readq.config import Config
from readq.errors import LibraryError
from readq.feeds.http.client import Client, Limits
from readq.feeds.http.endpoints import endpoints
from readq.model.values import ServiceState
from readq.store.library import open_for_changing, open_for_reading
from readq.store.service_rows import load_services, save_service

_LIMITS = Limits()


def open_client(
    path: str, config: Config, now: Callable[[], datetime], environ: Mapping[str, str], limits: Limits = _LIMITS
) -> Client:
    """A client for the library at `path`, to be used as an async context manager.

    Raises ConfigError for endpoints and contacts that are none, LibraryError when the library cannot be read.
    """
    with contextlib.closing(open_for_reading(path, config.busy_timeout)) as connection:
        remembered = load_services(connection)

    def save(state: ServiceState) -> None:
        # A note that cannot be made must not fail the request: the next run is a little early at worst.
        with (
            contextlib.suppress(LibraryError, sqlite3.Error),
            contextlib.closing(open_for_changing(path, config.busy_timeout)) as connection,
        ):
            save_service(connection, state)

    async def keep(state: ServiceState) -> None:
        await asyncio.to_thread(save, state)

    return Client(
        now=now,
        endpoints=endpoints(config.endpoints, environ),
        contact=config.contact,
        allow_private=config.allow_private,
        delays=config.delays,
        environ=environ,
        remembered=remembered,
        keep=keep,
        limits=limits,
    )
