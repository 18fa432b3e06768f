"""What a reader does over months, at random: taken back step by step, taken back in the middle, shared by two laptops.

The dump is what is compared, byte for byte: everything that is the reader's own. Histories are long and made from a
number, which the failure names; without `derandomize` others are tried.
"""

import contextlib
import importlib.util
import json
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from readq.config import Config
from readq.errors import ReadqError
from readq.model.dumped import DumpedCard, DumpedLibrary, DumpedPaper
from readq.model.values import Rating, Status
from readq.services import correcting, notes, reviewing, safety, triage, undoing
from readq.services.dump.dumping import dump
from readq.services.dump.layout import files
from readq.services.intake.importing import ImportOptions, import_paths
from readq.store import dump_rows
from readq.store.library import open_for_writing

Act = Callable[[str, sqlite3.Connection, datetime], object]
Papers = dict[int, DumpedPaper]

ACTIONS = 200
_STRICT = importlib.util.find_spec("readq.store.named") is not None
"""Whether feeds and views are steps, and of corrected metadata only what still is as a step left it is restored."""

long = settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
seeds = st.integers(0, 2**32)


class Reader:
    """Somebody at readq, who does what a die says."""

    def __init__(self, chance: random.Random, *, share: Path | None = None) -> None:
        """`share` is a folder with a dump that may be merged."""
        self._chance = chance
        self._share = share
        self._brought = 10
        self._deeds: Sequence[Callable[[], Act]] = (
            self._mark, self._mark, self._star, self._tag, self._tag, self._snooze, self._enrol, self._note,
            self._append, self._rate, self._rate, self._rate, self._put_off, self._key, self._remove, self._correct,
            self._import,
        )  # fmt: skip

    def act(self, library: str, connection: sqlite3.Connection, now: datetime) -> None:
        """Do one thing, or try to."""
        with contextlib.suppress(ReadqError):
            # No such paper, card or key.
            self._chance.choice(self._deeds)()(library, connection, now)

    def _ids(self) -> list[int]:
        return self._chance.sample(range(1, self._brought), self._chance.choice([1, 1, 2, 5]))

    def _one(self) -> int:
        return self._chance.randrange(1, self._brought)

    def _mark(self) -> Act:
        ids, status = self._ids(), self._chance.choice(list(Status))
        return lambda _, connection, now: triage.mark(connection, ids, status, now)

    def _star(self) -> Act:
        ids, on = self._ids(), self._chance.random() < 0.7
        return lambda _, connection, now: triage.star(connection, ids, on, now)

    def _tag(self) -> Act:
        ids, tags = self._ids(), self._chance.sample(["rl", "nlp", "to-do"], 2)
        add = tags[: self._chance.randrange(3)]
        remove = [tag for tag in tags if tag not in add]
        return lambda _, connection, now: triage.tag(connection, ids, add, remove, now)

    def _snooze(self) -> Act:
        ids, days = self._ids(), self._chance.randrange(4)
        return lambda _, connection, now: triage.snooze(
            connection, ids, (now + timedelta(days=days)).date() if days else None, now
        )

    def _enrol(self) -> Act:
        ids, on = self._ids(), self._chance.random() < 0.7
        return lambda _, connection, now: triage.enrol(connection, ids, on, now)

    def _note(self) -> Act:
        number = self._one()
        text = self._chance.choice(["", "graph", "Ω\n\n- of two\n- parts", f"thought {self._chance.random()}"])
        return lambda _, connection, now: notes.save(connection, number, text, now)

    def _append(self) -> Act:
        number, text = self._one(), f"line {self._chance.randrange(1000)}"
        return lambda _, connection, now: notes.append(connection, number, text, now)

    def _rate(self) -> Act:
        ids, rating = self._ids(), self._chance.choice(list(Rating))
        return lambda _, connection, now: reviewing.rate_papers(connection, ids, rating, now, Config())

    def _put_off(self) -> Act:
        deed = self._chance.choice([reviewing.bury, reviewing.prioritise, reviewing.suspend])
        card = self._chance.randrange(1, 12)
        return lambda _, connection, now: deed(connection, card, now)

    def _key(self) -> Act:
        number, key = self._one(), self._chance.choice(["mine", "Mine", "own", "a/b:c", f"k{self._one()}"])
        return lambda _, connection, now: correcting.set_key(connection, number, key, now)

    def _remove(self) -> Act:
        number = self._one()
        return lambda _, connection, now: correcting.remove(connection, [number], now)

    def _correct(self) -> Act:
        number = self._one()
        wrong, right = self._chance.sample(["networks", "Ada Lovelace", "2026", "graph", "of", "{"], 2)

        def correct(_: str, connection: sqlite3.Connection, now: datetime) -> object:
            before = correcting.entry_to_edit(connection, number)
            return correcting.correct(connection, number, before, before.replace(wrong, right), now)

        return correct

    def _import(self) -> Act:
        kind = self._chance.choice(["json", "json", "bib", "dump" if self._share else "bib"])
        number = self._one()
        if kind == "json":
            number = self._brought if self._brought < 30 else number
            self._brought = max(self._brought, number + 1)

        def take_in(library: str, _: sqlite3.Connection, now: datetime) -> object:
            file = Path(library).with_name("2026-11-22.json" if kind == "json" else "own.bib")
            file.write_text(_feed(number) if kind == "json" else _bib(number), encoding="utf-8")
            path = self._share if kind == "dump" and self._share else file
            return import_paths(library, [str(path)], ImportOptions(), now)

        return take_in


