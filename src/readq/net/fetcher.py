"""Requests and responses as feeds and registries see them: values and protocols. `client.Client` implements them."""

from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from readq.errors import ReadqError
from readq.net.endpoints import Endpoints


class Validators(NamedTuple):
    """The validators of a response, for a later conditional request (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class Request(NamedTuple):
    """One request: a GET, or a POST with `json` as its body unless that is None.

    `service` names the rate limit that applies: one request to a service is sent at a time. `user_url` is the address
    that the reader entered: a private host is contacted only when the reader named it. `headers` are sent to the origin
    of `url` and never to a redirect target elsewhere, so they may hold keys.
    """

    url: str
    service: str
    accept: str = "*/*"
    validators: Validators = Validators()
    json: object = None
    user_url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Response(NamedTuple):
    """A successful response: 2xx, or 304 with an empty body.

    `url` is the address after redirects, without credentials. `moved_to` is the same address if every redirect was
    permanent, else None. The validators of a 304 are those of the request unless it sent new ones. A server may send
    304 for a request without validators.
    """

    url: str
    status: int
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    moved_to: str | None = None


class FetchError(ReadqError):
    """A request without a usable response.

    `status` and `body` (its first 64 KiB) are those of an error response, `retry_after` is the wait that it requested,
    in seconds from now.
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
        """Whether the server says that the address was removed for good (410)."""
        return self.status == 410


class Fetcher(Protocol):
    """Sends requests."""

    async def fetch(self, request: Request) -> Response:
        """Send the request when the rate limit of its service allows, and follow redirects. Raises FetchError."""


class Network(Protocol):
    """The servers' addresses and a factory of fetchers. No request is sent before a fetcher is opened."""

    @property
    def endpoints(self) -> Endpoints:
        """The origins of the servers."""

    def fetcher(self) -> AbstractAsyncContextManager[Fetcher]:
        """Return a context manager that opens a fetcher."""
