"""Whatever a person does, step by step, can be taken back step by step, and done again; the indexes stay true."""

import contextlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from readq.config import Config
from readq.days import instant
from readq.errors import ReadqError
from readq.model.values import Rating, Status
from readq.services import correcting, joining, notes, reviewing, saved_views, triage, undoing
from readq.services.intake.importing import ImportOptions, import_paths
from readq.store import journal, named
from readq.store.connect import writing
from readq.store.library import open_for_writing

Dump = dict[str, list[tuple[Any, ...]]]
Action = Callable[[str, sqlite3.Connection, datetime], object]
NUMBERS = st.integers(1, 9)
SOME = st.lists(NUMBERS, min_size=1, max_size=4)
TAGS = st.lists(st.sampled_from(["rl", "nlp", "to-do"]), max_size=2, unique=True)
VIEWS = st.sampled_from(["one", "two: Ω"])
FEEDS = st.sampled_from(["hf-daily", "arxiv-cs.LG", "a:b"])
TEXTS = st.sampled_from(["", "graph", "a longer note\n\nof two paragraphs", "Ω", "networks"])

PAGE = "Daily Papers\n\n" + "".join(
    f"On the {word} of {thing} networks, part {number}\n\nWhat the page says of number {number}, in a sentence.\n\n"
    for word, thing, number in (("decay", "recurrent", 1), ("cost", "deep", 3), ("shape", "recurrent", 6))
)
BIB = """
@article{lovelace2026decay, title = {Another paper altogether}, author = {Curie, Marie}, year = 1911,
  keywords = {rl}, annote = {From the file.}}
@article{mine, title = {On the training of causal networks, part 4}, author = {Lovelace, Ada}, eprint = {2611.00004}}
@misc{lovelace2026cost, title = {On the symmetry of graph networks, part 2}, eprint = {2611.00002}}
"""
VOTES = json.dumps(
    [
        {
            "paper": {"id": "2611.00001", "title": "x", "upvotes": 900, "submittedOnDailyAt": "2026-11-20T00:00:00Z"},
            "title": "On the decay of recurrent networks, part 1",
        },
        {
            "paper": {"id": "2611.00007", "title": "New", "upvotes": 1, "submittedOnDailyAt": "2026-11-21T00:00:00Z"},
            "title": "Something new",
        },
    ]
)
SOURCES = {"page.txt": PAGE, "mine.bib": BIB, "2026-11-21.json": VOTES}


def _import(name: str, tag: str | None, library: str, _: sqlite3.Connection, now: datetime) -> object:
    path = Path(library).with_name(name)
    path.write_text(SOURCES[name], encoding="utf-8")
    return import_paths(library, [str(path)], ImportOptions(tags=(tag,) if tag else ()), now)


def _on_cards(act: Callable[..., object], card: int, _: str, connection: sqlite3.Connection, now: datetime) -> object:
    try:
        return act(connection, card, now)
    except ReadqError:
        return None


def _on_library(act: Callable[..., object], _: str, connection: sqlite3.Connection, now: datetime) -> object:
    try:
        return act(connection, now)
    except ReadqError:
        # No such paper: it came with an import that was taken back.
        return None


def _mark(ids: list[int], status: Status, connection: sqlite3.Connection, now: datetime) -> object:
    return triage.mark(connection, ids, status, now)


def _star(ids: list[int], starred: bool, connection: sqlite3.Connection, now: datetime) -> object:
    return triage.star(connection, ids, starred, now)


def _tag(ids: list[int], add: list[str], remove: list[str], connection: sqlite3.Connection, now: datetime) -> object:
    return triage.tag(connection, ids, add, [name for name in remove if name not in add], now)


def _enrol(ids: list[int], enrolled: bool, connection: sqlite3.Connection, now: datetime) -> object:
    return triage.enrol(connection, ids, enrolled, now)


def _save(number: int, text: str, connection: sqlite3.Connection, now: datetime) -> object:
    return notes.save(connection, number, text, now)


