"""Actions of a user as values, so that a history can be printed and repeated; a generator of random ones."""

import contextlib
import json
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import shared_works

from readq.config import Config
from readq.days import instant, local_day
from readq.errors import ReadqError, UsageError
from readq.feeds.spec import source
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance, Author, Rating, Status, Trust
from readq.net.endpoints import Endpoints
from readq.services import saved_views
from readq.services.citing.export import copy_key
from readq.services.feeds import subscriptions as feeds
from readq.services.history import undo as undoing
from readq.services.importing.changes import Entry
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.importing.ingest import ingest
from readq.services.papers import corrections as correcting
from readq.services.papers import look_alikes, notes, triage
from readq.services.papers import merge as joining
from readq.services.review import card_changes, ratings
from readq.services.safety import identity_check
from readq.store.connection.transactions import writing
from readq.store.enrichment import pending_papers as pending_rows
from readq.store.feeds.feeds_and_views import ViewDefinition
from readq.store.papers import decisions


class Action(NamedTuple):
    """One action: its kind (a key of `_PERFORM`), the arguments, and the seconds since the previous action."""

    kind: str
    arguments: tuple[Any, ...] = ()
    seconds: int = 7 * 3600


class OpenLibrary(NamedTuple):
    """A library, open for writing, and the folder of a dump that "merge dump" imports."""

    path: str
    connection: sqlite3.Connection
    shared: Path | None = None


KINDS_WITHOUT_STEP = frozenset({"sync", "export", "draft", "pending"})
"""Kinds that add no step to the journal. They must not cause conflicts when the user's steps are undone."""


def perform(library: OpenLibrary, action: Action, now: datetime) -> None:
    """Perform an action; an error of readq is ignored, for there may be no such paper, card or key."""
    with contextlib.suppress(ReadqError):
        _PERFORM[action.kind](library, now, *action.arguments)


def _mark(library: OpenLibrary, now: datetime, ids: Sequence[int], status: str) -> None:
    triage.mark(library.connection, ids, Status(status), now)


def _star(library: OpenLibrary, now: datetime, ids: Sequence[int], on: bool) -> None:
    triage.star(library.connection, ids, on, now)


def _tag(library: OpenLibrary, now: datetime, ids: Sequence[int], add: Sequence[str], remove: Sequence[str]) -> None:
    triage.tag(library.connection, ids, add, remove, now)


def _snooze(library: OpenLibrary, now: datetime, ids: Sequence[int], days: int) -> None:
    triage.snooze(library.connection, ids, local_day(now) + timedelta(days=days) if days else None, now)


def _enrol(library: OpenLibrary, now: datetime, ids: Sequence[int], on: bool) -> None:
    triage.enrol(library.connection, ids, on, now)


def _note(library: OpenLibrary, now: datetime, number: int, text: str) -> None:
    notes.save(library.connection, number, text, now)


def _append(library: OpenLibrary, now: datetime, number: int, text: str) -> None:
    notes.append(library.connection, number, text, now)


def _rate(library: OpenLibrary, now: datetime, ids: Sequence[int], rating: int) -> None:
    ratings.rate_papers(library.connection, ids, Rating(rating), now, Config())


def _bury(library: OpenLibrary, now: datetime, card: int) -> None:
    card_changes.bury(library.connection, card, now)


def _prioritise(library: OpenLibrary, now: datetime, card: int) -> None:
    card_changes.prioritise(library.connection, card, now)


def _suspend(library: OpenLibrary, now: datetime, card: int) -> None:
    card_changes.suspend(library.connection, card, now)


def _key(library: OpenLibrary, now: datetime, number: int, key: str) -> None:
    correcting.set_key(library.connection, number, key, now)


def _remove(library: OpenLibrary, now: datetime, ids: Sequence[int]) -> None:
    correcting.remove(library.connection, ids, now)


def _merge(library: OpenLibrary, now: datetime, one: int, other: int) -> None:
    joining.merge(library.connection, one, other, now)


