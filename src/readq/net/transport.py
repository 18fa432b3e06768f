"""The httpx transport of readq. It connects directly or through a proxy, and refuses private IP addresses."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping

import httpcore
import httpx

from readq.net.address_scopes import Scope, is_private_host, origin_of, proxy_for
from readq.net.fetcher import FetchError
from readq.net.guarded_backend import GuardedBackend, PrivateAddressError, Resolve, resolve

SCOPE = "readq.scope"
"""The name of the httpx request extension that holds the Scope of a request: the IP addresses that it may connect to.

If a request lacks this extension, its scope is PUBLIC.
"""

_KEEPALIVE_SECONDS = 15.0


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport with a connection pool for each combination of scope, proxy and scheme.

    A scope is the set of IP addresses that a request may connect to (see `Scope`). Each scope has its own pool, so no
    request reuses a connection to an address outside its scope. The proxies are read from the variables in `environ`.
    In tests, `resolve` replaces the system's resolver, and `tls` replaces the certificate authorities.
    """

    def __init__(
        self, environ: Mapping[str, str], resolve: Resolve = resolve, tls: ssl.SSLContext | None = None
    ) -> None:
        self._environ = environ
        self._resolve = resolve
        self._tls = tls
        self._pools: dict[tuple[Scope, str | None, bool], httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response.

        The request extension SCOPE limits the IP addresses that the request may reach. Raises PrivateAddressError if
        the host has no IP address within the scope. Raises FetchError if the URL of the proxy is not http or https.
        Raises the exceptions of httpx for network errors.
        """
        origin, scope = origin_of(request.url), request.extensions.get(SCOPE, Scope.PUBLIC)
        proxy = proxy_for(origin, self._environ)
        if proxy and scope < Scope.ANY and is_private_host(origin.host):
            raise PrivateAddressError(origin.host, origin.host)
        url = request.url
        with _httpx_errors(is_proxied=proxy is not None):
            response = await self._pool(origin.scheme, scope, proxy).handle_async_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Stream(response), extensions=response.extensions
        )

    async def aclose(self) -> None:
        """Close all connections."""
        while self._pools:
            await self._pools.popitem()[1].aclose()

    def _pool(self, scheme: str, scope: Scope, proxy: str | None) -> httpcore.AsyncConnectionPool:
        key = (scope, proxy, scheme == "https")
        if key not in self._pools:
            # Loading the certificates takes 20 ms, so a plain http pool goes without.
            tls = (self._tls or httpx.create_ssl_context(trust_env=False)) if scheme == "https" else None
            self._pools[key] = _new_pool(GuardedBackend(scope, self._resolve), tls, _parsed_proxy(proxy))
        return self._pools[key]


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors():
            async for chunk in self._response.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


def _new_pool(
    backend: GuardedBackend, tls: ssl.SSLContext | None, proxy: httpx.Proxy | None
) -> httpcore.AsyncConnectionPool:
    # No limit on connections: a silent server must not make requests to other servers wait.
    if proxy is None:
        return httpcore.AsyncConnectionPool(
            ssl_context=tls, network_backend=backend, max_connections=None, keepalive_expiry=_KEEPALIVE_SECONDS
        )
    # The proxy resolves the names, so no address can be checked.
    return httpcore.AsyncHTTPProxy(
        str(proxy.url),
        proxy_auth=proxy.raw_auth,
        ssl_context=tls,
        max_connections=None,
        keepalive_expiry=_KEEPALIVE_SECONDS,
    )


def _parsed_proxy(proxy: str | None) -> httpx.Proxy | None:
    with contextlib.suppress(ValueError, httpx.InvalidURL):
        if proxy is None or proxy.startswith(("http://", "https://")):
            return httpx.Proxy(proxy) if proxy else None
    raise FetchError("the proxy is not an http URL", "check HTTP_PROXY and HTTPS_PROXY")


_HTTPCORE_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)
_NOT_CONNECTED = (httpcore.ConnectError, httpcore.ConnectTimeout, OSError)


@contextlib.contextmanager
def _httpx_errors(*, is_proxied: bool = False) -> Iterator[None]:
    """Convert exceptions of httpcore to the httpx exceptions of the same names.

    If the proxy refuses connections, the exception is ProxyError.
    """
    try:
        yield
    except (*_HTTPCORE_ERRORS, OSError) as error:
        if is_proxied and isinstance(error, _NOT_CONNECTED):
            raise httpx.ProxyError(str(error)) from error
        if isinstance(error, OSError):
            raise
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise kind(str(error)) from error