def _append(number: int, text: str, connection: sqlite3.Connection, now: datetime) -> object:
    return notes.append(connection, number, text, now)


def _rate(ids: list[int], rating: Rating, connection: sqlite3.Connection, now: datetime) -> object:
    return reviewing.rate_papers(connection, ids, rating, now, Config())


def _snooze(ids: list[int], days: int, connection: sqlite3.Connection, now: datetime) -> object:
    return triage.snooze(connection, ids, (now + timedelta(days=days)).date() if days else None, now)


def _remove(ids: list[int], connection: sqlite3.Connection, now: datetime) -> object:
    return correcting.remove(connection, ids, now)


def _key(number: int, key: str, connection: sqlite3.Connection, now: datetime) -> object:
    return correcting.set_key(connection, number, key, now)


def _merge(one: int, other: int, connection: sqlite3.Connection, now: datetime) -> object:
    return joining.merge(connection, one, other, now)


def _save_view(name: str, query: str, sort: str, connection: sqlite3.Connection, now: datetime) -> object:
    return saved_views.save(connection, name, query, sort, now)


def _remove_view(name: str, connection: sqlite3.Connection, now: datetime) -> object:
    return saved_views.remove(connection, name, now)


def _set_feed(name: str, spec: str | None, connection: sqlite3.Connection, now: datetime) -> object:
    with writing(connection):
        if spec and connection.execute("SELECT 1 FROM feed WHERE spec = ?", (spec,)).fetchone():
            return None
        step = journal.begin(connection, instant(now), "feed changed")
        if spec:
            named.set_feed(connection, step, name, spec, instant(now))
        else:
            named.remove_feed(connection, step, name)
        return journal.finish(connection, step)


def _correct(number: int, wrong: str, right: str, connection: sqlite3.Connection, now: datetime) -> object:
    before = correcting.entry_to_edit(connection, number)
    return correcting.correct(connection, number, before, before.replace(wrong, right), now)


def on_library(act: Callable[..., object], *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Action]:
    return st.tuples(*arguments).map(lambda values: partial(_on_library, partial(act, *values)))


ACTIONS: st.SearchStrategy[Action] = st.one_of(
    on_library(_mark, SOME, st.sampled_from(Status)),
    on_library(_star, SOME, st.booleans()),
    on_library(_tag, SOME, TAGS, TAGS),
    on_library(_enrol, SOME, st.booleans()),
    on_library(_save, NUMBERS, TEXTS),
    on_library(_append, NUMBERS, TEXTS),
    on_library(_rate, SOME, st.sampled_from(Rating)),
    on_library(_snooze, SOME, st.integers(0, 3)),
    on_library(_remove, SOME),
    on_library(_save_view, VIEWS, st.sampled_from(["tag:rl", "graph"]), st.sampled_from(["added", "-year"])),
    on_library(_remove_view, VIEWS),
    on_library(_set_feed, FEEDS, st.sampled_from([None, "arxiv:cs.LG", "hf:daily"])),
    on_library(_merge, NUMBERS, NUMBERS),
    on_library(_merge, st.integers(1, 3), st.integers(1, 3)),
    on_library(_key, NUMBERS, st.sampled_from(["mine", "lovelace2026decay", "own", "Own", "other"])),
    on_library(_correct, NUMBERS, *[st.sampled_from(["networks", "Ada Lovelace", "2026", "2611.00001", "x"])] * 2),
    st.tuples(st.sampled_from([reviewing.bury, reviewing.prioritise, reviewing.suspend]), NUMBERS).map(
        lambda values: partial(_on_cards, *values)
    ),
    st.tuples(st.sampled_from(sorted(SOURCES)), st.sampled_from([None, "rl"])).map(
        lambda values: partial(_import, *values)
    ),
)

