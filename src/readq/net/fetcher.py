"""The requests and responses of feeds and registries, and the interface of the client that sends them.

`client.Client` implements the interface `Fetcher`.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from readq.errors import ReadqError
from readq.net.endpoints import Endpoints


class Validators(NamedTuple):
    """The headers ETag and Last-Modified of a response, for a later conditional request (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class Request(NamedTuple):
    """An HTTP request. It is a GET if `json` is None. Otherwise it is a POST with `json` as its body."""

    url: str
    service: str
    """The name of the web service whose rate limit applies. Only one request at a time is sent to a service."""
    accept: str = "*/*"
    """The value of the Accept header."""
    validators: Validators = Validators()
    """The headers ETag and Last-Modified of an earlier response, for a conditional request."""
    json: object = None
    user_url: str | None = None
    """The URL that the user entered, or None.

    A private host is contacted only if it is the host of this URL, or of a URL in the settings.
    """
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers. They are sent only to the origin of `url`, never to another origin after a redirect.

    So it is safe to put API keys in them.
    """
    wanted_headers: tuple[str, ...] = ()
    """The names, in lower case, of the response headers to keep."""
    is_repeatable: bool = True
    """False for a request that would do something twice if it were sent twice."""


class Response(NamedTuple):
    """A successful response: status 2xx, or 304 (not modified) with an empty body."""

    url: str
    """The URL after redirects, without credentials."""
    status: int
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    """The headers ETag and Last-Modified. If a 304 response lacks one of them, the value in the request is kept."""
    moved_to: str | None = None
    """The new address of the resource, if all redirects on the way to it were permanent. It equals `url`.

    None if there was no redirect, or a temporary one.
    """
    headers: Mapping[str, str] = {}
    """Maps the names of wanted headers to their values. At most 1,024 characters of a value are kept."""


class FetchError(ReadqError):
    """Raised if a request fails, or if its response cannot be used.

    If the server sent an error response, `status` is its status, and `body` has the first 64 KiB of its body.
    `retry_after` is the wait in seconds that the server requested, or None.
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
        """Whether the server answered 410, which means that the resource at this URL was removed for good."""
        return self.status == 410


class Fetcher(Protocol):
    """The interface of an object that sends HTTP requests."""

    async def fetch(self, request: Request) -> Response:
        """Send a request, follow redirects, and return the response.

        Before sending, wait as long as the rate limit of the service requires. Raises FetchError if there is no
        successful response.
        """


class Network(Protocol):
    """The interface of access to the network: the URLs of the servers, and a method that opens fetchers.

    No request is sent before a fetcher is opened.
    """

    @property
    def endpoints(self) -> Endpoints:
        """The origins of the servers."""

    def fetcher(self) -> AbstractAsyncContextManager[Fetcher]:
        """Return an async context manager that yields a Fetcher, and closes its connections at the end of the block."""
