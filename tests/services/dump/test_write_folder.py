"""Dump libraries and import the dumps: into an empty library, into another one, with broken parts, with undo."""

import contextlib
import csv
import json
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readq.config import Config
from readq.errors import NothingReadableError, ReadqError
from readq.model.identifiers import SCHEMES
from readq.model.import_report import ImportReport
from readq.model.values import Rating, Status
from readq.services.dump.dump_files import DumpFiles
from readq.services.dump.file_layout import CONFIG, FEEDS, MARKER, NOTES, PAPERS, RATINGS, VIEWS, note_path
from readq.services.dump.write_folder import dump
from readq.services.history import undo
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import corrections, notes, triage
from readq.services.review import card_changes, card_check, ratings
from readq.services.safety import check
from readq.store.check import Problem
from readq.store.journal import steps
from readq.store.library import open_for_reading, open_for_writing

Files = dict[str, bytes]
Action = Callable[[sqlite3.Connection, datetime], object]

SOME = st.lists(st.integers(1, 7), min_size=1, max_size=3, unique=True)
TEXTS = st.sampled_from(["", "graph", "graph\nand more", "a longer note\n\nof two paragraphs", "Ω"])


def _files(folder: Path) -> Files:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _dump(library: Path, folder: Path) -> Files:
    with contextlib.closing(open_for_reading(str(library))) as connection:
        dump(connection, str(folder))
    return _files(folder)


def _import(library: Path, folder: Path, now: datetime, **options: Any) -> ImportReport:  # noqa: ANN401
    return import_paths(str(library), [str(folder)], ImportOptions()._replace(**options), now)


def _act(name: str, *arguments: object) -> Action:
    """Return an action that does nothing if its paper or step does not exist."""

    def act(connection: sqlite3.Connection, now: datetime) -> object:
        with contextlib.suppress(ReadqError):
            return _ACTIONS[name](connection, now, *arguments)
        return None

    return act


_ACTIONS: dict[str, Callable[..., object]] = {
    "mark": lambda connection, now, ids, status: triage.mark(connection, ids, status, now),
    "star": lambda connection, now, ids, on: triage.star(connection, ids, on, now),
    "tag": lambda connection, now, ids, add, remove: triage.tag(connection, ids, add, remove, now),
    "enrol": lambda connection, now, ids, on: triage.enrol(connection, ids, on, now),
    "note": lambda connection, now, ids, text: notes.save(connection, ids[0], text, now),
    "append": lambda connection, now, ids, text: notes.append(connection, ids[0], text, now),
    "rate": lambda connection, now, ids, rating: ratings.rate_papers(connection, ids, rating, now, Config()),
    "bury": lambda connection, now, card: card_changes.bury(connection, card, now),
    "key": lambda connection, now, ids, key: corrections.set_key(connection, ids[0], key, now),
    "remove": lambda connection, now, ids: corrections.remove(connection, ids[:1], now),
    "undo": lambda connection, now: undo.undo(connection, now),
}

ACTIONS = st.one_of(
    st.builds(_act, st.just("mark"), SOME, st.sampled_from(Status)),
    st.builds(_act, st.just("star"), SOME, st.booleans()),
    st.builds(_act, st.just("tag"), SOME, st.sampled_from([["rl"], ["nlp", "to-do"]]), st.just([])),
    st.builds(_act, st.just("tag"), SOME, st.just([]), st.sampled_from([["rl"], ["nlp"]])),
    st.builds(_act, st.just("enrol"), SOME, st.booleans()),
    st.builds(_act, st.just("note"), SOME, TEXTS),
    st.builds(_act, st.just("append"), SOME, TEXTS),
    st.builds(_act, st.just("rate"), SOME, st.sampled_from(Rating)),
    st.builds(_act, st.just("bury"), st.integers(1, 4)),
    st.builds(_act, st.just("key"), SOME, st.sampled_from(["mine", "a/b:c", "Mine", "lovelace2026decay"])),
    st.builds(_act, st.just("remove"), SOME),
    st.builds(_act, st.just("undo")),
)
HISTORIES = st.lists(st.tuples(ACTIONS, st.integers(0, 3000)), max_size=12)
"""Actions, each with the minutes that pass before it. Zero minutes are possible, so that ties occur."""

quick = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def _run(library: Path, history: list[tuple[Action, int]], now: datetime) -> None:
    with contextlib.closing(open_for_writing(str(library))) as connection:
        for action, minutes in history:
            now += timedelta(minutes=minutes)
            action(connection, now)


def _problems(library: Path) -> list[Problem]:
    """Return the cards whose state does not follow from their answers."""
    with contextlib.closing(open_for_reading(str(library))) as connection:
        return card_check.find_problems(connection)