def _correct(library: OpenLibrary, now: datetime, number: int, wrong: str, right: str) -> None:
    before = correcting.entry_to_edit(library.connection, number)
    correcting.correct(library.connection, number, before, before.replace(wrong, right), now)


def _save_view(library: OpenLibrary, now: datetime, name: str, query: str, sort: str, watch: str | None = None) -> None:
    saved_views.save(library.connection, name, ViewDefinition(query, sort, watch), now)


def _rename_view(library: OpenLibrary, now: datetime, name: str, new: str) -> None:
    with contextlib.suppress(UsageError):
        saved_views.rename(library.connection, name, new, now)


def _move_view(library: OpenLibrary, now: datetime, name: str, places: int) -> None:
    saved_views.move(library.connection, name, places, now)


def _remove_view(library: OpenLibrary, now: datetime, name: str) -> None:
    saved_views.remove(library.connection, name, now)


def _feed(library: OpenLibrary, now: datetime, name: str, spec: str | None) -> None:
    if spec:
        feeds.add(library.connection, spec, lambda text: source(text, Endpoints()), now, name)
    else:
        feeds.remove(library.connection, [name], now)


def _import_daily(
    library: OpenLibrary, now: datetime, numbers: Sequence[int], day: int, votes: int, tags: Sequence[str]
) -> None:
    entries = [_daily_entry(number, day, votes) for number in numbers]
    _import(library, now, f"2026-11-{day}.json", json.dumps(entries), tags)


def _daily_entry(number: int, day: int, votes: int) -> dict[str, Any]:
    paper = {
        "id": f"2611.{number:05}",
        "title": f"What came as number {number}",
        "summary": "In short.",
        "authors": [{"name": "Grace Hopper"}],
        "publishedAt": "2026-11-20T12:00:00.000Z",
        "submittedOnDailyAt": f"2026-11-{day}T00:00:00.000Z",
        "upvotes": votes,
    }
    return {"paper": paper, "title": paper["title"]}


def _import_bib(library: OpenLibrary, now: datetime, entries: Sequence[tuple[str, str]], tags: Sequence[str]) -> None:
    text = "".join(f"@article{{{key}, {fields}}}\n" for key, fields in entries)
    _import(library, now, "own.bib", text, tags)


def _import(library: OpenLibrary, now: datetime, name: str, text: str, tags: Sequence[str]) -> None:
    path = Path(library.path).with_name(name)
    path.write_text(text, encoding="utf-8")
    import_paths(library.path, [str(path)], ImportOptions(tags=tuple(tags)), now)


def _import_works(library: OpenLibrary, now: datetime, name: str, text: str) -> None:
    _import(library, now, name, text, ())


def _keep_apart(library: OpenLibrary, now: datetime, one: int, other: int) -> None:
    look_alikes.keep_apart(library.connection, one, other, now)


def _separate(library: OpenLibrary, now: datetime) -> None:
    """Make papers of the works that were wrongly joined to others, as `check --repair` does."""
    with writing(library.connection):
        identity_check.repair_problems(library.connection, instant(now))


def _merge_dump(library: OpenLibrary, now: datetime) -> None:
    if library.shared:
        import_paths(library.path, [str(library.shared)], ImportOptions(), now)


def _undo(library: OpenLibrary, now: datetime, number: int | None = None) -> None:
    undoing.undo(library.connection, now, number)


def _redo(library: OpenLibrary, now: datetime) -> None:
    undoing.redo(library.connection, now)


def _sync(
    library: OpenLibrary, now: datetime, number: int, feed: str | None, day: int, votes: int, better: bool
) -> None:
    """Ingest a paper of the library once more, as a feed or with better metadata. Does nothing for other papers."""
    known = "SELECT 1 FROM identifier WHERE scheme = 'arxiv' AND value = ?"
    if not library.connection.execute(known, (f"2611.{number:05}",)).fetchone():
        return
    paper = FetchedPaper(
        f"As the registry has {number}" if better else f"As a source has {number}",
        trust=Trust.REGISTRY if better else Trust.AGGREGATOR,
        abstract="Said at length.",
        authors=(Author("Hopper, Grace", "Hopper", "Grace"), Author("Emmy Noether")),
        year=2027 if better else None,
        identifiers=(("arxiv", f"2611.{number:05}"),),
        appearance=Appearance(f"2026-11-{day}", upvotes=votes) if feed else None,
        version=2 if better else 1,
    )
    ingest(library.path, [Entry(paper, feed, f"2026-11-{day}")], now)


