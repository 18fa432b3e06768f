"""`readq.net.guarded_backend`: the checked address is the one that is connected to."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import httpcore
import pytest

from readq.net.address_scopes import Scope
from readq.net.guarded_backend import GuardedBackend, PrivateAddressError, resolve


class _Inner(httpcore.AsyncNetworkBackend):
    """Records the addresses of connections, and refuses some."""

    def __init__(self, refused: Sequence[str] = ()) -> None:
        self.refused = refused
        self.asked: list[str] = []

    async def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:  # noqa: ANN401
        self.asked.append(host)
        if host in self.refused:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncMockStream([])


def resolving(*answers: Sequence[str]) -> Any:  # noqa: ANN401 - a resolver
    left = list(answers)

    async def look_up(host: str, port: int) -> Sequence[str]:
        return left.pop(0)

    return look_up


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    inner = _Inner()
    backend = GuardedBackend(Scope.PUBLIC, resolving(["93.184.216.34"], ["127.0.0.1"]), inner)
    await backend.connect_tcp("rebind.example", 80)
    with pytest.raises(PrivateAddressError) as refused:
        await backend.connect_tcp("rebind.example", 80)
    assert inner.asked == ["93.184.216.34"]
    assert refused.value.address == "127.0.0.1"


async def test_private_addresses_among_public_ones_are_left_out() -> None:
    inner = _Inner(refused=["93.184.216.34"])
    addresses = ["10.0.0.1", "93.184.216.34", "::1", "93.184.216.35"]
    await GuardedBackend(Scope.PUBLIC, resolving(addresses), inner).connect_tcp("x.example", 80, 5.0)
    assert inner.asked == ["93.184.216.34", "93.184.216.35"]


async def test_if_no_address_accepts_the_last_error_is_raised() -> None:
    inner = _Inner(refused=["93.184.216.34"])
    with pytest.raises(httpcore.ConnectError, match="refused"):
        await GuardedBackend(Scope.PUBLIC, resolving(["93.184.216.34"]), inner).connect_tcp("x.example", 80)
    with pytest.raises(httpcore.ConnectError, match="no address"):
        await GuardedBackend(Scope.PUBLIC, resolving([]), inner).connect_tcp("x.example", 80)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "localhost"])
async def test_other_spellings_of_loopback_are_refused(host: str) -> None:
    inner = _Inner()
    with pytest.raises(PrivateAddressError):
        await GuardedBackend(Scope.PUBLIC, resolve, inner).connect_tcp(host, 80)
    assert inner.asked == []


async def test_a_hanging_resolver_times_out() -> None:
    async def hang(host: str, port: int) -> Sequence[str]:
        never: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        return await never

    with pytest.raises(httpcore.ConnectTimeout):
        await GuardedBackend(Scope.PUBLIC, hang, _Inner()).connect_tcp("x.example", 80, 0.01)


async def test_the_systems_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    assert await resolve("::1", 80) == ["::1"]
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(socket.gaierror):
        await resolve("nowhere.example", 80)


HANGING = """
import asyncio, datetime, socket, threading
from readq.net.fetcher import FetchError, Request
from readq.net.client import Client, ClientSettings, Limits
from readq.net.rate_limit import Clock

socket.getaddrinfo = lambda *_, **__: threading.Event().wait()

async def main():
    clock = Clock(lambda: datetime.datetime.now(datetime.UTC))
    async with Client(clock, ClientSettings(limits=Limits(connect=0.05))) as client:
        try:
            await client.fetch(Request("https://papers.example/", "x"))
        except FetchError as error:
            print(error)

asyncio.run(main())
"""


def test_a_resolver_that_hangs_does_not_hold_the_program() -> None:
    command = [sys.executable, "-c", HANGING]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "papers.example cannot be reached (check the network, try again later)\n"
