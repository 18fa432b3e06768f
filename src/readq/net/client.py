"""The HTTP client: httpx with rate limits, retries, limits of time and size, and no access to private IP addresses.

The library tenacity implements the retries. Its sleep function is an argument, so tests do not wait. The library
stamina, which is built on tenacity, is not used, because it is configured by module globals.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import NamedTuple, ParamSpec, Self, TypeVar

import httpx
import tenacity

from readq.errors import ReadqError
from readq.net.address_scopes import Origin, Scope, is_loopback, origin_of, scope_allowed
from readq.net.backoff import next_try, quota_wait, requested_wait
from readq.net.body import BodyError, read_body, read_start
from readq.net.download import MAX_SIZE, Download, PartFile, Progress, receive
from readq.net.endpoints import Endpoints, service_of
from readq.net.failures import TransientError, fetch_error, is_transient, status_message
from readq.net.fetcher import FetchError, Request, Response, Validators
from readq.net.headers import MAX_LENGTH, conditions, encoded, user_agent, validators_of
from readq.net.rate_limit import Clock, RateLimiter, StateStore
from readq.net.transport import SCOPE, GuardedTransport
from readq.net.url import PERMANENT_REDIRECTS, REDIRECTS, parse_url, redirect_target, without_credentials
from readq.text import one_line

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_MAX_ATTEMPTS = 3
_TRANSIENT_STATUSES = (500, 502, 503, 504)
_DEFAULT_ENDPOINTS = Endpoints()


class Limits(NamedTuple):
    """Limits for one request. Sizes are in bytes after decompression, times in seconds."""

    body: int = 16 << 20
    """The maximum size of the body of a successful response."""
    seconds: float = 60.0
    """The maximum time of a request with its redirects, without waits for the rate limit."""
    connect: float = 10.0
    """The maximum time to connect."""
    read: float = 30.0
    """The maximum time without any data."""
    redirects: int = 5
    """The maximum number of redirects."""
    error_body: int = 64 << 10
    """The number of bytes that are read from the body of an error response."""
    max_pause: float = 5.0
    """If a server requests a wait of at most this time, the client waits and tries the request again."""
    retry_within: float = 5.0
    """If an attempt takes longer than this and fails, it is repeated only if the server requests a short wait."""
    download_seconds: float = 1800.0
    """The maximum time of a download."""


class ClientSettings(NamedTuple):
    """The configuration of a client."""

    endpoints: Endpoints = _DEFAULT_ENDPOINTS
    """The origins of the servers that readq contacts."""
    contact: str = ""
    """An e-mail address for the User-Agent header, or ""."""
    allow_private: bool = False
    """Whether all requests can connect to private IP addresses."""
    private_hosts: Collection[str] = ()
    """The names, in lower case, of hosts from which feeds are pulled even if the host has a private IP address."""
    delays: Mapping[str, float] = {}
    """Maps names of services to the minimum number of seconds between two requests."""
    environ: Mapping[str, str] = {}
    """The environment variables. Those for proxies are read."""
    limits: Limits = Limits()


class _Redirect(Exception):  # noqa: N818 - a response, not an error
    def __init__(self, status: int, location: str) -> None:
        super().__init__(location)
        self.status = status
        self.location = location


class _UnrepeatableError(Exception):
    """A transient failure of a request that must not be sent twice."""

    def __init__(self, failure: FetchError) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Hop(NamedTuple):
    """A request to one URL: the first URL, or the target of a redirect.

    For a redirect, `redirected_from` is the first origin, and `statuses` are the statuses of the redirects.
    """

    url: httpx.URL
    origin: Origin
    service: str
    scope: Scope
    redirected_from: Origin | None = None
    statuses: tuple[int, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether there was a redirect and every redirect so far was permanent."""
        return bool(self.statuses) and all(status in PERMANENT_REDIRECTS for status in self.statuses)