JOURNAL = ("step", "change", "note_history", "draft")
LEFT_OUT = {
    "note": "SELECT paper_id, text FROM note",
    "review": "SELECT * FROM review WHERE undone = 0",
    "card": "SELECT * FROM card WHERE NOT (suspended = 1 AND reps = 0)",
    "feed": "SELECT name, spec, iif(spec IS NULL, NULL, added) FROM feed"
    " WHERE spec IS NOT NULL OR id IN (SELECT feed_id FROM sighting)",
}
"""What a step back need not restore: versions of notes, answers kept for the log, cards and feeds that say nothing."""


def logical(connection: sqlite3.Connection) -> Dump:
    """What the library says, without how it came to say it."""
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT GLOB 'paper_search*' AND name NOT GLOB 'sqlite*'"
    ).fetchall()
    return {
        name: sorted(connection.execute(LEFT_OUT.get(name, f"SELECT * FROM {name}")).fetchall(), key=repr)
        for (name,) in tables
        if name not in JOURNAL
    }


def assert_sound(connection: sqlite3.Connection) -> None:
    """Everything that is kept twice agrees."""
    connection.execute("INSERT INTO paper_search (paper_search, rank) VALUES ('integrity-check', 1)")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert (
        connection.execute(
            "SELECT id FROM paper p WHERE upvotes IS NOT (SELECT max(upvotes) FROM sighting WHERE paper_id = p.id)"
            " OR authors <> coalesce((SELECT group_concat(name, char(10)) FROM"
            "   (SELECT name FROM author WHERE paper_id = p.id ORDER BY position)), '')"
        ).fetchall()
        == []
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, _six_papers: Path) -> Path:
    return _six_papers


@contextlib.contextmanager
def copied(template: Path) -> Iterator[tuple[str, sqlite3.Connection]]:
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder) / "library.db")
        shutil.copyfile(template, library)
        with contextlib.closing(open_for_writing(library)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            yield library, connection


def newest(connection: sqlite3.Connection) -> int:
    step = undoing.newest(connection)
    return step.step if step else 0


THOROUGH = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
MOMENT = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


@THOROUGH
@given(actions=st.lists(ACTIONS, min_size=1, max_size=24))
def test_steps_are_taken_back_and_done_again_one_by_one(template: Path, actions: list[Action]) -> None:
    with copied(template) as (library, connection):
        states: list[tuple[int, Dump]] = [(newest(connection), logical(connection))]
        for day, act in enumerate(actions):
            act(library, connection, MOMENT + timedelta(days=day))
            assert_sound(connection)
            if newest(connection) != states[-1][0]:
                states.append((newest(connection), logical(connection)))
            else:
                assert logical(connection) == states[-1][1]
        event(f"{len(states) - 1} steps")
        later = MOMENT + timedelta(days=90)
        for (step, _), (_, before) in zip(states[:0:-1], states[-2::-1], strict=True):
            undone = undoing.undo(connection, later)
            assert undone is not None
            assert (undone.step, undone.conflicts) == (step, ())
            assert logical(connection) == before
            assert_sound(connection)
        for step, after in states[1:]:
            redone = undoing.redo(connection, later)
            assert redone is not None
            assert (redone.step, redone.conflicts) == (step, ())
            assert logical(connection) == after
            assert_sound(connection)
        assert undoing.redo(connection, later) is None


def _undo(number: int, connection: sqlite3.Connection, now: datetime) -> object:
    return undoing.undo(connection, now, number or None)


def _redo(connection: sqlite3.Connection, now: datetime) -> object:
    return undoing.redo(connection, now)


@THOROUGH
@given(
    actions=st.lists(
        st.one_of(ACTIONS, on_library(_undo, st.integers(0, 12)), st.just(partial(_on_library, _redo))),
        min_size=4,
        max_size=30,
    )
)
def test_taking_back_any_step_in_any_order_leaves_a_sound_library(template: Path, actions: list[Action]) -> None:
    with copied(template) as (library, connection):
        for day, act in enumerate(actions):
            act(library, connection, MOMENT + timedelta(days=day))
            assert_sound(connection)
