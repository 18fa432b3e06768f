"""Watches act on new papers in the transaction that stores them. A broken watch is named, and the import goes on."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from example_settings import repeatable
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.errors import UsageError
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Caught, Trust
from readq.services import interest, saved_views, watches
from readq.services.history import undo
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, ingest
from readq.services.watches import Watching
from readq.store.feeds.feeds_and_views import ViewDefinition
from readq.store.journal import steps
from readq.store.library import open_for_writing
from readq.store.papers import queries

Save = Callable[..., None]
Arrive = Callable[..., Watching]
Run = Callable[..., Any]


@pytest.fixture
def save(connection: sqlite3.Connection, now: datetime) -> Save:
    """Save a view, as a watch."""

    def run(name: str, query: str, watch: str | None = None) -> None:
        saved_views.save(connection, name, ViewDefinition(query, "seen", watch), now)

    return run


@pytest.fixture
def arrive(library: str, connection: sqlite3.Connection, now: datetime) -> Arrive:
    """Store papers with these titles, as a sync does, and return what the watches did."""
    numbers = iter(range(1, 1000))

    def run(*titles: str, watching: Watching | None = None, **options: Any) -> Watching:  # noqa: ANN401 - any option
        watching = watching or Watching(now)
        entries = [entry(next(numbers), title) for title in titles]
        ingest(library, entries, now, IngestOptions(watching=watching, **options))
        return watching

    return run


def entry(number: int, title: str) -> Entry:
    paper = FetchedPaper(where=title, title=title, trust=Trust.ARXIV, identifiers=(("arxiv", f"2611.{number:05}"),))
    return Entry(paper, "hf-daily", "2026-11-23")


def statuses(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT title, status FROM paper ORDER BY id").fetchall())


def what(connection: sqlite3.Connection) -> list[tuple[str, int, bool]]:
    return [(step.what, step.papers, step.undone) for step in reversed(steps.steps(connection))]


def test_a_watch_marks_new_papers_and_they_stand_first_or_last_on_their_day(
    connection: sqlite3.Connection, save: Save, arrive: Arrive
) -> None:
    save("good", "diffusion", "raise")
    save("bad", "survey", "lower")
    save("plain", "graphs")
    watching = arrive("A survey of it", "Graphs", "On diffusion", "A diffusion survey")
    ids = queries.list_ids(connection, queries.Selection(), "seen")
    rows = queries.queue_rows(connection, ids)
    assert [(row.title, row.watch) for row in rows] == [
        ("On diffusion", "raise"),
        ("A diffusion survey", "raise"),
        ("Graphs", None),
        ("A survey of it", "lower"),
    ]
    assert list(queries.list_ids(connection, queries.Selection(), "-seen")) == list(reversed(ids))
    assert watching.messages() == ("watch good: raised 2 papers", "watch bad: lowered 2 papers")
    paper = queries.paper(connection, ids[1])
    assert paper is not None
    assert paper.watches == (
        Caught("good", "raise", "2026-11-23T08:00:00Z"),
        Caught("bad", "lower", "2026-11-23T08:00:00Z"),
    )


def test_a_paper_that_was_there_before_is_not_caught(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, library: str, now: datetime
) -> None:
    arrive("Diffusion")
    save("all", "diffusion", "drop")
    watching = Watching(now)
    ingest(library, [entry(1, "Diffusion")], now, IngestOptions(watching=watching))
    assert statuses(connection) == {"Diffusion": "inbox"}
    assert watching.messages() == ()


def test_papers_that_a_watch_drops_are_one_step_named_after_it(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, now: datetime
) -> None:
    save("noise", "survey", "drop")
    save("dear", "robots", "raise")
    watching = arrive("A survey", "Theory")
    arrive("Another survey", "A survey of robots", watching=watching)
    arrive("A third survey")
    assert what(connection)[2:] == [("dropped by watch noise", 2, False), ("dropped by watch noise", 1, False)]
    assert statuses(connection) == {
        "A survey": "dropped",
        "Theory": "inbox",
        "Another survey": "dropped",
        "A survey of robots": "inbox",
        "A third survey": "dropped",
    }
    undo.undo(connection, now)
    assert statuses(connection)["A third survey"] == "inbox"
    undo.undo(connection, now)
    assert set(statuses(connection).values()) == {"inbox"}
    undo.redo(connection, now)
    assert statuses(connection)["Another survey"] == "dropped"


def test_after_its_step_was_undone_a_watch_begins_another(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, now: datetime
) -> None:
    save("noise", "survey", "drop")
    watching = arrive("A survey")
    undo.undo(connection, now)
    arrive("Another survey", watching=watching)
    assert what(connection)[1:] == [("dropped by watch noise", 1, False)]
    assert statuses(connection) == {"A survey": "inbox", "Another survey": "dropped"}


def test_undo_of_an_import_follows_undo_of_its_drops(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, now: datetime
) -> None:
    save("noise", "survey", "drop")
    arrive("A survey", "Theory", step="imported")
    assert [step[0] for step in what(connection)[1:]] == ["imported", "dropped by watch noise"]
    undo.undo(connection, now)
    undo.undo(connection, now)
    assert statuses(connection) == {}
    assert connection.execute("SELECT count(*) FROM caught").fetchone() == (0,)
    undo.redo(connection, now)
    assert connection.execute("SELECT count(*) FROM caught").fetchone() == (1,)


def test_a_dry_run_drops_nothing(connection: sqlite3.Connection, save: Save, arrive: Arrive) -> None:
    save("noise", "survey", "drop")
    watching = arrive("A survey", dry_run=True)
    assert watching.messages() == ("watch noise: dropped 1 paper",)
    assert (statuses(connection), len(what(connection))) == ({}, 1)


def test_a_watch_that_broke_is_named_and_the_others_go_on(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, now: datetime
) -> None:
    save("base", "survey")
    save("second", "view:base", "drop")
    save("tagged", "theory tag:mine", "raise")
    save("good", "theory", "raise")
    saved_views.remove(connection, "base", now)
    watching = arrive("A survey", "Theory")
    assert watching.messages() == (
        "watch good: raised 1 paper",
        "watch tagged catches nothing: no paper has the tag mine",
        "watch second catches nothing: there is no view 'base': at 'base', column 6 of the query",
    )
    assert {state.view.name: state.defect for state in watches.states(connection, now)} == {
        "second": "there is no view 'base': at 'base', column 6 of the query",
        "tagged": "no paper has the tag mine",
        "good": None,
    }


@pytest.mark.parametrize("is_named", [False, True])
def test_a_watch_on_interest_counts_the_papers_of_the_same_transaction(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, now: datetime, is_named: bool
) -> None:
    arrive(*(f"Diffusion of {word}" for word in WORDS), *(f"Surveys of {word}" for word in WORDS))
    with connection:
        connection.execute("UPDATE paper SET status = 'queued', decided = added WHERE title GLOB 'Diffusion*'")
        connection.execute("UPDATE paper SET status = 'dropped', decided = added WHERE title GLOB 'Surveys*'")
    save("near", "interest:60..")
    save("far", "interest:..40")
    save("liked", "view:near" if is_named else "interest:60..", "raise")
    save("not", "view:far" if is_named else "interest:..40", "drop")
    arrive("Diffusion again", "Surveys again")
    caught = connection.execute("SELECT p.title, c.action FROM caught c JOIN paper p ON p.id = c.paper_id")
    assert sorted(caught.fetchall()) == [("Diffusion again", "raise"), ("Surveys again", "drop")]


def test_of_a_long_backlog_of_decisions_only_a_part_is_counted_with_the_new_papers(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interest, "_WITH_NEW", 23)
    arrive(*(f"Diffusion of {word}" for word in WORDS), *(f"Surveys of {word[::-1]}" for word in WORDS))
    with connection:
        connection.execute("UPDATE paper SET status = 'queued', decided = added WHERE title GLOB 'Diffusion*'")
        connection.execute("UPDATE paper SET status = 'dropped', decided = added WHERE title GLOB 'Surveys*'")
    for name in ("liked", "again"):
        save(name, "interest:60..", "raise")
    arrive("Diffusion again", "Surveys again", "A note", "Errors in print")
    assert connection.execute("SELECT count(*) FROM interest_pending").fetchone() == (len(WORDS) * 2 - 23,)
    assert (
        connection.execute("SELECT p.title FROM caught c JOIN paper p ON p.id = c.paper_id").fetchall()
        == [("Diffusion again",)] * 2
    )
    interest.refresh(connection)
    assert interest.is_current(connection)


def test_a_watch_that_was_broken_in_an_earlier_batch_and_catches_later_is_not_called_broken(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, now: datetime
) -> None:
    save("base", "diffusion")
    save("second", "view:base", "raise")
    saved_views.remove(connection, "base", now)
    watching = arrive("Diffusion of a")
    assert watching.messages() == (
        "watch second catches nothing: there is no view 'base': at 'base', column 6 of the query",
    )
    save("base", "diffusion")
    arrive("Diffusion of b", watching=watching)
    assert watching.messages() == ("watch second: raised 1 paper",)


WORDS = ("rings", "fields", "groups", "knots", "graphs", "trees", "waves", "cells", "stars", "seas", "ants", "laws")


def test_a_watch_says_what_it_caught_this_month(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, library: str, now: datetime
) -> None:
    save("good", "theory", "raise")
    arrive("Theory of a", "Theory of b")
    earlier = now - timedelta(days=30)
    ingest(library, [entry(900, "Old theory")], earlier, IngestOptions(watching=Watching(earlier)))
    assert [state.caught for state in watches.states(connection, now)] == [2]
    assert [state.caught for state in watches.states(connection, now + timedelta(days=10))] == [0]


def test_marks_stay_with_a_view_that_is_renamed_or_restored_and_go_with_a_removed_one(
    connection: sqlite3.Connection, save: Save, arrive: Arrive, now: datetime
) -> None:
    def marks() -> list[str]:
        paper = queries.paper(connection, 1)
        return [one.watch for one in paper.watches] if paper else []

    save("good", "theory", "raise")
    arrive("Theory")
    saved_views.rename(connection, "good", "better", now)
    assert marks() == ["better"]
    saved_views.remove(connection, "better", now)
    assert marks() == []
    save("better", "theory", "raise")
    assert marks() == []
    undo.undo(connection, now)
    undo.undo(connection, now)
    assert marks() == ["better"]
    undo.undo(connection, now)
    assert marks() == ["good"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("view:loop", "there is no view 'loop'"),
        ("((((((((((((((((((((((x))))))))))))))))))))))", "more than 20 parentheses"),
        ("x" * 5000, "more than 4000 characters"),
        ("'; DROP TABLE paper", ""),
        ("title:", "a value is missing"),
        ("\x00", "no letter or digit"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(
    connection: sqlite3.Connection, save: Save, query: str, message: str
) -> None:
    if not message:
        save("odd", query, "drop")
        return
    with pytest.raises(UsageError, match=message):
        save("odd", query, "drop")
    assert watches.states(connection, datetime.now().astimezone()) == []


def test_views_that_would_name_each_other_are_refused(connection: sqlite3.Connection, save: Save) -> None:
    save("a", "x")
    save("b", "view:a y")
    with pytest.raises(UsageError, match="these views name each other"):
        save("a", "view:b")
    assert [view.query for view in (state.view for state in watches.states(connection, NOW))] == ["x", "view:a y"]


NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


def test_a_renamed_view_keeps_its_name_in_other_queries(
    connection: sqlite3.Connection, save: Save, now: datetime
) -> None:
    save("a", "x")
    save("b", "view:a OR -view:a")
    saved_views.rename(connection, "a", "two words", now)
    assert [state.view.query for state in watches.states(connection, now)][1] == (
        'view:"two words" OR -view:"two words"'
    )
    undo.undo(connection, now)
    assert [state.view.query for state in watches.states(connection, now)] == ["x", "view:a OR -view:a"]


def state_of(connection: sqlite3.Connection) -> Mapping[str, list[tuple[Any, ...]]]:
    tables = ("paper", "caught", "card", "paper_tag", "note", "sighting", "identifier", "view")
    return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}


_TITLES = st.lists(st.sampled_from(["survey", "theory", "robots"]), min_size=1, max_size=3, unique=True)
_WATCHES = st.lists(
    st.tuples(
        st.sampled_from(["survey", "theory OR robots", "-survey", "view:w0"]),
        st.sampled_from([None, "raise", "lower", "drop"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(repeatable, max_examples=40)
@given(watching=_WATCHES, batches=st.lists(st.lists(_TITLES, max_size=4), min_size=1, max_size=3))
def test_undo_of_drops_gives_back_the_state_before(
    tmp_path_factory: pytest.TempPathFactory, watching: list[tuple[str, str | None]], batches: list[list[list[str]]]
) -> None:
    with opened(tmp_path_factory.mktemp("w")) as (path, connection):
        for number, (query, action) in enumerate(watching):
            with contextlib.suppress(UsageError):
                saved_views.save(connection, f"w{number}", ViewDefinition(query, "seen", action), NOW)
        before = steps.newest_number(connection)
        run = Watching(NOW)
        papers = 0
        for batch in batches:
            entries = []
            for words in batch:
                papers += 1
                entries.append(entry(papers, f"{' '.join(words)} number {papers}"))
            ingest(path, entries, NOW, IngestOptions(watching=run))
        dropped = state_of(connection)
        made = [step for step in steps.steps(connection) if step.step > before]
        assert len(made) <= sum(action == "drop" for _, action in watching)
        for _ in made:
            undone = undo.undo(connection, NOW)
            assert undone is not None
            assert undone.conflicts == ()
        undropped = state_of(connection)
        assert connection.execute("SELECT count(*) FROM paper WHERE status <> 'inbox'").fetchone() == (0,)
        assert {name: rows for name, rows in undropped.items() if name != "paper"} == {
            name: rows for name, rows in dropped.items() if name != "paper"
        }
        for _ in made:
            undo.redo(connection, NOW)
        assert state_of(connection) == dropped


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[tuple[str, sqlite3.Connection]]:
    path = str(folder / "library.db")
    with contextlib.closing(open_for_writing(path)) as connection:
        yield path, connection


def test_a_sync_and_an_import_say_what_the_watches_did(
    six_papers: str, run_cli: Run, daily_file: Callable[..., str], daily_entry: Callable[..., dict[str, Any]]
) -> None:
    run_cli("view", "save", "noise", "causal", "--watch", "drop")
    result = run_cli("import", daily_file([daily_entry(number) for number in (14, 15)]))
    assert "watch noise: dropped 1 paper" in result.err
    assert run_cli("view", "list").out == "noise\tcausal\tseen\tdrop: caught 1 this month\n"
    assert run_cli("view", "--json").json[0] | {"position": 0} == {
        "name": "noise", "query": "causal", "sort": "seen", "position": 0, "watch": "drop", "caught": 1, "error": None
    }  # fmt: skip
    assert "dropped by watch noise" in run_cli("undo", "--list").out
    assert "dropped by watch noise" in run_cli("show", 7).out + run_cli("show", 8).out


def test_dumps_carry_watches_and_what_they_caught(
    six_papers: str, run_cli: Run, tmp_path: Path, daily_file: Callable[..., str],
    daily_entry: Callable[..., dict[str, Any]],
) -> None:  # fmt: skip
    run_cli("view", "save", "good", "causal", "--watch", "raise")
    run_cli("import", daily_file([daily_entry(14)]))
    run_cli("dump", tmp_path / "dump")
    other = str(tmp_path / "other.db")
    run_cli("import", tmp_path / "dump", "--db", other)
    run_cli("dump", tmp_path / "again", "--db", other)
    for name in ("papers.jsonl", "views.json"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "dump" / name).read_bytes()
    assert run_cli("view", "--json", "--db", other).json[0]["caught"] == 1
    run_cli("undo", "--db", other)
    assert run_cli("view", "--json", "--db", other).json == []
