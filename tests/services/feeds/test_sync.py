"""`readq.services.feeds.sync` with fake sources: stored papers, reports, and failures."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from readq.days import local_day
from readq.errors import LibraryLockedError, ReadqError, SyncRunningError, UsageError
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, PullOptions, Source
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance, Author, Rejected, Trust
from readq.net.fetcher import Fetcher, FetchError, Request, Response, Validators
from readq.services import views
from readq.services.feeds import subscriptions
from readq.services.feeds.health import FeedHealth, health
from readq.services.feeds.interruption import Interruption
from readq.services.feeds.sync import SyncOptions, sync
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
    """Yields the parts given by the test, one request each, and records the pull options."""

    def __init__(self, name: str, parts: Sequence[Part], service: str | None = None) -> None:
        self.spec = f"fake:{name}"
        self.name = name
        self.service = service or name
        self.parts = list(parts)
        self.asked: list[PullOptions] = []

    def expected_requests(self, wanted: PullOptions) -> int:
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
    """Returns an empty response for every request."""

    async def fetch(self, request: Request) -> Response:
        return Response(request.url, 200, b"")


class FakeNetwork:
    """Fake sources by SPEC, and a follow-up."""

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


class Setup(NamedTuple):
    """A library and a fake network, with a method to sync."""

    library: str
    network: FakeNetwork
    events: list[Event]

    def add(self, name: str, *parts: Part, service: str | None = None, now: datetime) -> FakeSource:
        source = self.network.sources[f"fake:{name}"] = FakeSource(name, parts, service)
        with contextlib.closing(open_for_writing(self.library)) as connection:
            subscriptions.add(connection, source.spec, self.network.source, now)
        return source

    def sync(self, now: datetime, interruption: Interruption | None = None, **options: Any) -> SyncReport:  # noqa: ANN401
        return sync(
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
def setup(library: str) -> Setup:
    return Setup(library, FakeNetwork(), [])


def test_every_feed_is_stored_and_counted(setup: Setup, now: datetime) -> None:
    setup.add("one", batch(paper(1), paper(2)), batch(paper(3)), now=now)
    setup.add("two", batch(paper(3), paper(4)), now=now)
    report = setup.sync(now)
    assert (report.found, report.new, report.updated, report.unchanged) == (5, 4, 1, 0)
    assert {name: feed.status for name, feed in report.feeds.items()} == {"one": "ok", "two": "ok"}
    assert setup.count() == 4
    assert setup.count("SELECT count(*) FROM step WHERE what = 'imported'") == 0
    again = setup.sync(now)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 5)
    assert {feed.status for feed in again.feeds.values()} == {"unchanged"}
    assert setup.network.open == 0


def test_the_latest_day_is_listed_first_however_fast_the_days_arrive(setup: Setup, now: datetime) -> None:
    days = ("2026-11-20", "2026-11-21", "2026-11-22")
    setup.add("daily", *(batch(paper(n, day), paper(n + 10, day)) for n, day in enumerate(days)), now=now)
    setup.sync(now)
    with contextlib.closing(open_for_reading(setup.library)) as connection:
        ids = queries.list_ids(connection, views.list_selection("", now))
        seen = [row.seen or "" for row in queries.queue_rows(connection, ids)]
    assert seen == sorted(seen, reverse=True)


def test_a_feed_that_fails_stops_no_other_and_is_named(setup: Setup, now: datetime) -> None:
    setup.add("bad", batch(paper(1)), FetchError("connection refused", "check the network"), now=now)
    setup.add("worse", ZeroDivisionError("division\nby \x1b[31mzero"), now=now)
    setup.add("good", batch(paper(2)), now=now)
    report = setup.sync(now)
    assert report.failed
    assert report.feeds["bad"].error == "connection refused (check the network)"
    assert report.feeds["worse"].error == "ZeroDivisionError: division by zero"
    assert report.feeds["good"].status == "ok"
    # What came before the failure stays.
    assert (report.new, setup.count()) == (2, 2)
    assert setup.health(now)["bad"].words == (
        "failed since 09:00: connection refused (check the network), next try 09:05"
    )


def test_a_failing_feed_is_left_alone_until_its_time_unless_it_is_named(setup: Setup, now: datetime) -> None:
    source = setup.add("bad", FetchError("nope"), now=now)
    setup.sync(now)
    soon = setup.sync(now + timedelta(minutes=4))
    assert (soon.feeds["bad"].status, soon.feeds["bad"].error) == ("failed", "nope")
    assert len(source.asked) == 1
    setup.sync(now + timedelta(minutes=4), names=("bad",))
    assert len(source.asked) == 2
    assert setup.health(now)["bad"].next == "2026-11-23T08:14:00Z"
    setup.sync(now + timedelta(minutes=15))
    assert len(source.asked) == 3
    source.parts = [batch(paper(1))]
    setup.sync(now + timedelta(hours=1))
    assert setup.health(now)["bad"][4:7] == ("ok", None, None)


def test_a_clock_set_back_keeps_no_feed_waiting_for_ever(setup: Setup, now: datetime) -> None:
    source = setup.add("bad", FetchError("nope"), now=now)
    setup.sync(now + timedelta(days=400))
    source.parts = [batch(paper(1))]
    assert setup.sync(now).feeds["bad"].status == "ok"


def test_row_12_a_removed_feed_is_paused_and_reported(setup: Setup, now: datetime) -> None:
    source = setup.add("old", FetchError("the server answered 410 Gone", status=410), now=now)
    setup.sync(now)
    assert setup.health(now)["old"].words == (
        "paused: the server answered 410 Gone; Enter in the list of feeds, or readq sync NAME, tries again"
    )
    later = setup.sync(now + timedelta(days=30))
    assert (later.feeds["old"].status, later.failed, len(source.asked)) == ("failed", True, 1)
    source.parts = [batch(paper(1))]
    setup.sync(now + timedelta(days=30), names=("old",))
    assert setup.health(now + timedelta(days=30))["old"].status == "ok"


def test_row_14_a_truncated_response_keeps_complete_entries_and_no_validators(setup: Setup, now: datetime) -> None:
    cut = batch(paper(1), through="2026-11-23", complete=False, validators=Validators("v1"))
    source = setup.add("cut", cut, now=now)
    report = setup.sync(now)
    assert (report.new, report.feeds["cut"].status) == (1, "failed")
    assert "incomplete" in str(report.feeds["cut"].error)
    source.parts = [batch(paper(1))]
    setup.sync(now, names=("cut",))
    assert source.asked[-1].validators == Validators()
    assert source.asked[-1].first


def test_row_13_validators_are_sent_again_on_the_same_day_only(setup: Setup, now: datetime) -> None:
    source = setup.add("one", batch(paper(1), validators=Validators("v1", "Mon")), now=now)
    setup.sync(now)
    source.parts = [batch(unchanged=True)]
    assert setup.sync(now + timedelta(hours=1)).feeds["one"].status == "unchanged"
    setup.sync(now + timedelta(hours=2))
    setup.sync(now + timedelta(days=1))
    assert [wanted.validators.etag for wanted in source.asked] == [None, "v1", "v1", None]


def test_row_16_an_unreadable_response_is_a_failure(setup: Setup, now: datetime) -> None:
    setup.add("portal", ReadqError("not a feed: a web page"), now=now)
    setup.add("junk", batch(rejected=[Rejected("the reply", "holds no list of papers")]), now=now)
    report = setup.sync(now)
    assert [feed.status for feed in report.feeds.values()] == ["failed", "failed"]
    assert report.feeds["junk"].error == "nothing in it could be read: the reply: holds no list of papers"


def test_row_20_an_address_moves_only_after_a_good_answer(setup: Setup, now: datetime) -> None:
    moved = batch(rejected=[Rejected("it", "is no feed")], moved_to="https://elsewhere.example/")
    source = setup.add("one", moved, now=now)
    setup.sync(now)
    source.parts = [batch(paper(1), moved_to="https://new.example/")]
    setup.sync(now, names=("one",))
    setup.sync(now)
    assert setup.network.moved[-3:] == [None, None, "https://new.example/"]


def test_a_source_is_told_whether_it_was_pulled_before(setup: Setup, now: datetime) -> None:
    source = setup.add("one", FetchError("refused"), now=now)
    setup.sync(now)
    source.parts = [batch(paper(1))]
    for _ in range(2):
        setup.sync(now, names=("one",), since=date(2026, 11, 1))
    assert [asked.has_succeeded for asked in source.asked] == [False, False, True]


def test_missed_days_are_requested(setup: Setup, now: datetime) -> None:
    source = setup.add("days", batch(paper(1), through="2026-11-22"), now=now)
    setup.sync(now)
    assert source.asked[0][:3] == (date(2026, 11, 17), date(2026, 11, 23), True)
    setup.sync(now + timedelta(days=9))
    assert source.asked[1][:3] == (date(2026, 11, 23), date(2026, 12, 2), False)
    setup.sync(now + timedelta(days=9), since=date(2026, 10, 1))
    assert source.asked[2].since == date(2026, 10, 1)
    # A later day than the first that is missing would leave a hole.
    setup.sync(now + timedelta(days=9), since=date(2026, 12, 1))
    assert source.asked[3].since == date(2026, 11, 23)


def test_days_before_a_failure_are_not_requested_again(setup: Setup, now: datetime) -> None:
    source = setup.add(
        "days", batch(paper(1), through="2026-11-18"), batch(paper(2), through="2026-11-19"), FetchError("x"), now=now
    )
    setup.sync(now)
    setup.sync(now, names=("days",))
    assert source.asked[1].since == date(2026, 11, 20)


def test_stale_empty_and_failed_days_look_different(setup: Setup, now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    stale = setup.add("stale", batch(paper(1), paper(2)), now=now)
    setup.add("empty", batch(paper(3)), now=now).parts = [batch(paper(3))]
    failing = setup.add("failing", batch(paper(4)), now=now)
    setup.sync(now)
    assert {one.words for one in setup.health(now).values()} == {"ok"}
    stale.parts = [batch(paper(2, appearance=None), paper(1))]
    setup.network.sources["fake:empty"].parts = [batch()]
    failing.parts = [FetchError("connection refused")]
    report = setup.sync(tomorrow)
    assert {name: feed.status for name, feed in report.feeds.items()} == {
        "stale": "stale",
        "empty": "unchanged",
        "failing": "failed",
    }
    words = {name: one.words for name, one in setup.health(tomorrow).items()}
    assert words == {
        "stale": "same batch as yesterday",
        "empty": "nothing today",
        "failing": "failed since 09:00: connection refused, next try 09:05",
    }
    # After an empty day the batch of the day before it is still known.
    setup.network.sources["fake:empty"].parts = [batch(paper(3))]
    assert setup.sync(now + timedelta(days=2)).feeds["empty"].status == "stale"


def test_upvotes_that_rise_are_no_news_but_are_kept(setup: Setup, now: datetime) -> None:
    source = setup.add("one", batch(paper(1)), now=now)
    setup.sync(now)
    source.parts = [batch(paper(1, appearance=Appearance("2026-11-23", 1, 99)))]
    report = setup.sync(now)
    assert (report.updated, report.unchanged) == (0, 1)
    assert setup.count("SELECT upvotes FROM paper") == 99


def test_entries_without_a_past_day_are_seen_on_their_first_day_only(setup: Setup, now: datetime) -> None:
    undated = paper(1, None, published=None)
    issue_ahead = paper(2, None, published="2027-03-01")
    setup.add("journal", batch(undated, issue_ahead), now=now)
    setup.sync(now)
    first_day = local_day(now).isoformat()
    with contextlib.closing(open_for_changing(setup.library)) as connection:
        connection.execute("UPDATE paper SET title = 'By hand', title_key = 'byhand' WHERE title LIKE '%part 1'")
    report = setup.sync(now + timedelta(days=1))
    assert (report.new, report.updated, report.unchanged) == (0, 0, 2)
    assert setup.count("SELECT group_concat(day) FROM sighting") == f"{first_day},{first_day}"
    assert setup.health(now)["journal"].newest == first_day


def test_an_entry_whose_date_was_ahead_is_not_seen_again_on_that_day(setup: Setup, now: datetime) -> None:
    """The date of an issue, or a date in a time zone that is a day ahead."""
    first_day, tomorrow = (local_day(now + timedelta(days=more)).isoformat() for more in (0, 1))
    ahead = paper(1, None, published=tomorrow, name="urn:1")
    source = setup.add("journal", batch(ahead), now=now)
    setup.sync(now)
    source.parts = [batch(replace(ahead, appearance=Appearance(day=tomorrow, rank=1, upvotes=1)))]
    assert setup.sync(now + timedelta(days=1)).unchanged == 1
    assert setup.count("SELECT group_concat(day) FROM sighting") == first_day


def test_a_dry_run_keeps_nothing(setup: Setup, now: datetime, dump: Dump) -> None:
    setup.add("one", batch(paper(1)), batch(paper(2)), now=now)
    setup.add("bad", FetchError("x"), now=now)
    before = dump(setup.library)
    report = setup.sync(now, dry_run=True)
    assert (report.new, report.feeds["one"].status, report.feeds["bad"].status) == (2, "ok", "failed")
    assert dump(setup.library) == before


def test_queued_papers_are_completed_after_the_feeds(setup: Setup, now: datetime) -> None:
    setup.add("one", batch(paper(1)), now=now)
    assert setup.sync(now).messages == ("1 queued paper completed",)
    setup.sync(now, names=("one",))
    setup.sync(now, dry_run=True)
    assert setup.network.completed == 1
    setup.network.completing = FetchError("connection refused")
    report = setup.sync(now)
    assert (report.messages, report.failed) == (("queued papers were not completed: connection refused",), False)


def test_without_feeds_or_library_there_is_nothing_to_do(setup: Setup, now: datetime, library: str) -> None:
    assert setup.sync(now) == SyncReport({})
    with pytest.raises(ReadqError, match="no feed 'x'"):
        setup.sync(now, names=("x",))
    with pytest.raises(UsageError, match="in the future"):
        setup.sync(now, since=date(2026, 11, 24))


def test_events_tell_how_far_each_feed_is(setup: Setup, now: datetime) -> None:
    setup.add("one", batch(paper(1)), batch(paper(2)), now=now)
    report = setup.sync(now)
    assert setup.events[0] == FeedStarted("one", 2)
    assert FeedProgress("one", 2, 2, 2) in setup.events
    assert setup.events[-1] == FeedEnded("one", report.feeds["one"])


def test_feeds_of_different_services_are_pulled_at_the_same_time(setup: Setup, now: datetime) -> None:
    first_waits, second_came = asyncio.Event(), asyncio.Event()

    async def wait() -> Batch:
        first_waits.set()
        await asyncio.wait_for(second_came.wait(), 30)
        return batch(paper(1))

    async def come() -> Batch:
        await first_waits.wait()
        second_came.set()
        return batch(paper(2))

    setup.add("one", wait, now=now)
    setup.add("two", come, now=now)
    assert setup.sync(now).new == 2


def test_feeds_of_one_service_take_turns(setup: Setup, now: datetime) -> None:
    busy = 0

    async def take() -> Batch:
        nonlocal busy
        busy += 1
        assert busy == 1
        await asyncio.sleep(0)
        busy -= 1
        return batch(paper(1))

    for name in ("one", "two", "three"):
        setup.add(name, take, service="shared", now=now)
    assert not setup.sync(now).failed


def test_only_one_sync_at_a_time(setup: Setup, now: datetime) -> None:
    setup.add("one", batch(paper(1)), now=now)
    with sync_lock(setup.library), pytest.raises(SyncRunningError, match=r"another sync is running \(process \d+\)"):
        setup.sync(now)
    assert setup.sync(now).new == 1


def test_an_interruption_keeps_stored_papers(setup: Setup, now: datetime) -> None:
    interruption = Interruption()

    async def for_ever() -> None:
        interruption.request()
        await asyncio.Event().wait()

    setup.add("one", batch(paper(1), through="2026-11-18"), for_ever, now=now)
    setup.add("two", for_ever, service="one", now=now)
    report = setup.sync(now, interruption)
    assert report.interrupted
    assert (report.new, setup.count()) == (1, 1)
    assert report.feeds["one"].error == report.feeds["two"].error == "interrupted"
    # An interruption is no failure of the feed.
    assert setup.health(now)["one"].status == "new"
    assert setup.network.open == 0


def test_an_interruption_finishes_the_current_write(
    setup: Setup, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    interruption = Interruption()
    store = ingest.ingest

    def slow(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - handed on
        # In the writing thread: the loop hears of the end while this still works.
        asked = threading.Thread(target=interruption.request)
        asked.start()
        asked.join()
        return store(*arguments, **options)

    monkeypatch.setattr("readq.services.feeds.sync.ingest", slow)
    setup.add("one", batch(paper(1)), batch(paper(2)), now=now)
    report = setup.sync(now, interruption)
    assert report.interrupted
    assert report.new == setup.count() >= 1


def test_an_interruption_before_the_start_asks_nothing(setup: Setup, now: datetime) -> None:
    source = setup.add("one", batch(paper(1)), now=now)
    interruption = Interruption()
    interruption.request()
    assert setup.sync(now, interruption).interrupted
    assert source.asked == []


def test_a_library_that_fails_ends_the_sync(setup: Setup, now: datetime) -> None:
    setup.add("one", batch(paper(1)), now=now)
    setup.add("two", batch(paper(2)), now=now)
    with contextlib.closing(open_for_changing(setup.library)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryLockedError):
            setup.sync(now, busy_timeout=0.0)
    assert setup.network.open == 0


def test_an_entry_that_the_library_refuses_costs_neither_its_feed_nor_the_others(setup: Setup, now: datetime) -> None:
    hostile = [
        paper(2, authors=(Author("\x00nul"),)),
        paper(3, title="\u200b"),
        paper(4, published="2026-13-40", appearance=Appearance("May")),
        paper(5, title="Lakes"),
    ]
    setup.add("one", batch(paper(1), *hostile, paper(6), through="2026-11-22"), now=now)
    setup.add("two", batch(paper(7)), now=now)
    with contextlib.closing(open_for_changing(setup.library)) as connection:
        connection.execute(
            "CREATE TRIGGER picky BEFORE INSERT ON paper WHEN new.title = 'Lakes' BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
    report = setup.sync(now)
    assert {name: (feed.status, feed.new, len(feed.rejected)) for name, feed in report.feeds.items()} == {
        "one": ("ok", 3, 3),
        "two": ("ok", 1, 0),
    }
    assert [part.where for part in report.rejected] == ["one: entry 2", "one: entry 3", "one: entry 5"]
    again = setup.sync(now + timedelta(days=1))
    assert (again.new, again.unchanged, len(again.rejected)) == (0, 4, 3)


def test_decisions_of_the_reader_are_kept(setup: Setup, now: datetime, run_cli: Callable[..., Any]) -> None:
    source = setup.add("one", batch(paper(1), paper(2)), now=now)
    setup.sync(now)
    run_cli("mark", "dropped", 1)
    run_cli("tag", 2, "-a", "rl")
    source.parts = [batch(paper(1, abstract="Longer."), paper(2), paper(3))]
    assert setup.sync(now + timedelta(days=1)).new == 1
    assert setup.count("SELECT status FROM paper WHERE id = 1") == "dropped"
    assert setup.count("SELECT count(*) FROM paper_tag") == 1
    # Undo takes back what the reader did last, never a sync.
    assert run_cli("undo", "--json").json["what"] == "tagged +rl"
