"""`readq.services.network`: the client from the settings, and service states in the library."""

import contextlib
import os
import sqlite3
from datetime import datetime

import pytest
from loopback import Loopback, Reply

from readq.config import Config
from readq.errors import ConfigError
from readq.net.fetcher import FetchError, Request
from readq.services.network import Servers
from readq.store.feeds.servers import load_services
from readq.store.library import open_for_reading

BUSY = Reply(b"", 429, headers={"Retry-After": "600"})


def asking(server: Loopback) -> Request:
    return Request(f"{server.url}/feed", "feeds.example", user_url=server.url)


async def test_a_requested_pause_is_saved_in_the_library(
    loopback: Loopback, connection: sqlite3.Connection, library: str, now: datetime
) -> None:
    loopback.routes["/feed"] = BUSY
    for _ in range(2):
        async with Servers(library, Config(), lambda: now, {}).client() as client:
            with pytest.raises(FetchError, match="09:10"):
                await client.fetch(asking(loopback))
    assert len(loopback.log) == 1
    (state,) = load_services(connection)
    assert (state.name, state.blocked_until, state.why) == ("feeds.example", "2026-11-23T08:10:00Z", "answered 429")


async def test_no_library_is_made_for_it(loopback: Loopback, library: str, now: datetime) -> None:
    loopback.routes["/feed"] = BUSY
    async with Servers(library, Config(), lambda: now, {}).client() as client:
        with pytest.raises(FetchError):
            await client.fetch(asking(loopback))
    assert not os.path.exists(library)


async def test_a_library_that_is_locked_does_not_fail_the_request(
    loopback: Loopback, connection: sqlite3.Connection, library: str, now: datetime
) -> None:
    loopback.routes["/feed"] = Reply(b"x", headers={"RateLimit": '"api";r=0;t=600'})
    async with Servers(library, Config(busy_timeout=0.0), lambda: now, {}).client() as client:
        connection.execute("BEGIN IMMEDIATE")
        assert (await client.fetch(asking(loopback))).body == b"x"
        connection.execute("ROLLBACK")
    with contextlib.closing(open_for_reading(library)) as opened:
        assert load_services(opened) == []


async def test_settings_and_environment_reach_the_client(loopback: Loopback, library: str, now: datetime) -> None:
    loopback.routes["/feed"] = b"x"
    config = Config(contact="ada@example.org", endpoints={"doi": "https://doi.example"}, delays={"doi": 2})
    async with Servers(library, config, lambda: now, {"READQ_DOI_URL": loopback.url}).client() as client:
        await client.fetch(Request(f"{loopback.url}/feed", "doi"))
    assert "mailto:ada@example.org" in loopback.log[0].headers["user-agent"]
    with pytest.raises(ConfigError, match="not an e-mail address"):
        Servers(library, Config(contact="ada"), lambda: now, {}).client()