def _feed(number: int) -> str:
    paper = {
        "id": f"2611.{number:05}",
        "title": f"What came as number {number}",
        "summary": "In short.",
        "authors": [{"name": "Grace Hopper"}],
        "publishedAt": "2026-11-20T12:00:00.000Z",
        "submittedOnDailyAt": "2026-11-22T00:00:00.000Z",
        "upvotes": 7 * number,
    }
    return json.dumps([{"paper": paper, "title": paper["title"]}])


def _bib(number: int) -> str:
    return (
        f"@article{{own{number}, title = {{Of the reader's own, {number}}}, author = {{Curie, Marie}}, year = 1911,"
        f" eprint = {{2611.{number:05}}}, keywords = {{rl}}, annote = {{From the file.}}}}"
    )


@contextlib.contextmanager
def _opened(template: str, share: bool = False) -> Iterator[tuple[str, sqlite3.Connection, Path | None]]:
    """A copy of a library, and the dump of another that went its own way from it."""
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder, "library.db"))
        shutil.copyfile(template, library)
        shared = _shared(template, Path(folder)) if share else None
        with contextlib.closing(open_for_writing(library)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            yield library, connection, shared


def _shared(template: str, folder: Path) -> Path:
    other = str(folder / "other.db")
    shutil.copyfile(template, other)
    reader = Reader(random.Random(1))
    with contextlib.closing(open_for_writing(other)) as connection:
        if _STRICT:
            connection.execute("INSERT INTO view (name, query, position) VALUES ('theirs', 'tag:rl', 1)")
        for day in range(30):
            reader.act(other, connection, MOMENT + timedelta(hours=day))
        dump(connection, str(folder / "shared"))
    return folder / "shared"


MOMENT = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


def _dumped(connection: sqlite3.Connection) -> Mapping[str, str]:
    papers = tuple(dump_rows.papers(connection).values())
    return dict(files(DumpedLibrary(papers, dump_rows.feeds(connection), dump_rows.views(connection))))


def _newest(connection: sqlite3.Connection) -> int:
    step = undoing.newest(connection)
    return step.step if step else 0


@long
@given(seed=seeds)
def test_two_hundred_actions_taken_back_and_done_again(six_papers: str, seed: int) -> None:
    with _opened(six_papers, share=True) as (library, connection, shared):
        reader = Reader(random.Random(seed), share=shared)
        states = [(_newest(connection), _dumped(connection))]
        for number in range(ACTIONS):
            reader.act(library, connection, MOMENT + timedelta(hours=7 * number))
            if _newest(connection) != states[-1][0]:
                states.append((_newest(connection), _dumped(connection)))
        assert len(states) > ACTIONS / 3
        later = MOMENT + timedelta(days=900)
        for (step, _), (_, before) in zip(states[:0:-1], states[-2::-1], strict=True):
            undone = undoing.undo(connection, later)
            assert undone is not None
            assert (undone.step, undone.conflicts) == (step, ())
            assert _dumped(connection) == before, undone.what
        for step, after in states[1:]:
            redone = undoing.redo(connection, later)
            assert redone is not None
            assert (redone.step, redone.conflicts) == (step, ())
            assert _dumped(connection) == after, redone.what
        assert undoing.redo(connection, later) is None
        assert safety.check(library, later).problems == ()


class Step(NamedTuple):
    """A step with the papers before and after it."""

    number: int
    what: str
    before: Papers
    after: Papers


@long
@given(seed=seeds)
def test_a_step_out_of_the_middle_changes_what_it_set_and_nothing_else(six_papers: str, seed: int) -> None:
    chance = random.Random(seed)
    with _opened(six_papers) as (library, connection, _):
        reader = Reader(chance)
        steps: list[Step] = []
        papers = dump_rows.papers(connection)
        for number in range(80):
            newest = _newest(connection)
            reader.act(library, connection, MOMENT + timedelta(hours=7 * number))
            before, papers = papers, dump_rows.papers(connection)
            step = undoing.newest(connection)
            if step is not None and step.step != newest:
                steps.append(Step(step.step, step.what, before, papers))
        for taken in chance.sample(steps, min(20, len(steps))):
            with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
                connection.backup(copy)
                undone = undoing.undo(copy, MOMENT + timedelta(days=900), taken.number)
                assert undone is not None
                _judge(taken, papers, dump_rows.papers(copy), set(undone.conflicts))


def _judge(step: Step, now: Papers, result: Papers, conflicts: set[int]) -> None:
    touched = {number for number in {*step.before, *step.after} if step.before.get(number) != step.after.get(number)}
    assert conflicts <= touched
    for number in {*now, *result}:
        what = f"step {step.number} ({step.what}), paper {number}"
        if number not in touched or number in conflicts:
            assert result.get(number) == now.get(number), what
        elif step.what == "removed":
            assert result.get(number) == step.before[number], what
        elif step.what != "imported":
            _judge_fields(step.before[number], step.after[number], now[number], result[number], what)
    if step.what not in ("imported", "removed"):
        for number in touched:
            before, after = step.before[number], step.after[number]
            wanted = number not in now or _conflicts(before, after, now[number])
            assert wanted <= (number in conflicts), f"step {step.number} ({step.what}), paper {number}: no conflict"
            assert (number in conflicts) <= (wanted or before.cards != after.cards), f"{step.what}, paper {number}"


_SCALARS = ("status", "starred", "snoozed_until", "note", "key")
_SETS = ("tags", "aliases", "identifiers", "sightings", "edited")


def _conflicts(before: DumpedPaper, after: DumpedPaper, now: DumpedPaper) -> bool:
    """Whether a field that a person sets no longer has the value that the step set."""
    changed = [name for name in _SCALARS if getattr(before, name) != getattr(after, name)]
    gained, lost = {*after.tags} - {*before.tags}, {*before.tags} - {*after.tags}
    return (
        any(getattr(now, name) != getattr(after, name) for name in changed)
        or not gained <= {*now.tags}
        or bool(lost & {*now.tags})
    )


def _judge_fields(before: DumpedPaper, after: DumpedPaper, now: DumpedPaper, result: DumpedPaper, what: str) -> None:
    for name in DumpedPaper._fields:
        old, new, present, restored = (getattr(paper, name) for paper in (before, after, now, result))
        if " (edited)" in what and restored == old and not _STRICT:
            # An entry is restored whole.
            continue
        if name == "cards":
            _judge_cards(before, after, now, result, what)
        elif name in _SETS:
            assert {*restored} == {*present} - ({*new} - {*old}) | ({*old} - {*new}), f"{what}: {name}"
        elif name == "decided" and old != new:
            assert restored == old, f"{what}: {name}"
        else:
            assert restored == (old if present == new else present), f"{what}: {name}"


def _judge_cards(before: DumpedPaper, after: DumpedPaper, now: DumpedPaper, result: DumpedPaper, what: str) -> None:
    old, new, present, restored = (_paper_card(paper) for paper in (before, after, now, result))
    given_then = Counter(new.answers) - Counter(old.answers)
    assert Counter(restored.answers) == Counter(present.answers) - given_then, f"{what}: answers"
    assert restored.enrolled == (old.enrolled if old.enrolled != new.enrolled else present.enrolled), f"{what}: review"
    assert restored.priority == (old.priority if old.priority != new.priority else present.priority), what


def _paper_card(paper: DumpedPaper) -> DumpedCard:
    nothing = DumpedCard("paper", None, None, False, None, None, 0, ())
    return next((card for card in paper.cards if card.kind == "paper"), nothing)


@long
@given(seed=seeds, order=st.sampled_from(["together", "a to b", "b to a"]))
def test_two_laptops_end_up_equal_in_whichever_order_they_exchange(six_papers: str, seed: int, order: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("a", "b"):
            (place / name).mkdir()
            shutil.copyfile(six_papers, place / name / "library.db")
            reader = Reader(random.Random(f"{seed}{name}"))
            with contextlib.closing(open_for_writing(str(place / name / "library.db"))) as connection:
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute(
                    "INSERT INTO view (name, query, position) VALUES ('v', ?, 1)", (f"tag:{name}{seed}",)
                )
                for number in range(60):
                    reader.act(str(place / name / "library.db"), connection, MOMENT + timedelta(hours=number))
        later = MOMENT + timedelta(days=90)
        if order == "together":
            _give(place / "a", place / "from a")
            _give(place / "b", place / "from b")
            _take(place / "b", place / "from a", later)
            _take(place / "a", place / "from b", later)
        else:
            one, other = order.split(" to ")
            for giver, taker in ((one, other), (other, one)):
                _give(place / giver, place / f"from {giver}")
                _take(place / taker, place / f"from {giver}", later)
        assert _give(place / "a", place / "in a") == _give(place / "b", place / "in b")
        for name in ("a", "b"):
            library = str(place / name / "library.db")
            assert import_paths(library, [str(place / "in b")], ImportOptions(), later).step is None
            assert safety.check(library, later).problems == ()


def _give(laptop: Path, folder: Path) -> Mapping[str, str]:
    with contextlib.closing(open_for_writing(str(laptop / "library.db"))) as connection:
        dump(connection, str(folder))
        return _dumped(connection)


def _take(laptop: Path, folder: Path, now: datetime) -> Any:  # noqa: ANN401 - a report
    return import_paths(str(laptop / "library.db"), [str(folder)], ImportOptions(), now)
