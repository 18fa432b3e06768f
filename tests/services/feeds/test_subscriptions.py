"""Adding, removing and exchanging subscriptions."""

import contextlib
import sqlite3
from datetime import datetime

import pytest

from readq.errors import UsageError
from readq.feeds.opml import Outline
from readq.feeds.source import Batch, PullOptions, Source
from readq.net.fetcher import Fetcher
from readq.services.feeds import subscriptions
from readq.services.feeds.health import health
from readq.store.connection.transactions import writing
from readq.store.feeds.pulls import Pull, pulled_feeds, save_pull


class FakeSource:
    """A source with a SPEC and a name only."""

    service = "none"

    def __init__(self, spec: str) -> None:
        if ":" not in spec:
            raise UsageError(f"no SPEC: {spec}")
        self.spec = spec.lower()
        self.name = self.spec.replace(":", "-")

    def expected_requests(self, wanted: PullOptions) -> int:
        return 1

    def pull(self, fetcher: Fetcher, wanted: PullOptions) -> "contextlib.AbstractAsyncContextManager[Batch]":
        raise NotImplementedError


def source_of(spec: str) -> Source:
    return FakeSource(spec)  # type: ignore[return-value] # nobody pulls it


def names(connection: sqlite3.Connection) -> list[str]:
    return [feed.name for feed in pulled_feeds(connection)]


def test_adding_twice_changes_nothing(connection: sqlite3.Connection, now: datetime) -> None:
    first = subscriptions.add(connection, "hf:daily", source_of, now)
    assert (first.name, first.spec, first.is_new) == ("hf-daily", "hf:daily", True)
    again = subscriptions.add(connection, "HF:Daily", source_of, now, "another")
    assert (again.name, again.is_new, again.step) == ("hf-daily", False, None)
    assert names(connection) == ["hf-daily"]
    assert [one.status for one in health(connection, now)] == ["new"]


def test_names_are_checked(connection: sqlite3.Connection, now: datetime) -> None:
    subscriptions.add(connection, "hf:daily", source_of, now, "mine")
    with pytest.raises(UsageError, match="called mine already: hf:daily"):
        subscriptions.add(connection, "arxiv:cs.lg", source_of, now, "mine")
    for bad in ("", " ", " x", "a\nb", "-x", "a\x1b[31m", "x" * 101):
        with pytest.raises(UsageError, match="not a valid name for a feed"):
            subscriptions.add(connection, "arxiv:cs.lg", source_of, now, bad)
    with pytest.raises(UsageError, match="no SPEC"):
        subscriptions.add(connection, "nonsense", source_of, now)
    assert names(connection) == ["mine"]


def test_the_name_of_an_imported_feed_can_be_subscribed(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("INSERT INTO feed (name, added) VALUES ('hf-daily', '2026-01-01T00:00:00Z')")
    assert names(connection) == []
    subscriptions.add(connection, "hf:daily", source_of, now)
    assert connection.execute("SELECT count(*) FROM feed").fetchone() == (1,)
    assert names(connection) == ["hf-daily"]


def test_removing_keeps_the_name_and_begins_anew_when_added_again(
    connection: sqlite3.Connection, now: datetime
) -> None:
    subscriptions.add(connection, "hf:daily", source_of, now)
    (feed,) = pulled_feeds(connection)
    with writing(connection):
        save_pull(connection, feed.id, Pull(through="2025-01-01"))
    outcome = subscriptions.remove(connection, ["hf-daily", "nothing"], now)
    assert (outcome.changed, outcome.missing) == (1, ("nothing",))
    assert subscriptions.remove(connection, ["hf-daily"], now).missing == ("hf-daily",)
    subscriptions.add(connection, "hf:daily", source_of, now)
    assert [one.pull for one in pulled_feeds(connection)] == [Pull()]


def test_an_exported_list_can_be_imported(connection: sqlite3.Connection, now: datetime) -> None:
    subscriptions.add(connection, "hf:daily", source_of, now)
    outlines = [
        Outline("hf:daily", "hf-daily"),
        Outline("https://a.example/", "Blog"),
        Outline("https://b.example/", "Blog"),
        Outline("https://c.example/", None),
        Outline("https://a.example/", "Blog"),
        Outline("nonsense", "Bad"),
    ]
    imported = subscriptions.import_list(connection, outlines, source_of, now)
    assert [one.name for one in imported.added] == ["Blog", "Blog-2", "https-//c.example/"]
    assert (imported.unchanged, [part.where for part in imported.rejected]) == (2, ["nonsense"])
    assert subscriptions.export_list(connection)[0][1] == Outline("https://a.example/", "Blog")
    assert subscriptions.import_list(connection, outlines, source_of, now).added == ()


def test_a_rejected_address_in_a_list_keeps_its_password_secret(connection: sqlite3.Connection, now: datetime) -> None:
    def refuse(spec: str) -> Source:
        raise UsageError("no password")

    outlines = [Outline("https://ada:s3cret@a.example/feed?token=s3cret")]
    imported = subscriptions.import_list(connection, outlines, refuse, now)
    assert [part.where for part in imported.rejected] == ["https://***@a.example/feed?token=***"]


def test_a_title_in_a_list_becomes_a_name_that_can_be_typed(connection: sqlite3.Connection, now: datetime) -> None:
    outlines = [Outline("https://a.example/", "- Nature"), Outline("https://b.example/", "--")]
    imported = subscriptions.import_list(connection, outlines, source_of, now)
    assert [one.name for one in imported.added] == ["Nature", "https-//b.example/"]


def test_a_feed_of_an_unknown_kind_is_named_and_left_out_of_an_exported_list(
    connection: sqlite3.Connection, now: datetime
) -> None:
    subscriptions.add(connection, "hf:daily", source_of, now)
    connection.execute("INSERT INTO feed (name, spec, added) VALUES ('later', 'quux:x', '2026-11-01T00:00:00Z')")
    outlines, unknown = subscriptions.export_list(connection)
    assert [one.title for one in outlines] == ["hf-daily"]
    assert [one.where for one in unknown] == ["later"]
    assert "'quux:x' names no feed" in unknown[0].why
    imported = subscriptions.import_list(connection, [Outline("hf:daily", "hf-daily")], source_of, now)
    assert imported.unchanged == 1