@pytest.fixture
def pairs(six_papers: str, daily_entry: Callable[..., dict[str, object]], now: datetime) -> Callable[..., Path]:
    """Return a function that creates two libraries in a folder, `a.db` and `b.db`.

    Both have the same six papers, one paper in common that each imported by itself, and one of their own each. Those
    two are different papers with one citation key.
    """

    def make(folder: str) -> Path:
        root = Path(folder)
        feed = root / "2026-11-21.json"
        for name, title, number in (("a.db", "The decay of everything", 7), ("b.db", "The decay of nothing", 8)):
            shutil.copyfile(six_papers, root / name)
            feed.write_text(json.dumps([daily_entry(number, title=title), daily_entry(9, title="Shared")]))
            import_paths(str(root / name), [str(feed)], ImportOptions(), now + timedelta(minutes=number))
        return root

    return make


@quick
@given(history=HISTORIES)
def test_importing_a_dump_into_an_empty_library_restores_everything(
    history: list[tuple[Action, int]], six_papers: str, now: datetime
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copyfile(six_papers, root / "a.db")
        _run(root / "a.db", history, now)
        first = _dump(root / "a.db", root / "first")
        report = _import(root / "b.db", root / "first", now)
        assert (report.rejected, report.updated, report.unchanged, report.messages) == ((), 0, 0, ())
        assert _dump(root / "b.db", root / "second") == first
        assert _import(root / "b.db", root / "first", now).step is None


@quick
@given(one=HISTORIES, other=HISTORIES, first=st.sampled_from(["together", "a to b", "b to a"]))
def test_two_diverged_libraries_are_equal_after_exchanging_dumps(
    one: list[tuple[Action, int]],
    other: list[tuple[Action, int]],
    first: str,
    pairs: Callable[..., Path],
    now: datetime,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = pairs(folder)
        later = now + timedelta(hours=1)
        _run(root / "a.db", one, later)
        _run(root / "b.db", other, later)
        _dump(root / "a.db", root / "from a")
        _dump(root / "b.db", root / "from b")
        if first == "a to b":
            _import(root / "b.db", root / "from a", later)
            _dump(root / "b.db", root / "from b")
        if first != "a to b":
            _import(root / "a.db", root / "from b", later)
        if first == "b to a":
            _dump(root / "a.db", root / "from a")
        if first != "a to b":
            _import(root / "b.db", root / "from a", later)
        else:
            _import(root / "a.db", root / "from b", later)
        result = _dump(root / "a.db", root / "in a")
        assert _dump(root / "b.db", root / "in b") == result
        assert _problems(root / "a.db") == _problems(root / "b.db") == []
        for library, source in (("a.db", "from a"), ("a.db", "from b"), ("b.db", "from a"), ("a.db", "in b")):
            again = _import(root / library, root / source, later)
            assert (again.new, again.updated, again.rejected, again.step) == (0, 0, (), None)
        assert _dump(root / "a.db", root / "in a") == result


@quick
@given(one=HISTORIES, other=HISTORIES)
def test_undo_and_redo_of_a_merge_restore_the_dumps_before_and_after_it(
    one: list[tuple[Action, int]], other: list[tuple[Action, int]], pairs: Callable[..., Path], now: datetime
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = pairs(folder)
        later = now + timedelta(hours=1)
        _run(root / "a.db", one, later)
        _run(root / "b.db", other, later)
        before = _dump(root / "a.db", root / "before")
        _dump(root / "b.db", root / "from b")
        step = _import(root / "a.db", root / "from b", later).step
        after = _dump(root / "a.db", root / "after")
        with contextlib.closing(open_for_writing(str(root / "a.db"))) as connection:
            if step is None:
                assert after == before
                return
            undone = undo.undo(connection, later, step)
            assert undone is not None
            assert undone.conflicts == ()
            assert _dump(root / "a.db", root / "undone") == before
            undo.redo(connection, later)
        assert _dump(root / "a.db", root / "redone") == after


def test_unchanged_files_are_not_written_and_deleted_notes_are_removed(
    six_papers: str, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "dump"
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        notes.save(connection, 1, "one", now)
        notes.save(connection, 2, "two", now)
        assert dump(connection, str(folder)).written == 7
        (folder / "README.md").write_text("mine")
        (folder / NOTES / "mine.md").write_text("mine")
        marks = {path: path.stat().st_ino for path in folder.rglob("*")}
        notes.save(connection, 2, "", now)
        dumped = dump(connection, str(folder))
    assert (dumped.written, dumped.removed, dumped.notes) == (1, 1, 1)
    assert {path.name for path in folder.rglob("*") if marks.get(path) != path.stat().st_ino} == {PAPERS}
    assert (folder / "README.md").exists()
    assert (folder / NOTES / "mine.md").exists()


def _keys(folder: Path) -> list[str]:
    return [json.loads(line)["key"] for line in (folder / PAPERS).read_text().splitlines()]


def test_a_note_added_by_hand_is_imported_and_one_without_a_paper_is_rejected(
    six_papers: str, tmp_path: Path, now: datetime
) -> None:
    library, folder = Path(six_papers), tmp_path / "dump"
    _dump(library, folder)
    first, second = _keys(folder)[:2]
    (folder / NOTES).mkdir()
    (folder / note_path(first)).write_text("mine\n")
    (folder / note_path(second.upper())).write_text("mine too\n")
    (folder / NOTES / "nobody.md").write_text("x")
    (folder / NOTES / ".hidden.md").write_text("x")
    (folder / NOTES / "figure.png").write_text("x")
    report = _import(library, folder, now)
    assert (report.updated, report.unchanged) == (2, 4)
    assert report.rejected == ((str(folder / NOTES / "nobody.md"), "no paper of the dump has this key"),)
    assert sorted(_rows(library, "SELECT text FROM note")) == [("mine",), ("mine too",)]
    _dump(library, folder)
    assert (folder / note_path(first)).read_text() == "mine\n"
    assert (folder / NOTES / "nobody.md").read_text() == "x"


def test_a_note_added_by_hand_is_not_overwritten_before_it_is_imported(
    six_papers: str, tmp_path: Path, now: datetime
) -> None:
    library, folder = Path(six_papers), tmp_path / "dump"
    before = _dump(library, folder)
    key = _keys(folder)[0]
    name = note_path(key)
    (folder / NOTES).mkdir()
    (folder / name).write_text("mine\n")
    with contextlib.closing(open_for_writing(str(library))) as connection:
        ((number,),) = connection.execute("SELECT id FROM paper WHERE key = ?", (key,)).fetchall()
        notes.save(connection, number, "yours", now)
    with pytest.raises(ReadqError, match=r"a note that no dump wrote \(run readq import .*dump, or remove the note"):
        _dump(library, folder)
    assert _files(folder) == {**before, name: b"mine\n"}
    _import(library, folder, now)
    after = _dump(library, folder)[name].decode()
    assert "mine" in after
    assert "yours" in after


def test_a_note_whose_key_changed_case_is_kept_on_a_case_insensitive_file_system(
    six_papers: str, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "dump"
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        corrections.set_key(connection, 1, "Mine", now)
        notes.save(connection, 1, "one", now)
        dump(connection, str(folder))
        corrections.set_key(connection, 1, "mine", now)
        # Simulate a file system on which both are one name.
        (folder / note_path("mine")).hardlink_to(folder / note_path("Mine"))
        assert dump(connection, str(folder)).removed == 0
    assert (folder / note_path("Mine")).read_text() == "one\n"


def test_removing_notes_takes_linear_time(six_papers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []

    class Name(str):
        __slots__ = ()

        def casefold(self) -> str:
            folded.append(self)
            return super().casefold()

    monkeypatch.setattr(DumpFiles, "note_files", lambda _: ((Name(f"notes/new{n}.md"), "") for n in range(50)))
    folder = tmp_path / "dump"
    (folder / NOTES).mkdir(parents=True)
    (folder / "readq-dump.json").write_text('{"format": 1}')
    (folder / PAPERS).write_text("".join(json.dumps({"key": f"old{n}", "note": True}) + "\n" for n in range(50)))
    with contextlib.closing(open_for_reading(six_papers)) as connection:
        dump(connection, str(folder))
    assert len(folded) <= 50


def test_a_folder_with_other_files_is_refused_and_hidden_files_are_ignored(six_papers: str, tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    (folder / ".git").mkdir(parents=True)
    _dump(Path(six_papers), folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("x")
    with pytest.raises(ReadqError, match="files that are not from a dump"):
        _dump(Path(six_papers), tmp_path / "other")
    assert os.listdir(tmp_path / "other") == ["thesis.tex"]


def test_files_of_a_dump_follow_the_umask(six_papers: str, tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        _dump(Path(six_papers), tmp_path / "dump")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "dump" / PAPERS).stat().st_mode) == 0o640


def test_the_config_is_copied_and_restored_if_there_is_none(six_papers: str, tmp_path: Path, now: datetime) -> None:
    mine, theirs = tmp_path / "mine.toml", tmp_path / "new" / "theirs.toml"
    mine.write_text('theme = "nord"  # mine\n')
    with contextlib.closing(open_for_reading(six_papers)) as connection:
        dump(connection, str(tmp_path / "dump"), str(mine))
    _import(tmp_path / "b.db", tmp_path / "dump", now, config_path=str(theirs))
    assert theirs.read_text() == 'theme = "nord"\n'
    theirs.write_text("")
    _import(tmp_path / "b.db", tmp_path / "dump", now, config_path=str(theirs))
    assert theirs.read_text() == ""


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("vaswani2017attention", "notes/vaswani2017attention.md"),
        ("a/b:c", "notes/a%2Fb%3Ac.md"),
        ("aux.b", "notes/%61ux.b.md"),
    ],
)
def test_names_of_note_files_are_valid_on_every_file_system(key: str, name: str) -> None:
    assert note_path(key) == name


KEY = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_:./+-]{0,300}\Z")


@given(KEY, KEY)
def test_different_keys_have_different_note_files_on_a_case_insensitive_file_system(one: str, other: str) -> None:
    assert (note_path(one).casefold() == note_path(other).casefold()) == (one.casefold() == other.casefold())
    assert len(note_path(one).encode()) <= 255
    assert ".." not in note_path(one).split("/")


@pytest.fixture
def dumped(six_papers: str, tmp_path: Path, now: datetime) -> Path:
    """A dump of six papers, two with notes, one rated twice."""
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        notes.save(connection, 1, "one", now)
        notes.save(connection, 2, "two", now)
        ratings.rate_papers(connection, [3], Rating.GOOD, now, Config())
        ratings.rate_papers(connection, [3], Rating.HARD, now + timedelta(days=5), Config())
    _dump(Path(six_papers), tmp_path / "dump")
    return tmp_path / "dump"


def test_broken_parts_are_rejected_one_by_one_and_the_rest_is_imported(
    dumped: Path, tmp_path: Path, now: datetime
) -> None:
    lines = (dumped / PAPERS).read_text().splitlines()
    noted = [json.loads(line)["key"] for line in lines if json.loads(line)["note"]]
    plain = next(
        index for index, line in enumerate(lines) if not json.loads(line)["note"] and not json.loads(line)["cards"]
    )
    lines[plain] = lines[plain][:50]
    (dumped / PAPERS).write_text("\n".join(lines) + "\n")
    (dumped / note_path(noted[0])).unlink()
    rows = (dumped / RATINGS).read_text().splitlines()
    (dumped / RATINGS).write_text(
        "\n".join([*rows[:2], rows[2].replace(",2,", ",9,"), "nobody" + rows[1], rows[2]]) + "\n"
    )
    (dumped / "views.json").write_text('{"no": "list"}')
    report = _import(tmp_path / "b.db", dumped, now)
    assert report.new == 5
    assert [
        (Path(one.where).relative_to(dumped).as_posix().split(":")[0], one.why.split(":")[0]) for one in report.rejected
    ] == [
        (PAPERS, "broken JSON"),
        (RATINGS, "rating is not a whole number from 1 to 4"),
        (RATINGS, f"no paper 'nobody{rows[1].split(',')[0]}'"),
        (note_path(noted[0]), "missing"),
        ("views.json", "not a list"),
    ]
    again = _dump(tmp_path / "b.db", tmp_path / "again")
    assert again[RATINGS].decode().splitlines() == rows
    assert again[note_path(noted[1])] == b"two\n"


def test_an_identifier_of_every_scheme_comes_back_from_a_dump(six_papers: str, tmp_path: Path, now: datetime) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        connection.execute("DELETE FROM identifier")
        rows = [(scheme, f"value-{number}", 1 + number % 6) for number, scheme in enumerate(SCHEMES)]
        connection.executemany("INSERT INTO identifier (scheme, value, paper_id) VALUES (?, ?, ?)", rows)
    _dump(Path(six_papers), tmp_path / "dump")
    other = tmp_path / "other.db"
    report = _import(other, tmp_path / "dump", now)
    assert (report.new, report.rejected) == (6, ())
    with contextlib.closing(open_for_reading(str(other))) as connection:
        found = connection.execute("SELECT scheme FROM identifier").fetchall()
    assert sorted(scheme for (scheme,) in found) == sorted(SCHEMES)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("title", "", "title is empty"),
        ("status", "later", "status is not one of"),
        ("added", "yesterday", "added is not an instant"),
        ("added", "2026-99-99T00:00:00Z", "added is not in the calendar"),
        ("added", "9999-12-31T23:59:59Z", "added is not from 1970 to 2199"),
        ("published", "2026-02-30", "published is not in the calendar"),
        ("snoozed_until", "0000-01-01", "snoozed_until is not in the calendar"),
        ("sightings", [{"feed": "a", "day": "2026-99-99"}], "day is not in the calendar"),
        ("cards", [{"kind": "paper", "enrolled": True, "due": "2020-99-99"}], "due is not in the calendar"),
        ("identifiers", [["barcode", "1"]], "scheme is not one of"),
        ("key", "a{b", "not a citation key"),
        ("year", True, "year is not a whole number"),
        ("cards", [{"kind": "paper"}], "enrolled is neither true nor false"),
        ("tags", ["a b"], "holds a space or punctuation"),
        ("authors", [{"name": ""}], "name is empty"),
        ("note", None, "note is neither true nor false"),
    ],
)
def test_an_invalid_value_rejects_its_paper_only(
    dumped: Path, tmp_path: Path, now: datetime, field: str, value: object, why: str
) -> None:
    lines = (dumped / PAPERS).read_text().splitlines()
    index = next(index for index, line in enumerate(lines) if not json.loads(line)["note"])
    lines[index] = json.dumps({**json.loads(lines[index]), field: value})
    (dumped / PAPERS).write_text("\n".join(lines) + "\n")
    (dumped / RATINGS).unlink()
    report = _import(tmp_path / "b.db", dumped, now)
    assert report.new == 5
    assert why in report.rejected[0].why


def test_the_first_answer_is_reported_as_line_2(dumped: Path, tmp_path: Path, now: datetime) -> None:
    lines = (dumped / RATINGS).read_text().splitlines()
    (dumped / RATINGS).write_text("\n".join([lines[0], "nobody" + lines[1], lines[2]]) + "\n")
    (rejected,) = _import(tmp_path / "b.db", dumped, now).rejected
    assert rejected.where == f"{dumped / RATINGS}: line 2"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("day", "2020-99-99", "day is not in the calendar"),
        ("day", "9999-12-30", "day is not from 1970 to 2199"),
        ("at", "9999-12-30T08:00:00Z", "at is not from 1970 to 2199"),
    ],
)
def test_an_answer_with_an_impossible_day_is_rejected_alone(
    dumped: Path, tmp_path: Path, now: datetime, name: str, value: str, why: str
) -> None:
    with open(dumped / RATINGS, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[1][name] = value
    with open(dumped / RATINGS, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    report = _import(tmp_path / "b.db", dumped, now)
    assert (report.new, report.rejected) == (6, ((f"{dumped / RATINGS}: line 3", why),))
    assert _rows(tmp_path / "b.db", "SELECT count(*) FROM review") == [(1,)]
    assert _problems(tmp_path / "b.db") == []


@pytest.mark.parametrize("name", [MARKER, PAPERS, RATINGS, FEEDS, VIEWS, CONFIG, "note"])
def test_a_dump_with_a_git_conflict_is_refused_as_a_whole(
    dumped: Path, tmp_path: Path, now: datetime, name: str
) -> None:
    (dumped / "config.toml").write_text('theme = "nord"\n')
    path = next((dumped / NOTES).iterdir()) if name == "note" else dumped / name
    lines = path.read_text().splitlines()
    conflict = ["<<<<<<< HEAD", lines[0], "=======", lines[0], ">>>>>>> 1f2e3d4 (a day's reading)"]
    path.write_text("\n".join([*conflict, *lines[1:]]) + "\n")
    with pytest.raises(NothingReadableError) as raised:
        _import(tmp_path / "b.db", dumped, now)
    assert raised.value.message == f"{path} has a git conflict (lines 1-5)"
    assert not (tmp_path / "b.db").exists()


def test_an_underlined_heading_in_a_note_is_not_a_conflict(six_papers: str, tmp_path: Path, now: datetime) -> None:
    text = "Results\n=======\n\n    <<<<<<< HEAD\n    =======\n    >>>>>>> theirs"
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        notes.save(connection, 1, text, now)
    _dump(Path(six_papers), tmp_path / "dump")
    assert _import(tmp_path / "b.db", tmp_path / "dump", now).rejected == ()
    assert _rows(tmp_path / "b.db", "SELECT text FROM note") == [(text,)]


@pytest.mark.parametrize("mark", ["=======", "<<<<<<< HEAD", ">>>>>>> theirs", "=======\n>>>>>>> theirs"])
def test_a_recalled_text_with_a_mark_of_git_is_not_a_conflict(
    six_papers: str, tmp_path: Path, now: datetime, mark: str
) -> None:
    recalled = f"a\n{mark}\nb"
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        targets = ratings.RatingTargets(ids=[1], recalled=recalled)
        ratings.rate_all(connection, targets, Rating.GOOD, now, Config())
    _dump(Path(six_papers), tmp_path / "dump")
    assert _import(tmp_path / "b.db", tmp_path / "dump", now).rejected == ()
    assert _rows(tmp_path / "b.db", "SELECT recalled FROM review") == [(recalled,)]


def test_a_setting_with_a_mark_of_git_is_not_a_conflict(dumped: Path, tmp_path: Path, now: datetime) -> None:
    (dumped / CONFIG).write_text('pdf_dir = """\n=======\n"""\n')
    assert _import(tmp_path / "b.db", dumped, now).new == 6


@pytest.mark.parametrize("name", ['a "b"', "a\\b", "x" * 61, " "])
def test_a_view_with_a_name_that_no_query_can_hold_is_rejected_alone(
    dumped: Path, tmp_path: Path, now: datetime, name: str
) -> None:
    view = {"name": name, "query": "tag:rl", "sort": "seen", "position": 1}
    (dumped / VIEWS).write_text(json.dumps([view, {**view, "name": " good  one "}]))
    report = _import(tmp_path / "b.db", dumped, now)
    assert [where for where, _ in report.rejected] == [f"{dumped / VIEWS}: entry 1"]
    assert _rows(tmp_path / "b.db", "SELECT name FROM view") == [("good one",)]


def test_a_dump_of_a_later_format_is_refused(dumped: Path, tmp_path: Path, now: datetime) -> None:
    (dumped / "readq-dump.json").write_text('{"format": 4}')
    with pytest.raises(NothingReadableError, match="update readq"):
        _import(tmp_path / "b.db", dumped, now)
    assert not (tmp_path / "b.db").exists()


def test_a_dump_of_a_later_format_is_not_overwritten_and_one_with_a_broken_marker_is(
    six_papers: str, dumped: Path
) -> None:
    (dumped / MARKER).write_text('{"format": 9}\n')
    before = _files(dumped)
    with pytest.raises(ReadqError, match=r"the dump has format 9, this readq knows 3 \(update readq\)"):
        _dump(Path(six_papers), dumped)
    assert _files(dumped) == before
    (dumped / MARKER).write_text("{")
    assert _dump(Path(six_papers), dumped)[MARKER] == b'{"format": 2}\n'


def test_a_dry_run_reports_new_papers_and_stores_nothing(dumped: Path, tmp_path: Path, now: datetime) -> None:
    assert _import(tmp_path / "b.db", dumped, now, dry_run=True).new == 6
    assert not (tmp_path / "b.db").exists()


def _rows(library: Path, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(open_for_reading(str(library))) as connection:
        return connection.execute(statement).fetchall()


def test_ratings_of_two_laptops_are_merged_and_replayed(six_papers: str, tmp_path: Path, now: datetime) -> None:
    """Alternate ratings on two laptops give the same state as all of them on one."""
    given_ratings = [(Rating.GOOD, 0), (Rating.HARD, 5), (Rating.AGAIN, 9), (Rating.EASY, 20)]
    libraries = [tmp_path / name for name in ("one.db", "a.db", "b.db")]
    for library in libraries:
        shutil.copyfile(six_papers, library)
    for number, (rating, days) in enumerate(given_ratings):
        for library in (libraries[0], libraries[1 + number % 2]):
            with contextlib.closing(open_for_writing(str(library))) as connection:
                ratings.rate_papers(connection, [3], rating, now + timedelta(days=days), Config())
    _dump(libraries[1], tmp_path / "from a")
    _import(libraries[2], tmp_path / "from a", now + timedelta(days=30))
    state = "SELECT stability, difficulty, interval_days, due, last_day, reps, lapses FROM card"
    log = "SELECT rating, at, day, elapsed_days, stability, due, due_before, reps_before FROM review ORDER BY id"
    assert _rows(libraries[2], state) == _rows(libraries[0], state)
    assert _rows(libraries[2], log) == _rows(libraries[0], log)


def test_answers_of_one_second_keep_their_numbers_in_the_journal(
    six_papers: str, tmp_path: Path, now: datetime
) -> None:
    libraries = [tmp_path / "a.db", tmp_path / "b.db"]
    for library, rating in zip(libraries, (Rating.GOOD, Rating.HARD), strict=True):
        shutil.copyfile(six_papers, library)
        with contextlib.closing(open_for_writing(str(library))) as connection:
            for number in range(1, 6):
                ratings.rate_papers(connection, [number], rating, now, Config())
        _dump(library, library.with_suffix(""))
    for ours, theirs in (libraries, libraries[::-1]):
        _import(ours, theirs.with_suffix(""), now)
        assert check.check(str(ours), now).problems == ()
    assert _dump(libraries[0], tmp_path / "in a") == _dump(libraries[1], tmp_path / "in b")


@pytest.mark.parametrize("rated_before", [True, False])
def test_redoing_a_merge_and_a_later_rating_restores_both(
    six_papers: str, tmp_path: Path, now: datetime, rated_before: bool
) -> None:
    libraries = [tmp_path / "a.db", tmp_path / "b.db"]
    for library, rating, rated in zip(libraries, (Rating.GOOD, Rating.HARD), (rated_before, True), strict=True):
        shutil.copyfile(six_papers, library)
        with contextlib.closing(open_for_writing(str(library))) as connection:
            if rated:
                ratings.rate_papers(connection, [1], rating, now, Config())
    _dump(libraries[1], tmp_path / "b")
    _import(libraries[0], tmp_path / "b", now + timedelta(days=1))
    with contextlib.closing(open_for_writing(str(libraries[0]))) as connection:
        ratings.rate_papers(connection, [1], Rating.EASY, now + timedelta(days=9), Config())
        after = _dump(libraries[0], tmp_path / "after")
        for _ in range(2):
            undo.undo(connection, now)
            undo.undo(connection, now)
            assert check.check(str(libraries[0]), now + timedelta(days=9)).ok
            undo.redo(connection, now)
            undo.redo(connection, now)
            assert _dump(libraries[0], tmp_path / "again") == after
    assert check.check(str(libraries[0]), now + timedelta(days=9)).ok


def test_of_two_papers_with_one_key_the_older_keeps_it_and_the_new_key_is_reported(
    tmp_path: Path, now: datetime
) -> None:
    for name, title, minutes in (("a", "One thing", 5), ("b", "Another thing", 0)):
        bib = tmp_path / f"{name}.bib"
        bib.write_text(f"@misc{{smith2020, title = {{{title}}}, author = {{Smith, Ann}}, year = 2020}}")
        import_paths(str(tmp_path / f"{name}.db"), [str(bib)], ImportOptions(), now + timedelta(minutes=minutes))
        _dump(tmp_path / f"{name}.db", tmp_path / name)
    report = _import(tmp_path / "a.db", tmp_path / "b", now)
    assert (report.new, report.messages) == (1, ("key smith2020 belongs to another paper: now smith2020a",))
    assert dict(_rows(tmp_path / "a.db", "SELECT key, title FROM paper")) == {
        "smith2020": "Another thing",
        "smith2020a": "One thing",
    }
    assert _import(tmp_path / "a.db", tmp_path / "b", now).messages == ()


def test_a_frozen_key_beats_a_provisional_one_which_becomes_an_alias(
    six_papers: str, tmp_path: Path, now: datetime
) -> None:
    other = tmp_path / "b.db"
    shutil.copyfile(six_papers, other)
    ((old,),) = _rows(other, "SELECT key FROM paper WHERE id = 2")
    with contextlib.closing(open_for_writing(str(other))) as connection:
        corrections.set_key(connection, 2, "mine", now)
    _dump(other, tmp_path / "dump")
    _import(Path(six_papers), tmp_path / "dump", now)
    assert _rows(Path(six_papers), "SELECT key, key_frozen FROM paper WHERE id = 2") == [("mine", 1)]
    assert _rows(Path(six_papers), "SELECT key, paper_id FROM alias") == [(old, 2)]


def test_papers_that_are_one_paper_in_the_dump_are_merged(tmp_path: Path, now: datetime) -> None:
    entries = {
        "a": "@misc{x, title = {A preprint}, eprint = {2611.00001}} @misc{y, title = {A paper}, doi = {10.1000/one}}",
        "b": "@misc{z, title = {A paper}, eprint = {2611.00001}, doi = {10.1000/one}}",
    }
    for name, text in entries.items():
        (tmp_path / f"{name}.bib").write_text(text)
        import_paths(str(tmp_path / f"{name}.db"), [str(tmp_path / f"{name}.bib")], ImportOptions(), now)
        _dump(tmp_path / f"{name}.db", tmp_path / name)
    _import(tmp_path / "a.db", tmp_path / "b", now)
    ((number, key),) = _rows(tmp_path / "a.db", "SELECT id, key FROM paper")
    assert {row[0] for row in _rows(tmp_path / "a.db", "SELECT key FROM alias")} == {"x", "y", "z", "#2"} - {key}
    assert number == 1
    with contextlib.closing(open_for_writing(str(tmp_path / "a.db"))) as connection:
        assert [step.what for step in steps.steps(connection, 2)] == ["imported", "merged"]
        undo.undo(connection, now)
        undo.undo(connection, now)
    assert _dump(tmp_path / "a.db", tmp_path / "undone") == _files(tmp_path / "a")


@pytest.mark.parametrize("order", ["a", "b"])
def test_the_later_correction_of_a_field_wins_even_if_it_is_shorter(
    six_papers: str, tmp_path: Path, now: datetime, order: str
) -> None:
    titles = {"a": "A title that is long, and wrong", "b": "Right"}
    for day, (name, title) in enumerate(titles.items()):
        library = tmp_path / f"{name}.db"
        shutil.copyfile(six_papers, library)
        with contextlib.closing(open_for_writing(str(library))) as connection:
            before = corrections.entry_to_edit(connection, 2)
            after = before.replace(before.split("title = {")[1].split("}")[0], title)
            corrections.correct(connection, 2, before, after, now + timedelta(days=day))
        _dump(library, tmp_path / name)
    for ours in sorted(titles, reverse=order == "b"):
        _import(tmp_path / f"{ours}.db", tmp_path / {"a": "b", "b": "a"}[ours], now + timedelta(days=3))
        assert _rows(tmp_path / f"{ours}.db", "SELECT title FROM paper WHERE id = 2") == [("Right",)]


def test_a_paper_is_still_recognised_by_the_title_that_was_replaced(tmp_path: Path, now: datetime) -> None:
    titles = {"a": "A preprint on the drift of gradients", "b": "What became of the preprint on the drift of gradients"}
    for name, title in titles.items():
        (tmp_path / f"{name}.bib").write_text(f"@misc{{{name}, title = {{{title}}}, eprint = {{2611.00001}}}}")
        import_paths(str(tmp_path / f"{name}.db"), [str(tmp_path / f"{name}.bib")], ImportOptions(), now)
    _dump(tmp_path / "b.db", tmp_path / "b")
    _import(tmp_path / "a.db", tmp_path / "b", now)
    assert _rows(tmp_path / "a.db", "SELECT title FROM paper") == [(titles["b"],)]
    (tmp_path / "again.bib").write_text(f"@misc{{again, title = {{{titles['a']}}}}}")
    assert import_paths(str(tmp_path / "a.db"), [str(tmp_path / "again.bib")], ImportOptions(), now).new == 0


def test_feeds_and_views_are_merged_by_name(six_papers: str, tmp_path: Path, now: datetime) -> None:
    libraries = [tmp_path / "a.db", tmp_path / "b.db"]
    feeds = [("ml", "arxiv:cs.LG", "2026-11-01T00:00:00Z"), ("arxiv-cs.LG", "arxiv:cs.LG", "2026-11-02T00:00:00Z")]
    for library, feed, view in zip(libraries, feeds, ("tag:a", "tag:bb"), strict=True):
        shutil.copyfile(six_papers, library)
        with contextlib.closing(open_for_writing(str(library))) as connection:
            connection.execute("INSERT INTO feed (name, spec, added) VALUES (?, ?, ?)", feed)
            connection.execute("INSERT INTO view (name, query, position) VALUES ('v', ?, 1)", (view,))
    for library in libraries:
        _dump(library, library.with_suffix(""))
    for ours, theirs in (libraries, libraries[::-1]):
        _import(ours, theirs.with_suffix(""), now)
    for library in libraries:
        assert _rows(library, "SELECT name, spec FROM feed WHERE spec IS NOT NULL") == [("ml", "arxiv:cs.LG")]
        assert _rows(library, "SELECT name, query FROM view") == [("v", "tag:bb")]


@pytest.mark.parametrize("order", [0, 1])
def test_undoing_a_merge_removes_its_feeds_and_views(
    six_papers: str, tmp_path: Path, now: datetime, order: int
) -> None:
    ours, theirs = (tmp_path / "a.db", tmp_path / "b.db")[:: 1 - 2 * order]
    feeds = {
        ours: [("arxiv-cs.LG", "arxiv:cs.LG", "2026-11-02T00:00:00Z"), ("hf", "hf:daily", "2026-11-03T00:00:00Z")],
        theirs: [("ml", "arxiv:cs.LG", "2026-11-01T00:00:00Z"), ("hf", "hf:trending", "2026-11-02T00:00:00Z")],
    }
    views = {ours: [("v", "tag:a", 1)], theirs: [("v", "tag:bb", 2), ("w", "tag:c", 1)]}
    for library in (ours, theirs):
        shutil.copyfile(six_papers, library)
        with contextlib.closing(open_for_writing(str(library))) as connection:
            connection.executemany("INSERT INTO feed (name, spec, added) VALUES (?, ?, ?)", feeds[library])
            connection.executemany("INSERT INTO view (name, query, position) VALUES (?, ?, ?)", views[library])
    before = _dump(ours, tmp_path / "before")
    _dump(theirs, tmp_path / "theirs")
    step = _import(ours, tmp_path / "theirs", now).step
    after = _dump(ours, tmp_path / "after")
    assert step is not None
    assert after != before
    with contextlib.closing(open_for_writing(str(ours))) as connection:
        for _ in range(2):
            undone = undo.undo(connection, now, step)
            assert undone is not None
            assert (*undone[:2], *map(tuple, undone[2:4])) == (step, "imported", (), ())
            assert _dump(ours, tmp_path / "undone") == before
            undo.redo(connection, now)
            assert _dump(ours, tmp_path / "redone") == after
        connection.execute("UPDATE view SET query = 'tag:own' WHERE name = 'v'")
        undo.undo(connection, now, step)
    # Later changes by the reader stay.
    assert _rows(ours, "SELECT name, query FROM view") == [("v", "tag:own")]
    assert _import(ours, tmp_path / "before", now).step is None


def test_ratings_are_standard_csv(dumped: Path) -> None:
    with open(dumped / RATINGS, newline="", encoding="utf-8") as file:
        rows: Iterator[dict[str, str]] = csv.DictReader(file)
        found = [(row["rating"], row["day"], row["retention"], row["algorithm"]) for row in rows]
    assert found == [("3", "2026-11-23", "0.8", "fsrs-6"), ("2", "2026-11-28", "0.8", "fsrs-6")]