def _export(library: OpenLibrary, _: datetime, number: int) -> None:
    copy_key(library.connection, number)


def _draft(library: OpenLibrary, now: datetime, number: int, text: str) -> None:
    if decisions.existing(library.connection, [number]):
        notes.keep_draft(library.connection, number, text, None, now)


def _pending(library: OpenLibrary, now: datetime, number: int) -> None:
    with writing(library.connection):
        if decisions.existing(library.connection, [number]):
            pending_rows.add(library.connection, number, "title: x", instant(now))


_PERFORM: Mapping[str, Callable[..., None]] = {
    "mark": _mark, "star": _star, "tag": _tag, "snooze": _snooze, "enrol": _enrol, "note": _note, "append": _append,
    "rate": _rate, "bury": _bury, "prioritise": _prioritise, "suspend": _suspend, "key": _key, "remove": _remove,
    "merge": _merge, "correct": _correct, "save view": _save_view, "remove view": _remove_view, "feed": _feed,
    "import works": _import_works, "import feed": _import_works, "keep apart": _keep_apart, "separate": _separate,
    "rename view": _rename_view, "move view": _move_view,
    "import daily": _import_daily, "import bib": _import_bib, "merge dump": _merge_dump, "undo": _undo, "redo": _redo,
    "undo a step": _undo, "sync": _sync, "export": _export, "draft": _draft, "pending": _pending,
}  # fmt: skip


