"""The requests and responses of feeds and registries, and the protocols of what sends them.

`client.Client` implements Fetcher.
"""

from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from readq.errors import ReadqError
from readq.net.endpoints import Endpoints


class Validators(NamedTuple):
    """The headers ETag and Last-Modified of a response, for a later conditional request (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class Request(NamedTuple):
    """One request: a POST with `json` as its body, or a GET if `json` is None.

    `service` is the name of the web service whose rate limit applies; only one request to a service is sent at a time.
    `user_url` is the address that the reader entered, if any: private hosts are contacted only there and at addresses
    from the settings. `headers` are sent only to the origin of `url`, never to a redirect target elsewhere, so they may
    hold API keys.
    """

    url: str
    service: str
    accept: str = "*/*"
    validators: Validators = Validators()
    json: object = None
    user_url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Response(NamedTuple):
    """A successful response: status 2xx, or 304 (not modified) with an empty body.

    `url` is the address after redirects, without credentials. `moved_to` is the same address if there were redirects
    and all were permanent, else None. For a 304 without validators, `validators` are those of the request. Note that
    some servers send 304 even for a request without validators.
    """

    url: str
    status: int
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    moved_to: str | None = None


class FetchError(ReadqError):
    """A request failed, or its response cannot be used.

    If the server sent an error response, `status` is its status, `body` the first 64 KiB of its body, and `retry_after`
    the wait that it requested, in seconds from now, or None.
    """

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        *,
        status: int | None = None,
        body: bytes = b"",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.body = body
        self.retry_after = retry_after

    @property
    def gone(self) -> bool:
        """Whether the server answered that the address was removed permanently (status 410)."""
        return self.status == 410


class Fetcher(Protocol):
    """Sends HTTP requests."""

    async def fetch(self, request: Request) -> Response:
        """Send a request, follow redirects, and return the response.

        Waits first if the rate limit of the service requires it. Raises FetchError if there is no successful response.
        """


class Network(Protocol):
    """Access to the network: the addresses of the servers, and a factory of fetchers.

    No request is sent before a fetcher is opened.
    """

    @property
    def endpoints(self) -> Endpoints:
        """The origins of the servers."""

    def fetcher(self) -> AbstractAsyncContextManager[Fetcher]:
        """Return an async context manager that opens a Fetcher, and closes its connections at the end."""
