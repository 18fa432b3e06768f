"""`readq.net.rate_limit`: one request to a service at a time, with its delay, in this run and the next."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from fake_time import FakeTime

from readq.days import instant
from readq.model.values import ServiceState
from readq.net.fetcher import FetchError
from readq.net.rate_limit import Turns

Make = Callable[..., Turns]


@pytest.fixture
def kept() -> list[ServiceState]:
    return []


@pytest.fixture
def turns(fake_time: FakeTime, kept: list[ServiceState]) -> Make:
    async def keep(state: ServiceState) -> None:
        kept.append(state)

    def make(*remembered: ServiceState, delays: dict[str, float] | None = None) -> Turns:
        return Turns(
            now=fake_time.now,
            tick=fake_time.tick,
            sleep=fake_time.sleep,
            delays=delays or {},
            remembered=remembered,
            keep=keep,
            patience=5.0,
        )

    return make


async def take_turn(turns: Turns, service: str = "arxiv", *, is_loopback: bool = False) -> None:
    async with turns.turn(service, is_loopback=is_loopback):
        pass


async def test_one_at_a_time_and_services_do_not_wait_for_each_other(turns: Make) -> None:
    queue = turns()
    entered: list[str] = []
    leave = asyncio.Event()

    async def ask(service: str) -> None:
        async with queue.turn(service, is_loopback=True):
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


async def test_the_delay_lies_between_the_end_of_one_request_and_the_next(turns: Make, fake_time: FakeTime) -> None:
    queue = turns()
    async with queue.turn("arxiv", is_loopback=False):
        fake_time.slept.append(10.0)  # a slow answer
    await take_turn(queue)
    fake_time.slept.append(1.0)
    await take_turn(queue)
    assert fake_time.slept == [10.0, 3.0, 1.0, 2.0]


async def test_delays_are_settings_and_none_on_loopback(turns: Make, fake_time: FakeTime) -> None:
    queue = turns(delays={"arxiv": 7.5})
    for _ in range(2):
        await take_turn(queue, is_loopback=True)
        await take_turn(queue, "feeds.example")
    assert fake_time.slept == []
    await take_turn(queue)
    assert fake_time.slept == [7.5]


async def test_the_last_run_is_remembered(turns: Make, fake_time: FakeTime, kept: list[ServiceState]) -> None:
    await take_turn(turns())
    assert kept == [ServiceState("arxiv", int(fake_time.start.timestamp() * 1000))]
    fake_time.slept.append(1.0)
    await take_turn(turns(*kept))
    assert fake_time.slept == [1.0, pytest.approx(2.0)]


async def test_a_clock_that_was_set_back_costs_one_delay(turns: Make, fake_time: FakeTime) -> None:
    await take_turn(turns(ServiceState("arxiv", int(fake_time.start.timestamp() * 1000) + 10**9)))
    assert fake_time.slept == [3.0]


async def test_a_long_pause_is_refused_at_once_and_kept(
    turns: Make, fake_time: FakeTime, kept: list[ServiceState]
) -> None:
    await turns().block("arxiv", 600, "answered 429")
    with pytest.raises(FetchError) as refused:
        await take_turn(turns(*kept))
    assert str(refused.value) == "arxiv is not asked before 09:10, because it answered 429 (sync again then)"
    assert refused.value.retry_after == 600
    assert fake_time.slept == []


async def test_a_short_pause_is_waited_out_and_then_forgotten(
    turns: Make, fake_time: FakeTime, kept: list[ServiceState]
) -> None:
    queue = turns()
    await queue.block("feeds.example", 4, "answered 429")
    await take_turn(queue, "feeds.example", is_loopback=True)
    await take_turn(queue, "feeds.example", is_loopback=True)
    assert fake_time.slept == [4.0]
    assert kept[-1].blocked_until is None


async def test_no_pause_is_longer_than_a_day(turns: Make, fake_time: FakeTime, kept: list[ServiceState]) -> None:
    await turns().block("arxiv", 1e12, "answered 429")
    assert kept[-1].blocked_until == instant(fake_time.start + timedelta(days=1))
    far = ServiceState("arxiv", None, instant(fake_time.start + timedelta(days=400)), "x")
    with pytest.raises(FetchError, match="not asked before 09:00 on Tuesday") as refused:
        await take_turn(turns(far))
    assert refused.value.retry_after == 86400


async def test_a_failure_inside_ends_the_turn(turns: Make) -> None:
    queue = turns()
    with pytest.raises(ZeroDivisionError):
        async with queue.turn("x", is_loopback=True):
            raise ZeroDivisionError
    await take_turn(queue, "x")
