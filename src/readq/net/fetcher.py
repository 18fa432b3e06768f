"""What sources ask of the network and what comes back: values and a protocol. `Client` is what answers."""

from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from readq.errors import ReadqError
from readq.net.endpoints import Endpoints


class Validators(NamedTuple):
    """What a server gave to ask later whether anything has changed (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class Request(NamedTuple):
    """One request. `service` is who is asked, for politeness: at most one request to a service is under way at a time.

    `json`, when not None, is sent as the body of a POST. `home` is the address that the reader gave: a private host is
    only talked to when the reader named it. `headers` go to the host of `url` only, never to where it redirects: keys.
    """

    url: str
    service: str
    accept: str = "*/*"
    validators: Validators = Validators()
    json: object = None
    home: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Answer(NamedTuple):
    """A good answer: 2xx, or 304 with an empty body. `moved_to` is set when only permanent redirects led there.

    `url` is where it came from in the end, without credentials. `validators` of a 304 are those that were asked with,
    unless it brought new ones. A server may answer 304 although it was asked without validators.
    """

    url: str
    status: int
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    moved_to: str | None = None


class FetchError(ReadqError):
    """A request that brought nothing usable. `retry_after` is in seconds from now, when the server said so.

    `status` and `body` (at most 64 KiB of it) are those of an answer that was refused for its status; `gone`: 410.
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
        """The server says that there will never be anything again."""
        return self.status == 410


class Fetcher(Protocol):
    """The network, as sources see it."""

    async def fetch(self, request: Request) -> Answer:
        """Ask, wait for the service's turn first, and follow redirects. Raises FetchError."""


class Network(Protocol):
    """The servers and the way to them; nothing is asked before the fetcher is opened."""

    @property
    def endpoints(self) -> Endpoints:
        """Where the servers are."""

    def fetcher(self) -> AbstractAsyncContextManager[Fetcher]:
        """The client, for as long as it is needed."""
