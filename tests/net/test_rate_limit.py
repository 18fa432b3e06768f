"""`readq.net.rate_limit`: one request at a time per service, with delays, also across runs."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from fake_time import FakeTime

from readq.days import instant
from readq.model.values import ServiceState
from readq.net.fetcher import FetchError
from readq.net.rate_limit import RateLimiter, StateStore

Make = Callable[..., RateLimiter]


@pytest.fixture
def kept() -> list[ServiceState]:
    return []


@pytest.fixture
def limiter(fake_time: FakeTime, kept: list[ServiceState]) -> Make:
    async def save(state: ServiceState) -> None:
        kept.append(state)

    def make(*states: ServiceState, delays: dict[str, float] | None = None) -> RateLimiter:
        return RateLimiter(fake_time.clock, StateStore(states, save), delays or {}, max_pause=5.0)

    return make


async def take_slot(limiter: RateLimiter, service: str = "arxiv", *, is_loopback: bool = False) -> None:
    async with limiter.slot(service, is_loopback=is_loopback):
        pass


async def test_one_at_a_time_and_services_do_not_wait_for_each_other(limiter: Make) -> None:
    limit = limiter()
    entered: list[str] = []
    leave = asyncio.Event()

    async def ask(service: str) -> None:
        async with limit.slot(service, is_loopback=True):
            entered.append(service)
            await leave.wait()

    async with asyncio.TaskGroup() as group:
        for service in ("arxiv", "arxiv", "crossref"):
            group.create_task(ask(service))
        for _ in range(20):
            await asyncio.sleep(0)
        assert entered == ["arxiv", "crossref"]
        leave.set()
    assert entered == ["arxiv", "crossref", "arxiv"]


async def test_the_delay_lies_between_the_end_of_one_request_and_the_next(limiter: Make, fake_time: FakeTime) -> None:
    limit = limiter()
    async with limit.slot("arxiv", is_loopback=False):
        fake_time.slept.append(10.0)  # a slow answer
    await take_slot(limit)
    fake_time.slept.append(1.0)
    await take_slot(limit)
    assert fake_time.slept == [10.0, 3.0, 1.0, 2.0]


async def test_delays_are_settings_and_none_on_loopback(limiter: Make, fake_time: FakeTime) -> None:
    limit = limiter(delays={"arxiv": 7.5})
    for _ in range(2):
        await take_slot(limit, is_loopback=True)
        await take_slot(limit, "feeds.example")
    assert fake_time.slept == []
    await take_slot(limit)
    assert fake_time.slept == [7.5]


async def test_the_last_run_is_remembered(limiter: Make, fake_time: FakeTime, kept: list[ServiceState]) -> None:
    await take_slot(limiter())
    assert kept == [ServiceState("arxiv", int(fake_time.start.timestamp() * 1000))]
    fake_time.slept.append(1.0)
    await take_slot(limiter(*kept))
    assert fake_time.slept == [1.0, pytest.approx(2.0)]


async def test_a_clock_that_was_set_back_costs_one_delay(limiter: Make, fake_time: FakeTime) -> None:
    await take_slot(limiter(ServiceState("arxiv", int(fake_time.start.timestamp() * 1000) + 10**9)))
    assert fake_time.slept == [3.0]


async def test_a_long_pause_is_refused_at_once_and_kept(
    limiter: Make, fake_time: FakeTime, kept: list[ServiceState]
) -> None:
    await limiter().pause("arxiv", 600, "answered 429")
    with pytest.raises(FetchError) as refused:
        await take_slot(limiter(*kept))
    assert str(refused.value) == "arxiv is paused until 09:10, because it answered 429 (try again then)"
    assert refused.value.retry_after == 600
    assert fake_time.slept == []


async def test_a_short_pause_is_waited_out_and_then_forgotten(
    limiter: Make, fake_time: FakeTime, kept: list[ServiceState]
) -> None:
    limit = limiter()
    await limit.pause("feeds.example", 4, "answered 429")
    await take_slot(limit, "feeds.example", is_loopback=True)
    await take_slot(limit, "feeds.example", is_loopback=True)
    assert fake_time.slept == [4.0]
    assert kept[-1].blocked_until is None


async def test_no_pause_is_longer_than_a_day(limiter: Make, fake_time: FakeTime, kept: list[ServiceState]) -> None:
    await limiter().pause("arxiv", 1e12, "answered 429")
    assert kept[-1].blocked_until == instant(fake_time.start + timedelta(days=1))
    far = ServiceState("arxiv", None, instant(fake_time.start + timedelta(days=400)), "x")
    with pytest.raises(FetchError, match="paused until 09:00 on Tuesday") as refused:
        await take_slot(limiter(far))
    assert refused.value.retry_after == 86400


async def test_a_failure_inside_ends_the_turn(limiter: Make) -> None:
    limit = limiter()
    with pytest.raises(ZeroDivisionError):
        async with limit.slot("x", is_loopback=True):
            raise ZeroDivisionError
    await take_slot(limit, "x")
