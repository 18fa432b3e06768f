"""Steps of feeds and views, which belong to no paper; each feed and view is undone independently."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

import pytest

from readq.days import instant
from readq.model.records import FeedRecord
from readq.services.history import undo
from readq.store.connection.transactions import writing
from readq.store.feeds import feeds_and_views
from readq.store.feeds.feeds_and_views import ViewDefinition
from readq.store.feeds.pulls import Pull, pulled_feeds, save_pull
from readq.store.journal import steps
from readq.store.records.write import put_feeds


@pytest.fixture
def act(connection: sqlite3.Connection, now: datetime) -> Callable[..., int | None]:
    """Run a change as one step and return its number."""

    def run(*actions: Callable[[int], object]) -> int | None:
        with writing(connection):
            step = steps.begin(connection, instant(now), "set up")
            for action in actions:
                action(step)
            return steps.finish(connection, step)

    return run


def feeds(connection: sqlite3.Connection) -> list[tuple[str, str | None]]:
    return connection.execute("SELECT name, spec FROM feed ORDER BY name").fetchall()


def test_a_feed_is_a_step_without_papers(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    step = act(lambda step: feeds_and_views.set_feed(connection, step, "hf-daily", "hf:daily", instant(now)))
    assert [(one.step, one.papers) for one in steps.steps(connection)] == [(step, 0)]
    undone = undo.undo(connection, now)
    assert undone is not None
    assert (list(undone.papers), undone.conflicts, undone.unrestored) == ([], (), ())
    assert feeds(connection) == [("hf-daily", None)]
    undo.redo(connection, now)
    assert feeds(connection) == [("hf-daily", "hf:daily")]


def test_no_change_is_no_step(connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime) -> None:
    act(lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:daily", instant(now)))
    assert act(lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:daily", "2030-01-01T00:00:00Z")) is None
    assert act(lambda step: feeds_and_views.remove_feed(connection, step, "b")) is None
    assert act(lambda step: feeds_and_views.remove_view(connection, step, "b")) is None


def test_undo_of_a_removal_restores_when_the_feed_was_added(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    act(lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:daily", "2026-01-01T00:00:00Z"))
    act(lambda step: feeds_and_views.remove_feed(connection, step, "a"))
    assert feeds(connection) == [("a", None)]
    undo.undo(connection, now)
    assert connection.execute("SELECT spec, added FROM feed").fetchall() == [("hf:daily", "2026-01-01T00:00:00Z")]


def test_feeds_of_one_step_are_undone_independently(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    step = act(
        lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:daily", instant(now)),
        lambda step: feeds_and_views.set_feed(connection, step, "b:c", "arxiv:cs.LG", instant(now)),
    )
    act(lambda step: feeds_and_views.set_feed(connection, step, "b:c", "arxiv:cs.CL", instant(now)))
    undone = undo.undo(connection, now, step)
    assert undone is not None
    assert undone.unrestored == ("feed b:c",)
    assert feeds(connection) == [("a", None), ("b:c", "arxiv:cs.CL")]


def test_a_spec_taken_by_another_feed_is_a_conflict(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    act(lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:daily", instant(now)))
    removal = act(lambda step: feeds_and_views.remove_feed(connection, step, "a"))
    act(lambda step: feeds_and_views.set_feed(connection, step, "b", "hf:daily", instant(now)))
    undone = undo.undo(connection, now, removal)
    assert undone is not None
    assert undone.unrestored == ("feed a",)
    assert feeds(connection) == [("a", None), ("b", "hf:daily")]


def test_specs_swapped_in_one_step_are_swapped_back(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    act(
        lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:daily", instant(now)),
        lambda step: feeds_and_views.set_feed(connection, step, "b", "arxiv:cs.LG", instant(now)),
    )

    def swap(step: int) -> None:
        before = feeds_and_views.states(connection)
        connection.execute("UPDATE feed SET spec = NULL")
        connection.execute("UPDATE feed SET spec = iif(name = 'a', 'arxiv:cs.LG', 'hf:daily')")
        feeds_and_views.record_differences(connection, step, before)

    act(swap)
    undo.undo(connection, now)
    assert feeds(connection) == [("a", "hf:daily"), ("b", "arxiv:cs.LG")]
    undo.redo(connection, now)
    assert feeds(connection) == [("a", "arxiv:cs.LG"), ("b", "hf:daily")]


def put(connection: sqlite3.Connection, name: str, pull: Pull) -> None:
    ((number,),) = connection.execute("SELECT id FROM feed WHERE name = ?", (name,)).fetchall()
    with writing(connection):
        save_pull(connection, number, pull)


def pulls(connection: sqlite3.Connection) -> dict[str, Pull]:
    return {feed.spec: feed.pull for feed in pulled_feeds(connection)}


class TestPulls:
    """The state of pulls belongs to a spec; another spec under the same name starts without one."""

    PAUSED = Pull(paused=True, through="2026-11-20", etag="of another")

    def test_a_dump_that_changes_a_spec_deletes_the_pull_state(
        self, connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
    ) -> None:
        for name in ("a", "b"):
            act(lambda step, name=name: feeds_and_views.set_feed(connection, step, name, f"hf:{name}", instant(now)))
            put(connection, name, self.PAUSED)

        def import_feeds(step: int) -> None:
            before = feeds_and_views.states(connection)
            put_feeds(connection, [FeedRecord("a", "arxiv:cs.LG", instant(now)), FeedRecord("b", "hf:b", instant(now))])
            feeds_and_views.record_differences(connection, step, before)

        act(import_feeds)
        assert pulls(connection) == {"arxiv:cs.LG": Pull(), "hf:b": self.PAUSED}
        put(connection, "a", Pull(through="2026-11-22"))
        undo.undo(connection, now)
        assert pulls(connection) == {"hf:a": Pull(), "hf:b": self.PAUSED}
        put(connection, "a", self.PAUSED)
        undo.redo(connection, now)
        assert pulls(connection) == {"arxiv:cs.LG": Pull(), "hf:b": self.PAUSED}

    def test_undoing_a_removal_keeps_the_pull_state(
        self, connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
    ) -> None:
        act(lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:a", instant(now)))
        put(connection, "a", self.PAUSED)
        act(lambda step: feeds_and_views.remove_feed(connection, step, "a"))
        undo.undo(connection, now)
        assert pulls(connection) == {"hf:a": self.PAUSED}

    def test_undoing_a_removal_after_another_spec_deletes_the_pull_state(
        self, connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
    ) -> None:
        act(lambda step: feeds_and_views.set_feed(connection, step, "a", "hf:a", instant(now)))
        removal = act(lambda step: feeds_and_views.remove_feed(connection, step, "a"))
        act(lambda step: feeds_and_views.set_feed(connection, step, "a", "arxiv:cs.LG", instant(now)))
        put(connection, "a", self.PAUSED)
        act(lambda step: feeds_and_views.remove_feed(connection, step, "a"))
        undo.undo(connection, now, removal)
        assert pulls(connection) == {"hf:a": Pull()}


def test_views_keep_their_position_when_saved_again(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    for name in ("one", "two"):
        act(lambda step, name=name: feeds_and_views.set_view(connection, step, name, ViewDefinition("tag:rl", "added")))
    act(lambda step: feeds_and_views.set_view(connection, step, "one", ViewDefinition("tag:nlp", "-year")))
    assert [view[:3] for view in feeds_and_views.views(connection)] == [
        ("one", "tag:nlp", "-year"),
        ("two", "tag:rl", "added"),
    ]
    undo.undo(connection, now)
    assert feeds_and_views.views(connection)[0] == ("one", "tag:rl", "added", 1, 1, None)


def test_a_view_that_was_saved_again_since_stays(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    step = act(lambda step: feeds_and_views.set_view(connection, step, "one", ViewDefinition("tag:rl", "added")))
    act(lambda step: feeds_and_views.set_view(connection, step, "one", ViewDefinition("tag:nlp", "added")))
    undone = undo.undo(connection, now, step)
    assert undone is not None
    assert undone.unrestored == ("view one",)
    assert [view.query for view in feeds_and_views.views(connection)] == ["tag:nlp"]


def test_undo_to_a_state_without_an_id_keeps_the_id_of_a_view_and_its_marks(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    act(lambda step: feeds_and_views.set_view(connection, step, "other", ViewDefinition("tag:x", "added")))
    act(lambda step: feeds_and_views.set_view(connection, step, "one", ViewDefinition("tag:rl", "added")))
    changed = act(lambda step: feeds_and_views.set_view(connection, step, "one", ViewDefinition("tag:nlp", "added")))
    # The states of the journal before schema 6.
    connection.execute(
        "UPDATE change SET before = json_remove(before, '$.id', '$.watch'),"
        " after = json_remove(after, '$.id', '$.watch') WHERE step_id = ?",
        (changed,),
    )
    before = feeds_and_views.views(connection)
    undo.undo(connection, now)
    assert [(view.name, view.query, view.id) for view in feeds_and_views.views(connection)] == [
        ("other", "tag:x", 1), ("one", "tag:rl", 2),
    ]  # fmt: skip
    undo.redo(connection, now)
    assert feeds_and_views.views(connection) == before


def test_undo_of_two_names_that_changed_places_restores_both(
    connection: sqlite3.Connection, act: Callable[..., int | None], now: datetime
) -> None:
    for name in ("one", "two"):
        act(
            lambda step, name=name: feeds_and_views.set_view(connection, step, name, ViewDefinition(f"tag:{name}", "a"))
        )
        spec = f"hf:{name}"
        act(lambda step, name=name, spec=spec: feeds_and_views.set_feed(connection, step, name, spec, instant(now)))
    before = feeds(connection), feeds_and_views.views(connection)

    def exchange(step: int) -> None:
        states = feeds_and_views.states(connection)
        for table, column in (("view", "query"), ("feed", "spec")):
            connection.execute(f"UPDATE {table} SET name = 'one ' WHERE name = 'one'")
            connection.execute(f"UPDATE {table} SET name = 'one' WHERE name = 'two'")
            connection.execute(f"UPDATE {table} SET name = 'two' WHERE name = 'one '")
            assert connection.execute(f"SELECT {column} FROM {table} WHERE name = 'one'").fetchone()[0].endswith("two")
        feeds_and_views.record_differences(connection, step, states)

    act(exchange)
    after = feeds(connection), feeds_and_views.views(connection)
    undo.undo(connection, now)
    assert (feeds(connection), feeds_and_views.views(connection)) == before
    undo.redo(connection, now)
    assert (feeds(connection), feeds_and_views.views(connection)) == after