class ActionGenerator:
    """Generates random actions whose arguments fit the contents of a library."""

    def __init__(self, rng: random.Random, kinds: Sequence[str]) -> None:
        """Choose among `kinds`; one that is listed twice is twice as likely."""
        self._rng = rng
        self._kinds = kinds

    def next(self, library: OpenLibrary) -> Action:
        """Return the next action."""
        kind = self._rng.choice(self._kinds)
        return Action(kind, self._ARGUMENTS[kind](self, library.connection), self._rng.choice([0, 60, 7 * 3600, 86400]))

    def _one(self, connection: sqlite3.Connection, table: str = "paper") -> int:
        numbers = [number for (number,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")] or [1]
        # One in ten may be deleted, or merged into another.
        return self._rng.choice(numbers) if self._rng.random() < 0.9 else self._rng.randint(1, max(numbers))

    def _ids(self, connection: sqlite3.Connection) -> list[int]:
        found = {self._one(connection): None for _ in range(self._rng.choice([1, 1, 2, 5]))}
        return list(found)

    def _tags(self) -> list[str]:
        return self._rng.sample(["rl", "nlp", "to-do"], self._rng.choice([0, 0, 1, 2]))

    def _work(self) -> int:
        """Return the number in an arXiv id; 1 to 6 are in the library from the start."""
        return self._rng.choice([self._rng.randint(1, 6), self._rng.randint(1, 15)])

    def _no_argument(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return ()

    def _card(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._one(connection, "card"),)

    def _for_mark(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), str(self._rng.choice(list(Status)))

    def _on_or_off(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), self._rng.random() < 0.7

    def _for_tag(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        tags = self._rng.sample(["rl", "nlp", "to-do"], 2)
        split = self._rng.randrange(3)
        return self._ids(connection), tags[:split], tags[split:]

    def _for_snooze(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), self._rng.randrange(4)

    def _for_note(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        texts = ["", "graph", "Ω\n\n- of two\n- parts", f"thought {self._rng.randrange(100)}"]
        return self._one(connection), self._rng.choice(texts)

    def _for_draft(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return self._rng.randint(1, 6), f"typed {self._rng.randrange(100)}"

    def _early_number(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        # A paper with a draft is kept when its import is undone.
        return (self._rng.randint(1, 6),)

    def _for_rate(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), self._rng.randint(1, 4)

    def _for_key(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        keys = ["mine", "Mine", "own", "a/b:c", "lovelace2026decay", f"k{self._rng.randint(1, 9)}"]
        return self._one(connection), self._rng.choice(keys)

    def _some(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._ids(connection),)

    def _two(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._one(connection), self._one(connection)

    def _number(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._one(connection),)

    def _for_correct(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        words = ["networks", "Ada Lovelace", "2026", "graph", "of", "{", "2611.00001", "part", "Noether"]
        return (self._one(connection), *self._rng.sample(words, 2))

    def _for_view(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        queries = ["tag:rl", "graph", "status:queued"]
        return (
            self._rng.choice(["one", "two: Ω"]),
            self._rng.choice(queries),
            self._rng.choice(["added", "-year"]),
            self._rng.choice([None, "raise", "lower", "drop"]),
        )

    def _two_views(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return tuple(self._rng.choices(["one", "two: Ω", "three"], k=2))

    def _for_move(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return self._rng.choice(["one", "two: Ω"]), self._rng.choice([-1, 1])

    def _view(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._rng.choice(["one", "two: Ω"]),)

    def _for_feed(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        name = self._rng.choice(["hf-daily", "arxiv-cs.LG", "a:b"])
        return name, self._rng.choice([None, "arxiv:cs.LG", "hf:daily", "https://example.org/feed"])

    def _daily(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        works = list({self._work(): None for _ in range(self._rng.choice([1, 1, 3]))})
        return works, self._rng.choice([21, 22]), self._rng.randrange(50), self._tags()

    def _bib(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return [self._bib_entry() for _ in range(self._rng.choice([1, 1, 2]))], self._tags()

    def _bib_entry(self) -> tuple[str, str]:
        work = self._work()
        key = self._rng.choice(
            [f"own{work}", f"Own{work}", "mine", "lovelace2026decay", "hopper2026what", "curie1911of"]
        )
        names = [f"eprint = {{2611.{work:05}}}", f"doi = {{10.1000/{work}}}"]
        fields = {
            "title": f"title = {{{self._title(work)}}}, ",
            "author": "author = {Curie, Marie}, ",
            "year": "year = 1911, ",
            "tags": "keywords = {rl}, ",
            "note": "annote = {From the file.}, ",
        }
        kept = [text for name, text in fields.items() if name == "title" or self._rng.random() < 0.6]
        known = self._rng.choice([[], names[:1], names[:1], names[1:], names])
        return key, "".join(kept) + ", ".join(known)

    def _works(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return shared_works.bibliography(self._rng)

    def _news(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return shared_works.feed(self._rng)

    def _title(self, work: int) -> str:
        return self._rng.choice(
            [
                f"Of the reader's own, {work}",
                f"What came as number {work}",
                "On the training of causal networks, part 4",
            ]
        )

    def _step(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._one(connection, "step"),)

    def _for_sync(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        feed, day = self._rng.choice([None, "hf-daily", "a:b"]), self._rng.choice([21, 22])
        return self._work(), feed, day, self._rng.randrange(50), self._rng.random() < 0.5

    _ARGUMENTS: Mapping[str, Callable[["ActionGenerator", sqlite3.Connection], tuple[Any, ...]]] = {
        "mark": _for_mark, "star": _on_or_off, "tag": _for_tag, "snooze": _for_snooze, "enrol": _on_or_off,
        "note": _for_note, "append": _for_note, "rate": _for_rate, "bury": _card, "prioritise": _card,
        "suspend": _card, "key": _for_key, "remove": _some, "merge": _two, "correct": _for_correct,
        "save view": _for_view, "remove view": _view, "rename view": _two_views, "move view": _for_move,
        "feed": _for_feed, "import daily": _daily, "import bib": _bib, "import works": _works, "import feed": _news,
        "keep apart": _two, "separate": _no_argument,
        "merge dump": _no_argument, "undo": _no_argument, "redo": _no_argument, "sync": _for_sync, "export": _number,
        "draft": _for_draft, "pending": _early_number, "undo a step": _step,
    }  # fmt: skip