class Client:
    """The HTTP client of feeds and registries. It implements `fetcher.Fetcher` and also downloads PDFs.

    Use a client as an async context manager. It closes its connections at the end of the block.
    """

    def __init__(
        self,
        clock: Clock,
        settings: ClientSettings = ClientSettings(),  # noqa: B008 - immutable
        states: StateStore = StateStore(),  # noqa: B008 - immutable
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Create a client. Raises ConfigError if the contact in `settings` is invalid.

        `states` holds what earlier runs stored about each web service, such as the end of a pause that it asked for.
        `transport` sends the requests. If it is None, a GuardedTransport sends them. It refuses private addresses.
        """
        self._clock = clock
        self._settings = settings
        self._limits = limits = settings.limits
        self._configured = [origin_of(httpx.URL(url)) for url in set(settings.endpoints) - set(_DEFAULT_ENDPOINTS)]
        self._limiter = RateLimiter(clock, states, settings.delays, limits.max_pause)
        self._http = httpx.AsyncClient(
            transport=transport or GuardedTransport(settings.environ),
            headers={"User-Agent": user_agent(settings.contact)},
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            event_hooks={"response": [_raise_redirect]},
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def fetch(self, request: Request) -> Response:
        """Send a request, follow redirects, retry after failures, and return the successful response.

        Raises FetchError if no attempt gets a successful response, or if the body exceeds `Limits.body` bytes.
        """
        try:
            return await self._retried(self._fetch_once, request)
        except _UnrepeatableError as error:
            raise error.failure from error.failure.__cause__

    async def _fetch_once(self, request: Request) -> Response:
        try:
            return await self._fetched(request)
        except TransientError as error:
            # The server refused a request with 429 before it did anything.
            if request.is_repeatable or error.error.status == 429:
                raise
            raise _UnrepeatableError(error.error) from error

    async def _fetched(self, request: Request) -> Response:
        headers = {"Accept-Encoding": "gzip", **conditions(request.validators)}
        async with self._opened(request, headers, self._limits.seconds) as (hop, response):
            validators = validators_of(response.headers)
            match response.status_code:
                case 206:
                    raise BodyError("sent a partial response to a complete request")
                case 304:
                    body = b""
                    validators = Validators(
                        *(new or old for new, old in zip(validators, request.validators, strict=True))
                    )
                case _:
                    body = await read_body(response, self._limits.body)
            return Response(
                url=str(response.url),
                status=response.status_code,
                body=body,
                content_type=one_line(response.headers.get("content-type", ""))[:MAX_LENGTH],
                validators=validators,
                moved_to=str(hop.url) if hop.is_moved and not hop.url.userinfo else None,
                headers={
                    name: one_line(response.headers[name])[:MAX_LENGTH]
                    for name in request.wanted_headers
                    if name in response.headers
                },
            )

    async def download(
        self, request: Request, path: str, on_progress: Progress | None = None, max_size: int = MAX_SIZE
    ) -> Download:
        """Download a PDF to the file at `path`. The file is created only when the download is complete.

        If a download was interrupted, this method resumes it (see `PartFile`). `on_progress` is called after each piece
        of the body. Raises FetchError if the request fails, if the body is not a PDF, or if the body is larger than
        `max_size` bytes. Raises DiskError if the file cannot be written.
        """
        return await self._retried(self._download_once, request, path, on_progress, max_size)

    async def _download_once(
        self, request: Request, path: str, on_progress: Progress | None, max_size: int
    ) -> Download:
        part = PartFile(path, request.url)
        headers = {"Accept-Encoding": "identity", **part.conditions()}
        try:
            async with self._opened(request, headers, self._limits.download_seconds) as (_, response):
                return await receive(response, part, on_progress, max_size)
        except FetchError as error:
            if error.status == 416 and part.offset:
                part.discard()
                raise TransientError(error, wait=0.0) from error
            raise

    async def _retried(
        self,
        attempt: Callable[_Arguments, Awaitable[_Result]],
        *arguments: _Arguments.args,
        **options: _Arguments.kwargs,
    ) -> _Result:
        """Call `attempt`, and again after each TransientError, at most three times in all. Raises FetchError."""
        jittered = tenacity.wait_exponential(multiplier=0.5) + tenacity.wait_random(0.0, 0.5)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            requested = error.wait if isinstance(error, TransientError) else None
            return jittered(state) if requested is None else requested

        retrying = tenacity.AsyncRetrying(
            sleep=self._clock.sleep,
            stop=tenacity.stop_after_attempt(_MAX_ATTEMPTS),
            wait=wait,
            retry=tenacity.retry_if_exception_type(TransientError),
            reraise=True,
        )
        try:
            return await retrying(attempt, *arguments, **options)
        except TransientError as transient:
            raise transient.error from transient.error.__cause__

    @contextlib.asynccontextmanager
    async def _opened(
        self, request: Request, headers: Mapping[str, str], seconds: float
    ) -> AsyncIterator[tuple[_Hop, httpx.Response]]:
        """Send a request, follow redirects, and yield the successful response with its body unread.

        Everything together, with reading the body, takes at most `seconds`. Waits for the rate limit are not counted.
        httpx does not follow the redirects: each needs its own rate limit and address check. Raises FetchError and
        TransientError.
        """
        loop = asyncio.get_running_loop()
        hop = self._hop(request, parse_url(request.url))
        while True:
            async with self._limiter.slot(hop.service, is_loopback=is_loopback(hop.origin.host)):
                started = loop.time()
                try:
                    with self._errors_explained(hop):
                        async with asyncio.timeout(max(seconds, 0.0)), self._stream(request, headers, hop) as response:
                            await self._check_status(hop, response, seconds=loop.time() - started)
                            yield hop, response
                            return
                except _Redirect as redirect:
                    seconds -= loop.time() - started
                    hop = self._redirected(request, hop, redirect)

    def _hop(self, request: Request, url: httpx.URL, statuses: tuple[int, ...] = ()) -> _Hop:
        """Return the hop to `url`. `statuses` are the statuses of the redirects that led to it."""
        origin, first = origin_of(url), origin_of(parse_url(request.url))
        user_origin = origin_of(parse_url(request.user_url)) if request.user_url else None
        return _Hop(
            url,
            origin,
            request.service if origin == first else service_of(str(url), self._settings.endpoints),
            self._scope(origin, user_origin),
            first if statuses else None,
            statuses,
        )

    def _scope(self, target: Origin, user_origin: Origin | None) -> Scope:
        if self._settings.allow_private:
            return Scope.ANY
        return scope_allowed(target, user_origin, self._configured, self._settings.private_hosts)

    def _redirected(self, request: Request, hop: _Hop, redirect: _Redirect) -> _Hop:
        if request.json is not None and redirect.status not in (307, 308):
            raise FetchError(f"{hop.origin.display} redirects a POST request", "check [endpoints] in the config")
        target = self._hop(request, redirect_target(hop.url, redirect.location), (*hop.statuses, redirect.status))
        if len(target.statuses) > self._limits.redirects:
            first = origin_of(parse_url(request.url))
            raise FetchError(f"{first.display} redirects more than {self._limits.redirects} times", "check the URL")
        return target

    def _stream(
        self, request: Request, headers: Mapping[str, str], hop: _Hop
    ) -> contextlib.AbstractAsyncContextManager[httpx.Response]:
        sent = {"Accept": request.accept, **headers}
        if request.json is not None:
            sent["Content-Type"] = "application/json"
        if hop.origin == origin_of(parse_url(request.url)):
            sent |= dict(request.headers)
        return self._http.stream(
            "GET" if request.json is None else "POST",
            # httpx logs the URL, so the credentials are passed separately.
            without_credentials(hop.url),
            auth=(hop.url.username, hop.url.password) if hop.url.userinfo else None,
            headers=encoded(sent),
            content=None if request.json is None else json.dumps(request.json).encode(),
            extensions={SCOPE: hop.scope},
        )

    @contextlib.contextmanager
    def _errors_explained(self, hop: _Hop) -> Iterator[None]:
        """Raise FetchError or TransientError for the exceptions of one exchange with a server."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            yield
        except (ReadqError, TransientError, _Redirect):
            raise
        except Exception as error:
            raise self._explained(error, hop, loop.time() - started) from error

    def _explained(self, error: Exception, hop: _Hop, seconds: float) -> FetchError | TransientError:
        failure = fetch_error(error, hop.origin)
        if hop.redirected_from:
            failure.message = f"{hop.redirected_from.display} redirects, and {failure.message}"
        return TransientError(failure) if is_transient(error) and seconds <= self._limits.retry_within else failure

    async def _check_status(self, hop: _Hop, response: httpx.Response, seconds: float) -> None:
        """Raise FetchError or TransientError for an error response, which came after `seconds`.

        Pauses the service if the response requests a wait, or if a successful response says that the quota is
        exhausted.
        """
        status, now = response.status_code, self._clock.now()
        if 200 <= status < 300 or status == 304:
            if wait := quota_wait(response.headers, now):
                await self._limiter.pause(hop.service, wait, "said that its quota is used up")
            return
        wait = requested_wait(response.headers, now)
        if wait is not None or status == 429:
            default = (next_try(now, 1) - now).total_seconds()
            await self._limiter.pause(hop.service, wait or default, f"answered {status}")
        is_long = wait is not None and wait > self._limits.max_pause
        error = FetchError(
            *status_message(status, hop.origin, self._limiter.clock_time(wait) if wait and is_long else None),
            status=status,
            body=await read_start(response, self._limits.error_body),
            retry_after=wait,
        )
        if wait is not None and not is_long and (status == 429 or status in _TRANSIENT_STATUSES):
            raise TransientError(error, wait=0.0)  # the rate limiter waits
        if wait is None and status in _TRANSIENT_STATUSES and seconds <= self._limits.retry_within:
            raise TransientError(error)
        raise error


async def _raise_redirect(response: httpx.Response) -> None:
    """Raise _Redirect before httpx parses the Location header. httpx parses it even if it follows no redirects."""
    if response.status_code in REDIRECTS:
        raise _Redirect(response.status_code, response.headers.get("location", ""))
