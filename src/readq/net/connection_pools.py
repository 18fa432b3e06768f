"""Pools of connections, one for each scope and proxy: no request can use a connection that goes further inside."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping

import httpx

from readq.net.address_guard import Origin, Scope, is_address, is_local_name, proxy_for, scope_of
from readq.net.failures import explained
from readq.net.fetcher import FetchError
from readq.net.guarded_backend import GuardedBackend, PrivateAddressError, Resolve, Wire


class Pools:
    """Transports of httpx, used without its client: that has cookies, reads the environment and parses redirects.

    `environ` may name proxies. `tls` stands in for the usual authorities in tests.
    """

    def __init__(
        self, environ: Mapping[str, str], timeout: httpx.Timeout, resolve: Resolve, tls: ssl.SSLContext | None
    ) -> None:
        self._environ = environ
        self._timeout = timeout.as_dict()
        self._resolve = resolve
        self._tls = tls
        self._wires: dict[tuple[Scope, str | None, bool], Wire] = {}

    @contextlib.asynccontextmanager
    async def stream(self, request: httpx.Request, origin: Origin, scope: Scope) -> AsyncIterator[httpx.Response]:
        """The answer to a request, its body still to come, from a host no further inside than `scope`.

        Raises FetchError for what no proxy may be asked, and what the network raises.
        """
        request.extensions["timeout"] = self._timeout
        response = await self._wire(origin, scope).handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        while self._wires:
            await self._wires.popitem()[1].aclose()

    def _wire(self, origin: Origin, scope: Scope) -> Wire:
        proxy = proxy_for(origin, self._environ)
        if proxy:
            _refuse_private(origin, scope)
        key = (scope, proxy, origin.scheme == "https")
        if key not in self._wires:
            # The certificates take 20 ms to load: only where they are needed.
            tls = (self._tls or httpx.create_ssl_context(trust_env=False)) if origin.scheme == "https" else None
            self._wires[key] = Wire(GuardedBackend(scope, self._resolve), tls, _parsed(proxy))
        return self._wires[key]


def _parsed(proxy: str | None) -> httpx.Proxy | None:
    with contextlib.suppress(ValueError, httpx.InvalidURL):
        if proxy is None or proxy.startswith(("http://", "https://")):
            return httpx.Proxy(proxy) if proxy else None
    raise FetchError("the proxy is not an http address", "check HTTP_PROXY and HTTPS_PROXY")


def _refuse_private(origin: Origin, scope: Scope) -> None:
    """Behind a proxy only what is visible can be checked: addresses, and names that are never public."""
    is_private = scope_of(origin.host) > scope if is_address(origin.host) else is_local_name(origin.host)
    if is_private and scope < Scope.ANY:
        raise explained(PrivateAddressError(origin.host, origin.host), origin)
