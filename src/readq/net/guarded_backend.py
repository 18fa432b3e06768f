"""Resolve host names and refuse private IP addresses at the moment of connecting.

httpx has no hook between resolving a name and connecting to an address. httpx is built on httpcore, where a network
backend can do both steps.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore

from readq.net.address_scopes import Scope, is_address, scope_of
from readq.net.daemon_thread import run_in_daemon_thread

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A function that returns the IP addresses of a host, in the order in which to try them.

It gets the host and the port. It raises OSError if the host name cannot be resolved.
"""

_MAX_ADDRESSES = 4


class PrivateAddressError(Exception):
    """Raised if a host has only IP addresses that the request must not connect to.

    Nothing was sent. `address` is the first address of the host.
    """

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is {address}")
        self.address = address


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the IP addresses of a host from the system's resolver. Raises OSError if there are none.

    The resolver may hang, so it runs in a daemon thread.
    """
    if is_address(host):
        return [host]
    return await run_in_daemon_thread(_addresses, host, port)


def _addresses(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend of httpcore that connects only to IP addresses that are allowed, such as public addresses."""

    def __init__(
        self, scope: Scope, resolve: Resolve = resolve, inner: httpcore.AsyncNetworkBackend | None = None
    ) -> None:
        self._scope = scope
        self._resolve = resolve
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first IP address of `host` that is allowed and accepts the connection.

        `timeout` is in seconds. It applies to resolving the name, and then again to connecting. Raises OSError if the
        name cannot be resolved. Raises PrivateAddressError if no address of the host is allowed. Raises ConnectTimeout
        or ConnectError of httpcore if no connection succeeds in time.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from error
        allowed = [address for address in addresses if scope_of(address) <= self._scope][:_MAX_ADDRESSES]
        if addresses and not allowed:
            raise PrivateAddressError(host, str(ipaddress.ip_address(addresses[0])))
        # An address that drops packets must leave time for the others.
        share = timeout / len(allowed) if timeout and allowed else timeout
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("the name has no address")
        for address in allowed:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:  # noqa: ANN401
        """Raise UnsupportedProtocol, because readq sends no requests to Unix sockets."""
        raise httpcore.UnsupportedProtocol("no socket files")

    async def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds."""
        await asyncio.sleep(seconds)
