"""The one HTTP client: polite, bounded in time and size, and never led into the reader's own network.

tenacity repeats what failed in passing: pause and sleep are arguments there, so that tests do not wait. stamina, built
on it, keeps its switches in module globals.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

import httpx
import tenacity

from readq.errors import ReadqError
from readq.model.values import ServiceState
from readq.net import download as downloading
from readq.net.address_guard import Origin, Scope, is_loopback, origin_of, scope_allowed
from readq.net.backoff import next_try, quota_wait, told
from readq.net.body_limits import read_start, read_whole
from readq.net.connection_pools import Pools
from readq.net.decoding import BodyError
from readq.net.endpoints import Endpoints, service_of
from readq.net.failures import PassingError, explained, is_passing, refused
from readq.net.fetcher import Answer, FetchError, Request, Validators
from readq.net.guarded_backend import Resolve, resolve
from readq.net.headers import LONGEST, conditions, credentials, user_agent, validators_of
from readq.net.rate_limit import Keep, Sleep, Turns
from readq.net.url import PERMANENT, REDIRECTS, next_url, parsed, without_credentials
from readq.text import one_line

T = TypeVar("T")

_TRIES = 3
_PASSING_STATUSES = (500, 502, 503, 504)


class Limits(NamedTuple):
    """Bounds of one request; sizes in bytes after decoding, times in seconds."""

    body: int = 16 << 20
    seconds: float = 60.0  # for everything but waiting for the service's turn
    connect: float = 10.0
    read: float = 30.0
    hops: int = 5
    refused_body: int = 64 << 10
    patience: float = 5.0  # the longest pause a server may ask for that is waited out
    quick: float = 5.0  # what fails later than this is not tried again
    download_seconds: float = 1800.0


_LIMITS = Limits()
_DEFAULT_ENDPOINTS = Endpoints()


class Arrived(NamedTuple):
    """A good answer of which the body is still to come."""

    url: httpx.URL
    response: httpx.Response
    is_moved: bool


class _Redirect(NamedTuple):
    status: int
    location: str


class _Hop(NamedTuple):
    """One question to one server."""

    request: httpx.Request
    origin: Origin
    service: str
    scope: Scope
    came_from: Origin | None
    is_moved: bool


Take = Callable[[Arrived], Awaitable[T]]
"""Reads a good answer to its end."""


class Client:
    """The network, for sources (`fetching.Fetcher`) and for PDFs. An async context manager.

    `now` is the clock. `remembered` and `keep` carry what services ask from one run to the next. `environ` is looked
    into for proxies and nothing else. `resolve`, `sleep`, `tick` and `tls` stand in for the system's in tests.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        endpoints: Endpoints = _DEFAULT_ENDPOINTS,
        contact: str = "",
        allow_private: bool = False,
        delays: Mapping[str, float] = {},
        environ: Mapping[str, str] = {},
        remembered: Iterable[ServiceState] = (),
        keep: Keep | None = None,
        limits: Limits = _LIMITS,
        resolve: Resolve = resolve,
        sleep: Sleep = asyncio.sleep,
        tick: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._now = now
        self._endpoints = endpoints
        self._trusted = [origin_of(httpx.URL(url)) for url in set(endpoints) - set(_DEFAULT_ENDPOINTS)]
        self._user_agent = user_agent(contact)
        self._allow_private = allow_private
        self._limits = limits
        self._sleep = sleep
        self._turns = Turns(
            now=now,
            tick=tick,
            sleep=sleep,
            delays=delays,
            remembered=remembered,
            keep=keep,
            patience=limits.patience,
        )
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        self._pools = Pools(environ, timeout, resolve, tls)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pools.aclose()

    async def fetch(self, request: Request) -> Answer:
        """As `fetching.Fetcher` says: a whole answer of at most `Limits.body` bytes. Raises FetchError."""
        headers = {"Accept-Encoding": "gzip", **conditions(request.validators)}

        async def take(arrived: Arrived) -> Answer:
            if arrived.response.status_code == 206:
                raise BodyError("sent a part where the whole was asked for")
            return await self._whole(request, arrived)

        async def once() -> Answer:
            return await self._follow(request, headers, take, self._limits.seconds)

        return await self._patiently(once)

    async def download(
        self,
        request: Request,
        path: str,
        on_progress: downloading.Progress | None = None,
        largest: int = downloading.LARGEST,
    ) -> downloading.Download:
        """A PDF into the file at `path`, whole or not at all; see `downloading.PartFile` for how one is resumed.

        Raises FetchError, also for what is no PDF or larger than `largest` bytes, and DiskError.
        """

        async def once() -> downloading.Download:
            part = downloading.PartFile(path, request.url)
            headers = {"Accept-Encoding": "identity", **part.conditions()}

            async def take(arrived: Arrived) -> downloading.Download:
                url = without_credentials(arrived.url)
                return await downloading.receive(arrived.response, url, part, on_progress, largest)

            try:
                return await self._follow(request, headers, take, self._limits.download_seconds)
            except FetchError as error:
                if error.status == 416 and part.offset:
                    part.discard()
                    raise PassingError(error, wait=0.0) from error
                raise

        return await self._patiently(once)

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try again, at most twice, what failed in passing. `attempt` must be a coroutine function, for tenacity."""
        jittered = tenacity.wait_exponential(multiplier=0.5) + tenacity.wait_random(0.0, 0.5)

        def pause(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.wait if isinstance(error, PassingError) else None
            return jittered(state) if asked is None else asked

        repeating = tenacity.AsyncRetrying(
            sleep=self._sleep,
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=pause,
            retry=tenacity.retry_if_exception_type(PassingError),
            reraise=True,
        )
        try:
            return await repeating(attempt)
        except PassingError as passing:
            raise passing.error from passing.error.__cause__

    async def _follow(self, request: Request, headers: Mapping[str, str], take: Take[T], seconds: float) -> T:
        """Ask, and follow redirects by hand, within `seconds` without the waits for turns."""
        url = first = parsed(request.url)
        home = origin_of(parsed(request.home)) if request.home else None
        statuses: list[int] = []
        loop = asyncio.get_running_loop()
        while len(statuses) <= self._limits.hops:
            hop = self._hop(request, headers, url, home, statuses)
            async with self._turns.turn(hop.service, is_loopback=is_loopback(hop.origin.host)):
                started = loop.time()
                outcome = await self._ask(hop, take, seconds)
                seconds -= loop.time() - started
            if not isinstance(outcome, _Redirect):
                return outcome
            statuses.append(outcome.status)
            if request.json is not None and outcome.status not in (307, 308):
                raise FetchError(
                    f"{hop.origin.shown} redirects a question elsewhere", "check [endpoints] in the config"
                )
            url = next_url(url, outcome.location)
        raise FetchError(f"{origin_of(first).shown} redirects more than {self._limits.hops} times", "check the address")

    def _hop(
        self,
        request: Request,
        headers: Mapping[str, str],
        url: httpx.URL,
        home: Origin | None,
        statuses: Sequence[int],
    ) -> _Hop:
        """The question to `url`, to which redirects of these `statuses` led."""
        origin = origin_of(url)
        is_first = origin == origin_of(parsed(request.url))
        sent = {"User-Agent": self._user_agent, "Accept": request.accept, **headers}
        content = None
        if request.json is not None:
            content = json.dumps(request.json).encode()
            sent["Content-Type"] = "application/json"
        if url.userinfo:
            sent["Authorization"] = credentials(url)
        if is_first:
            sent |= dict(request.headers)
        # httpx would raise for a letter beyond ASCII, h11 refuses line ends later.
        lines = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in sent.items()
        ]
        return _Hop(
            request=httpx.Request("GET" if content is None else "POST", url, headers=lines, content=content),
            origin=origin,
            service=request.service if is_first else service_of(str(url), self._endpoints),
            scope=Scope.ANY if self._allow_private else scope_allowed(origin, home, self._trusted),
            came_from=origin_of(parsed(request.url)) if statuses else None,
            is_moved=bool(statuses) and all(status in PERMANENT for status in statuses),
        )

    async def _ask(self, hop: _Hop, take: Take[T], seconds: float) -> T | _Redirect:
        """One exchange, with all that can go wrong in it. Raises FetchError, PassingError."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            stream = self._pools.stream(hop.request, hop.origin, hop.scope)
            async with asyncio.timeout(max(seconds, 0.0)), stream as response:
                status = response.status_code
                if status in REDIRECTS:
                    return _Redirect(status, response.headers.get("location", ""))
                if 200 <= status < 300 or status == 304:
                    await self._heed_quota(hop, response)
                    return await take(Arrived(hop.request.url, response, hop.is_moved))
                quick = loop.time() - started <= self._limits.quick
                raise await self._refusal(hop, response, quick=quick)
        except (ReadqError, PassingError):
            raise
        except Exception as error:
            failure = explained(error, hop.origin)
            if hop.came_from:
                failure.message = f"{hop.came_from.shown} redirects, and {failure.message}"
            if is_passing(error) and loop.time() - started <= self._limits.quick:
                raise PassingError(failure) from error
            raise failure from error

    async def _heed_quota(self, hop: _Hop, response: httpx.Response) -> None:
        """Ask nothing more of a service that said, with a good answer, that this was the last for now."""
        if wait := quota_wait(response.headers, self._now()):
            await self._turns.block(hop.service, wait, "said that its quota is used up")

    async def _refusal(self, hop: _Hop, response: httpx.Response, *, quick: bool) -> FetchError | PassingError:
        """What an answer with a bad status comes to; blocks the service when it asked for a pause."""
        status = response.status_code
        wait = told(response.headers, self._now())
        if wait is not None or status == 429:
            first = (next_try(self._now(), 1) - self._now()).total_seconds()
            await self._turns.block(hop.service, wait or first, f"answered {status}")
        is_long = wait is not None and wait > self._limits.patience
        when = self._turns.when(wait) if wait is not None and is_long else None
        error = FetchError(
            *refused(status, hop.origin, when),
            status=status,
            body=await read_start(response, self._limits.refused_body),
            retry_after=wait,
        )
        if wait is not None and not is_long and (status == 429 or status in _PASSING_STATUSES):
            return PassingError(error, wait=0.0)  # the turn waits
        return PassingError(error) if status in _PASSING_STATUSES and wait is None and quick else error

    async def _whole(self, request: Request, arrived: Arrived) -> Answer:
        response = arrived.response
        given = validators_of(response.headers)
        if response.status_code == 304:
            body = b""
            given = Validators(*(new or old for new, old in zip(given, request.validators, strict=True)))
        else:
            body = await read_whole(response, self._limits.body)
        return Answer(
            url=without_credentials(arrived.url),
            status=response.status_code,
            body=body,
            content_type=one_line(response.headers.get("content-type", ""))[:LONGEST],
            validators=given,
            moved_to=str(arrived.url) if arrived.is_moved and not arrived.url.userinfo else None,
        )
