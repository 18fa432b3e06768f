"""A sync over sources that do as the test says: what is stored, what is reported, what stays when something breaks."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from readq.errors import LibraryLockedError, ReadqError, SyncRunningError, UsageError
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, PullOptions, Source
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance, Author, Rejected, Trust
from readq.net.fetcher import Fetcher, FetchError, Request, Response, Validators
from readq.services import views
from readq.services.feeds import subscriptions as feeds
from readq.services.feeds import sync as syncing
from readq.services.feeds.health import FeedHealth, health
from readq.services.feeds.interruption import Interruption
from readq.services.feeds.sync import SyncOptions
from readq.services.feeds.sync_reports import Event, FeedEnded, FeedProgress, FeedStarted, SyncReport
from readq.services.importing import ingest
from readq.store.connection.sync_lock import sync_lock
from readq.store.library import open_for_changing, open_for_reading, open_for_writing
from readq.store.papers import queries

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]
Part = Batch | Exception | Callable[[], Any]


def paper(number: int, day: str | None = "2026-11-23", **changes: Any) -> FetchedPaper:  # noqa: ANN401 - any field
    arxiv = f"2611.{number:05}"
    plain = FetchedPaper(
        title=f"On the growth of networks, part {number}",
        trust=Trust.HUGGINGFACE,
        where=f"entry {number}",
        abstract=f"Number {number}.",
        authors=(Author("Ada Lovelace"),),
        published="2026-11-18",
        identifiers=(("arxiv", arxiv),),
        appearance=Appearance(day=day, rank=number, upvotes=number),
    )
    return replace(plain, **changes)


def batch(*papers: FetchedPaper, through: str | None = None, **changes: Any) -> Batch:  # noqa: ANN401 - any field
    rejected = changes.pop("rejected", [])
    return Batch(ParsedFeed(list(papers), rejected), date.fromisoformat(through) if through else None, **changes)


class FakeSource:
    """Yields the parts that the test gave it, one request each, and remembers what it was asked for."""

    def __init__(self, name: str, parts: Sequence[Part], service: str | None = None) -> None:
        self.spec = f"fake:{name}"
        self.name = name
        self.service = service or name
        self.parts = list(parts)
        self.asked: list[PullOptions] = []

    def requests(self, wanted: PullOptions) -> int:
        return len(self.parts)

    async def pull(self, fetcher: Fetcher, wanted: PullOptions) -> AsyncIterator[Batch]:
        self.asked.append(wanted)
        for part in self.parts:
            await fetcher.fetch(Request(f"https://{self.name}.example/", self.service))
            given = part() if callable(part) else part
            if isinstance(given, Exception):
                raise given
            if asyncio.iscoroutine(given):
                given = await given
            if given is not None:
                yield given


class FakeFetcher:
    """Answers everything with nothing."""

    async def fetch(self, request: Request) -> Response:
        return Response(request.url, 200, b"")


class FakeNetwork:
    """Sources by their SPECs."""

    def __init__(self) -> None:
        self.sources: dict[str, FakeSource] = {}
        self.moved: list[str | None] = []
        self.open = 0
        self.completed = 0
        self.completing: Exception | None = None

    def source(self, spec: str, moved_to: str | None = None) -> Source:
        self.moved.append(moved_to)
        if spec not in self.sources:
            raise UsageError(f"no such SPEC: {spec}")
        return self.sources[spec]

    @contextlib.asynccontextmanager
    async def fetcher(self) -> AsyncIterator[Fetcher]:
        self.open += 1
        try:
            yield FakeFetcher()
        finally:
            self.open -= 1

    async def complete_queued(self, fetcher: Fetcher, now: datetime) -> tuple[str, ...]:
        self.completed += 1
        if self.completing is not None:
            raise self.completing
        return ("1 queued paper completed",)

    def next_try(self, now: datetime, failures: int, wait: float | None) -> datetime:
        return now + timedelta(seconds=wait or 300 * 2 ** (failures - 1))


class Street(NamedTuple):
    """A library, a network, and syncs from one to the other."""

    library: str
    network: FakeNetwork
    events: list[Event]

    def add(self, name: str, *parts: Part, service: str | None = None, now: datetime) -> FakeSource:
        source = self.network.sources[f"fake:{name}"] = FakeSource(name, parts, service)
        with contextlib.closing(open_for_writing(self.library)) as connection:
            feeds.add(connection, source.spec, self.network.source, now)
        return source

    def sync(self, now: datetime, interruption: Interruption | None = None, **options: Any) -> SyncReport:  # noqa: ANN401
        return syncing.sync(
            self.library,
            self.network,
            SyncOptions(**options, follow_up=self.network.complete_queued),
            lambda: now,
            self.events.append,
            interruption,
        )

    def health(self, now: datetime) -> dict[str, FeedHealth]:
        with contextlib.closing(open_for_reading(self.library)) as connection:
            return {one.name: one for one in health(connection, now)}

    def count(self, sql: str = "SELECT count(*) FROM paper") -> Any:  # noqa: ANN401 - whatever is counted
        with contextlib.closing(open_for_reading(self.library)) as connection:
            return connection.execute(sql).fetchone()[0]


@pytest.fixture
def street(library: str) -> Street:
    return Street(library, FakeNetwork(), [])


def test_every_feed_is_stored_and_counted(street: Street, now: datetime) -> None:
    street.add("one", batch(paper(1), paper(2)), batch(paper(3)), now=now)
    street.add("two", batch(paper(3), paper(4)), now=now)
    report = street.sync(now)
    assert (report.found, report.new, report.updated, report.unchanged) == (5, 4, 1, 0)
    assert {name: feed.status for name, feed in report.feeds.items()} == {"one": "ok", "two": "ok"}
    assert street.count() == 4
    assert street.count("SELECT count(*) FROM step WHERE what = 'imported'") == 0
    again = street.sync(now)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 5)
    assert {feed.status for feed in again.feeds.values()} == {"unchanged"}
    assert street.network.open == 0


def test_the_latest_day_is_the_newest_however_fast_the_days_come(street: Street, now: datetime) -> None:
    days = ("2026-11-20", "2026-11-21", "2026-11-22")
    street.add("daily", *(batch(paper(n, day), paper(n + 10, day)) for n, day in enumerate(days)), now=now)
    street.sync(now)
    with contextlib.closing(open_for_reading(street.library)) as connection:
        ids = queries.list_ids(connection, views.list_selection("", now))
        seen = [row.seen or "" for row in queries.queue_rows(connection, ids)]
    assert seen == sorted(seen, reverse=True)


def test_a_feed_that_fails_stops_no_other_and_is_named(street: Street, now: datetime) -> None:
    street.add("bad", batch(paper(1)), FetchError("connection refused", "check the network"), now=now)
    street.add("worse", ZeroDivisionError("division\nby \x1b[31mzero"), now=now)
    street.add("good", batch(paper(2)), now=now)
    report = street.sync(now)
    assert report.failed
    assert report.feeds["bad"].error == "connection refused (check the network)"
    assert report.feeds["worse"].error == "ZeroDivisionError: division by zero"
    assert report.feeds["good"].status == "ok"
    # What came before the failure stays.
    assert (report.new, street.count()) == (2, 2)
    assert street.health(now)["bad"].words == (
        "failed since 09:00: connection refused (check the network), next try 09:05"
    )


def test_a_failing_feed_is_left_alone_until_its_time_unless_it_is_named(street: Street, now: datetime) -> None:
    source = street.add("bad", FetchError("nope"), now=now)
    street.sync(now)
    soon = street.sync(now + timedelta(minutes=4))
    assert (soon.feeds["bad"].status, soon.feeds["bad"].error) == ("failed", "nope")
    assert len(source.asked) == 1
    street.sync(now + timedelta(minutes=4), names=("bad",))
    assert len(source.asked) == 2
    assert street.health(now)["bad"].next == "2026-11-23T08:14:00Z"
    street.sync(now + timedelta(minutes=15))
    assert len(source.asked) == 3
    source.parts = [batch(paper(1))]
    street.sync(now + timedelta(hours=1))
    assert street.health(now)["bad"][4:7] == ("ok", None, None)


def test_a_clock_set_back_keeps_no_feed_waiting_for_ever(street: Street, now: datetime) -> None:
    source = street.add("bad", FetchError("nope"), now=now)
    street.sync(now + timedelta(days=400))
    source.parts = [batch(paper(1))]
    assert street.sync(now).feeds["bad"].status == "ok"


def test_row_12_a_feed_that_is_gone_is_paused_and_said_to_be(street: Street, now: datetime) -> None:
    source = street.add("old", FetchError("the server answered 410 Gone", status=410), now=now)
    street.sync(now)
    assert street.health(now)["old"].words == ("paused: the server answered 410 Gone, sync it by name to try again")
    later = street.sync(now + timedelta(days=30))
    assert (later.feeds["old"].status, later.failed, len(source.asked)) == ("failed", True, 1)
    source.parts = [batch(paper(1))]
    street.sync(now + timedelta(days=30), names=("old",))
    assert street.health(now + timedelta(days=30))["old"].status == "ok"


def test_row_14_a_cut_answer_keeps_what_is_whole_and_no_validators(street: Street, now: datetime) -> None:
    cut = batch(paper(1), through="2026-11-23", complete=False, validators=Validators("v1"))
    source = street.add("cut", cut, now=now)
    report = street.sync(now)
    assert (report.new, report.feeds["cut"].status) == (1, "failed")
    assert "incomplete" in str(report.feeds["cut"].error)
    source.parts = [batch(paper(1))]
    street.sync(now, names=("cut",))
    assert source.asked[-1].validators == Validators()
    assert source.asked[-1].first


def test_row_13_validators_are_sent_again_on_the_same_day_only(street: Street, now: datetime) -> None:
    source = street.add("one", batch(paper(1), validators=Validators("v1", "Mon")), now=now)
    street.sync(now)
    source.parts = [batch(unchanged=True)]
    assert street.sync(now + timedelta(hours=1)).feeds["one"].status == "unchanged"
    street.sync(now + timedelta(hours=2))
    street.sync(now + timedelta(days=1))
    assert [wanted.validators.etag for wanted in source.asked] == [None, "v1", "v1", None]


def test_row_16_what_cannot_be_read_is_a_failure_and_never_nothing_new(street: Street, now: datetime) -> None:
    street.add("portal", ReadqError("not a feed: a web page"), now=now)
    street.add("junk", batch(rejected=[Rejected("the reply", "holds no list of papers")]), now=now)
    report = street.sync(now)
    assert [feed.status for feed in report.feeds.values()] == ["failed", "failed"]
    assert report.feeds["junk"].error == "nothing in it could be read: the reply: holds no list of papers"


def test_row_20_an_address_moves_only_after_a_good_answer(street: Street, now: datetime) -> None:
    moved = batch(rejected=[Rejected("it", "is no feed")], moved_to="https://elsewhere.example/")
    source = street.add("one", moved, now=now)
    street.sync(now)
    source.parts = [batch(paper(1), moved_to="https://new.example/")]
    street.sync(now, names=("one",))
    street.sync(now)
    assert street.network.moved[-3:] == [None, None, "https://new.example/"]


def test_missed_days_are_asked_for(street: Street, now: datetime) -> None:
    source = street.add("days", batch(paper(1), through="2026-11-22"), now=now)
    street.sync(now)
    assert source.asked[0][:3] == (date(2026, 11, 17), date(2026, 11, 23), True)
    street.sync(now + timedelta(days=9))
    assert source.asked[1][:3] == (date(2026, 11, 23), date(2026, 12, 2), False)
    street.sync(now + timedelta(days=9), since=date(2026, 10, 1))
    assert source.asked[2].since == date(2026, 10, 1)
    # A later day than the first that is missing would leave a hole.
    street.sync(now + timedelta(days=9), since=date(2026, 12, 1))
    assert source.asked[3].since == date(2026, 11, 23)


def test_days_that_came_before_a_failure_are_not_asked_for_again(street: Street, now: datetime) -> None:
    source = street.add(
        "days", batch(paper(1), through="2026-11-18"), batch(paper(2), through="2026-11-19"), FetchError("x"), now=now
    )
    street.sync(now)
    street.sync(now, names=("days",))
    assert source.asked[1].since == date(2026, 11, 20)


def test_stale_empty_and_failed_days_look_different(street: Street, now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    stale = street.add("stale", batch(paper(1), paper(2)), now=now)
    street.add("empty", batch(paper(3)), now=now).parts = [batch(paper(3))]
    failing = street.add("failing", batch(paper(4)), now=now)
    street.sync(now)
    assert {one.words for one in street.health(now).values()} == {"ok"}
    stale.parts = [batch(paper(2, appearance=None), paper(1))]
    street.network.sources["fake:empty"].parts = [batch()]
    failing.parts = [FetchError("connection refused")]
    report = street.sync(tomorrow)
    assert {name: feed.status for name, feed in report.feeds.items()} == {
        "stale": "stale",
        "empty": "unchanged",
        "failing": "failed",
    }
    words = {name: one.words for name, one in street.health(tomorrow).items()}
    assert words == {
        "stale": "same batch as yesterday",
        "empty": "nothing today",
        "failing": "failed since 09:00: connection refused, next try 09:05",
    }
    # After an empty day the batch of the day before it is still known.
    street.network.sources["fake:empty"].parts = [batch(paper(3))]
    assert street.sync(now + timedelta(days=2)).feeds["empty"].status == "stale"


def test_upvotes_that_rise_are_no_news_but_are_kept(street: Street, now: datetime) -> None:
    source = street.add("one", batch(paper(1)), now=now)
    street.sync(now)
    source.parts = [batch(paper(1, appearance=Appearance("2026-11-23", 1, 99)))]
    report = street.sync(now)
    assert (report.updated, report.unchanged) == (0, 1)
    assert street.count("SELECT upvotes FROM paper") == 99


def test_a_dry_run_keeps_nothing(street: Street, now: datetime, dump: Dump) -> None:
    street.add("one", batch(paper(1)), batch(paper(2)), now=now)
    street.add("bad", FetchError("x"), now=now)
    before = dump(street.library)
    report = street.sync(now, dry_run=True)
    assert (report.new, report.feeds["one"].status, report.feeds["bad"].status) == (2, "ok", "failed")
    assert dump(street.library) == before


def test_queued_papers_are_completed_after_the_feeds(street: Street, now: datetime) -> None:
    street.add("one", batch(paper(1)), now=now)
    assert street.sync(now).messages == ("1 queued paper completed",)
    street.sync(now, names=("one",))
    street.sync(now, dry_run=True)
    assert street.network.completed == 1
    street.network.completing = FetchError("connection refused")
    report = street.sync(now)
    assert (report.messages, report.failed) == (("queued papers were not completed: connection refused",), False)


def test_without_feeds_or_library_there_is_nothing_to_do(street: Street, now: datetime, library: str) -> None:
    assert street.sync(now) == SyncReport({})
    with pytest.raises(ReadqError, match="no feed 'x'"):
        street.sync(now, names=("x",))
    with pytest.raises(UsageError, match="in the future"):
        street.sync(now, since=date(2026, 11, 24))


def test_events_tell_how_far_each_feed_is(street: Street, now: datetime) -> None:
    street.add("one", batch(paper(1)), batch(paper(2)), now=now)
    report = street.sync(now)
    assert street.events[0] == FeedStarted("one", 2)
    assert FeedProgress("one", 2, 2, 2) in street.events
    assert street.events[-1] == FeedEnded("one", report.feeds["one"])


def test_feeds_of_different_services_are_pulled_at_the_same_time(street: Street, now: datetime) -> None:
    first_waits, second_came = asyncio.Event(), asyncio.Event()

    async def wait() -> Batch:
        first_waits.set()
        await asyncio.wait_for(second_came.wait(), 30)
        return batch(paper(1))

    async def come() -> Batch:
        await first_waits.wait()
        second_came.set()
        return batch(paper(2))

    street.add("one", wait, now=now)
    street.add("two", come, now=now)
    assert street.sync(now).new == 2


def test_feeds_of_one_service_take_turns(street: Street, now: datetime) -> None:
    busy = 0

    async def take() -> Batch:
        nonlocal busy
        busy += 1
        assert busy == 1
        await asyncio.sleep(0)
        busy -= 1
        return batch(paper(1))

    for name in ("one", "two", "three"):
        street.add(name, take, service="shared", now=now)
    assert not street.sync(now).failed


def test_only_one_sync_at_a_time(street: Street, now: datetime) -> None:
    street.add("one", batch(paper(1)), now=now)
    with sync_lock(street.library), pytest.raises(SyncRunningError, match=r"another sync is running \(process \d+\)"):
        street.sync(now)
    assert street.sync(now).new == 1


def test_an_interruption_keeps_what_was_done(street: Street, now: datetime) -> None:
    interruption = Interruption()

    async def for_ever() -> None:
        interruption.request()
        await asyncio.Event().wait()

    street.add("one", batch(paper(1), through="2026-11-18"), for_ever, now=now)
    street.add("two", for_ever, service="one", now=now)
    report = street.sync(now, interruption)
    assert report.interrupted
    assert (report.new, street.count()) == (1, 1)
    assert report.feeds["one"].error == report.feeds["two"].error == "interrupted"
    # An interruption is no failure of the feed.
    assert street.health(now)["one"].status == "new"
    assert street.network.open == 0


def test_an_interruption_finishes_the_current_write(
    street: Street, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    interruption = Interruption()
    store = ingest.ingest

    def slow(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - handed on
        # In the writing thread: the loop hears of the end while this still works.
        asked = threading.Thread(target=interruption.request)
        asked.start()
        asked.join()
        return store(*arguments, **options)

    monkeypatch.setattr(syncing, "ingest", slow)
    street.add("one", batch(paper(1)), batch(paper(2)), now=now)
    report = street.sync(now, interruption)
    assert report.interrupted
    assert report.new == street.count() >= 1


def test_an_interruption_before_the_start_asks_nothing(street: Street, now: datetime) -> None:
    source = street.add("one", batch(paper(1)), now=now)
    interruption = Interruption()
    interruption.request()
    assert street.sync(now, interruption).interrupted
    assert source.asked == []


def test_a_library_that_fails_ends_the_sync(street: Street, now: datetime) -> None:
    street.add("one", batch(paper(1)), now=now)
    street.add("two", batch(paper(2)), now=now)
    with contextlib.closing(open_for_changing(street.library)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryLockedError):
            street.sync(now, busy_timeout=0.0)
    assert street.network.open == 0


def test_what_the_reader_decided_stays(street: Street, now: datetime, run_cli: Callable[..., Any]) -> None:
    source = street.add("one", batch(paper(1), paper(2)), now=now)
    street.sync(now)
    run_cli("mark", "dropped", 1)
    run_cli("tag", 2, "-a", "rl")
    source.parts = [batch(paper(1, abstract="Longer."), paper(2), paper(3))]
    assert street.sync(now + timedelta(days=1)).new == 1
    assert street.count("SELECT status FROM paper WHERE id = 1") == "dropped"
    assert street.count("SELECT count(*) FROM paper_tag") == 1
    # Undo takes back what the reader did last, never a sync.
    assert run_cli("undo", "--json").json["what"] == "tagged +rl"
