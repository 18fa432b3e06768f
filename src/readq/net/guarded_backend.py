"""The wires under the client: names resolved and addresses checked by us, right where the connection is made.

httpx has no place to look at an address between resolving and connecting, httpcore, on which it stands, has.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore
import httpx

from readq.net.address_guard import Scope, is_address, scope_of

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host, the best first. Raises OSError."""

_MOST_TRIED = 4
_KEPT_ALIVE = 15.0


class PrivateAddressError(Exception):
    """A host is further inside than the request may go; nothing was sent to it. `address` is where its name led."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is {address}")
        self.address = address


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host by the system's resolver, in a thread that nothing waits for.

    A resolver that hangs holds asyncio's own threads, and with them the end of the program.
    """
    if is_address(host):
        return [host]
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str] | None, error: Exception | None) -> None:
        if future.done():
            return
        if error:
            future.set_exception(error)
        else:
            future.set_result(addresses or [])

    def look_up() -> None:
        addresses, failure = None, None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        except Exception as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # nobody waits any more: the loop is closed
            loop.call_soon_threadsafe(settle, addresses, failure)

    threading.Thread(target=look_up, name="resolver", daemon=True).start()
    return await future


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses within a scope only."""

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
        """A connection to the first address of `host` that answers. Raises PrivateAddressError."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from error
        admitted = [address for address in addresses if scope_of(address) <= self._scope][:_MOST_TRIED]
        if addresses and not admitted:
            raise PrivateAddressError(host, str(ipaddress.ip_address(addresses[0])))
        # One address that swallows what is sent to it must not use up the time of the others.
        share = timeout / len(admitted) if timeout and admitted else timeout
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("the name has no address")
        for address in admitted:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:  # noqa: ANN401
        """Never: nothing of readq lives on a socket file."""
        raise httpcore.UnsupportedProtocol("no socket files")

    async def sleep(self, seconds: float) -> None:
        """Sleep, without the thread."""
        await asyncio.sleep(seconds)


class Wire(httpx.AsyncBaseTransport):
    """httpcore's pool of connections, guarded or through a proxy, as httpx wants it.

    Behind a proxy it is the proxy that resolves names, so there no address can be checked.
    """

    def __init__(self, backend: GuardedBackend, tls: ssl.SSLContext | None, proxy: httpx.Proxy | None) -> None:
        self._is_proxied = proxy is not None
        # As many connections as there are services: a silent server must not keep others waiting for a place.
        if proxy is None:
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=tls, network_backend=backend, max_connections=None, keepalive_expiry=_KEPT_ALIVE
            )
        else:
            self._pool = httpcore.AsyncHTTPProxy(
                str(proxy.url),
                proxy_auth=proxy.raw_auth,
                ssl_context=tls,
                max_connections=None,
                keepalive_expiry=_KEPT_ALIVE,
            )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask. Raises what httpcore raises, and PrivateAddressError."""
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = await self._pool.handle_async_request(asked)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError) as error:
            if self._is_proxied:
                raise httpcore.ProxyError(str(error)) from error
            raise
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
