"""What somebody may do at readq, as values that can be written down: made at random, done, done once more elsewhere."""

import contextlib
import json
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from readq.config import Config
from readq.days import instant, local_day
from readq.errors import ReadqError
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
from readq.services.papers import merge as joining
from readq.services.papers import notes, triage
from readq.services.review import cards as reviewing
from readq.store.connection.transactions import writing
from readq.store.enrichment import pending_papers as pending_rows
from readq.store.papers import decisions as actions


class Deed(NamedTuple):
    """One thing that is done: what, with which arguments, and how many seconds after the one before."""

    what: str
    arguments: tuple[Any, ...] = ()
    seconds: int = 7 * 3600


class Desk(NamedTuple):
    """Where it is done: a library, open for writing, and a folder with a dump that may be merged."""

    library: str
    connection: sqlite3.Connection
    shared: Path | None = None


NO_STEPS = frozenset({"sync", "export", "draft", "pending"})
"""What goes on beside a person's steps: it must not get in the way of taking these back."""


def do(desk: Desk, deed: Deed, now: datetime) -> None:
    """Do it, or try to: there may be no such paper, card or key."""
    with contextlib.suppress(ReadqError):
        _DEEDS[deed.what](desk, now, *deed.arguments)


def _mark(desk: Desk, now: datetime, ids: Sequence[int], status: str) -> None:
    triage.mark(desk.connection, ids, Status(status), now)


def _star(desk: Desk, now: datetime, ids: Sequence[int], on: bool) -> None:
    triage.star(desk.connection, ids, on, now)


def _tag(desk: Desk, now: datetime, ids: Sequence[int], add: Sequence[str], remove: Sequence[str]) -> None:
    triage.tag(desk.connection, ids, add, remove, now)


def _snooze(desk: Desk, now: datetime, ids: Sequence[int], days: int) -> None:
    triage.snooze(desk.connection, ids, local_day(now) + timedelta(days=days) if days else None, now)


def _enrol(desk: Desk, now: datetime, ids: Sequence[int], on: bool) -> None:
    triage.enrol(desk.connection, ids, on, now)


def _note(desk: Desk, now: datetime, number: int, text: str) -> None:
    notes.save(desk.connection, number, text, now)


def _append(desk: Desk, now: datetime, number: int, text: str) -> None:
    notes.append(desk.connection, number, text, now)


def _rate(desk: Desk, now: datetime, ids: Sequence[int], rating: int) -> None:
    reviewing.rate_papers(desk.connection, ids, Rating(rating), now, Config())


def _bury(desk: Desk, now: datetime, card: int) -> None:
    reviewing.bury(desk.connection, card, now)


def _prioritise(desk: Desk, now: datetime, card: int) -> None:
    reviewing.prioritise(desk.connection, card, now)


def _suspend(desk: Desk, now: datetime, card: int) -> None:
    reviewing.suspend(desk.connection, card, now)


def _key(desk: Desk, now: datetime, number: int, key: str) -> None:
    correcting.set_key(desk.connection, number, key, now)


def _remove(desk: Desk, now: datetime, ids: Sequence[int]) -> None:
    correcting.remove(desk.connection, ids, now)


def _merge(desk: Desk, now: datetime, one: int, other: int) -> None:
    joining.merge(desk.connection, one, other, now)


def _correct(desk: Desk, now: datetime, number: int, wrong: str, right: str) -> None:
    before = correcting.entry_to_edit(desk.connection, number)
    correcting.correct(desk.connection, number, before, before.replace(wrong, right), now)


def _save_view(desk: Desk, now: datetime, name: str, query: str, sort: str) -> None:
    saved_views.save(desk.connection, name, query, sort, now)


def _remove_view(desk: Desk, now: datetime, name: str) -> None:
    saved_views.remove(desk.connection, name, now)


def _feed(desk: Desk, now: datetime, name: str, spec: str | None) -> None:
    if spec:
        feeds.add(desk.connection, spec, lambda text: source(text, Endpoints()), now, name)
    else:
        feeds.remove(desk.connection, [name], now)


def _import_daily(desk: Desk, now: datetime, numbers: Sequence[int], day: int, votes: int, tags: Sequence[str]) -> None:
    entries = [_daily_entry(number, day, votes) for number in numbers]
    _import(desk, now, f"2026-11-{day}.json", json.dumps(entries), tags)


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


def _import_bib(desk: Desk, now: datetime, entries: Sequence[tuple[str, str]], tags: Sequence[str]) -> None:
    text = "".join(f"@article{{{key}, {fields}}}\n" for key, fields in entries)
    _import(desk, now, "own.bib", text, tags)


def _import(desk: Desk, now: datetime, name: str, text: str, tags: Sequence[str]) -> None:
    path = Path(desk.library).with_name(name)
    path.write_text(text, encoding="utf-8")
    import_paths(desk.library, [str(path)], ImportOptions(tags=tuple(tags)), now)


def _merge_dump(desk: Desk, now: datetime) -> None:
    if desk.shared:
        import_paths(desk.library, [str(desk.shared)], ImportOptions(), now)


def _undo(desk: Desk, now: datetime, number: int | None = None) -> None:
    undoing.undo(desk.connection, now, number)


def _redo(desk: Desk, now: datetime) -> None:
    undoing.redo(desk.connection, now)


def _sync(desk: Desk, now: datetime, number: int, feed: str | None, day: int, votes: int, better: bool) -> None:
    """A source shows a paper of the library again, perhaps with better metadata. Others it does not show."""
    known = "SELECT 1 FROM identifier WHERE scheme = 'arxiv' AND value = ?"
    if not desk.connection.execute(known, (f"2611.{number:05}",)).fetchone():
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
    ingest(desk.library, [Entry(paper, feed, f"2026-11-{day}")], now)


def _export(desk: Desk, _: datetime, number: int) -> None:
    copy_key(desk.connection, number)


def _draft(desk: Desk, now: datetime, number: int, text: str) -> None:
    if actions.existing(desk.connection, [number]):
        notes.keep_draft(desk.connection, number, text, None, now)


def _pending(desk: Desk, now: datetime, number: int) -> None:
    with writing(desk.connection):
        if actions.existing(desk.connection, [number]):
            pending_rows.add(desk.connection, number, "title: x", instant(now))


_DEEDS: Mapping[str, Callable[..., None]] = {
    "mark": _mark, "star": _star, "tag": _tag, "snooze": _snooze, "enrol": _enrol, "note": _note, "append": _append,
    "rate": _rate, "bury": _bury, "prioritise": _prioritise, "suspend": _suspend, "key": _key, "remove": _remove,
    "merge": _merge, "correct": _correct, "save view": _save_view, "remove view": _remove_view, "feed": _feed,
    "import daily": _import_daily, "import bib": _import_bib, "merge dump": _merge_dump, "undo": _undo, "redo": _redo,
    "undo a step": _undo, "sync": _sync, "export": _export, "draft": _draft, "pending": _pending,
}  # fmt: skip


class Reader:
    """Somebody at readq, who does what a die says: `next` makes deeds up that fit what is in the library."""

    def __init__(self, chance: random.Random, kinds: Sequence[str]) -> None:
        """Of `kinds` each is as likely as it is frequent."""
        self._chance = chance
        self._kinds = kinds

    def next(self, desk: Desk) -> Deed:
        """The next deed."""
        kind = self._chance.choice(self._kinds)
        return Deed(kind, self._ARGUMENTS[kind](self, desk.connection), self._chance.choice([0, 60, 7 * 3600, 86400]))

    def _one(self, connection: sqlite3.Connection, table: str = "paper") -> int:
        numbers = [number for (number,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")] or [1]
        # Now and then one that is gone, or has gone into another.
        return self._chance.choice(numbers) if self._chance.random() < 0.9 else self._chance.randint(1, max(numbers))

    def _ids(self, connection: sqlite3.Connection) -> list[int]:
        found = {self._one(connection): None for _ in range(self._chance.choice([1, 1, 2, 5]))}
        return list(found)

    def _tags(self) -> list[str]:
        return self._chance.sample(["rl", "nlp", "to-do"], self._chance.choice([0, 0, 1, 2]))

    def _work(self) -> int:
        """The arXiv number of a work: six are in the library from the beginning."""
        return self._chance.choice([self._chance.randint(1, 6), self._chance.randint(1, 15)])

    def _no_argument(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return ()

    def _card(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._one(connection, "card"),)

    def _for_mark(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), str(self._chance.choice(list(Status)))

    def _on_or_off(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), self._chance.random() < 0.7

    def _for_tag(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        tags = self._chance.sample(["rl", "nlp", "to-do"], 2)
        split = self._chance.randrange(3)
        return self._ids(connection), tags[:split], tags[split:]

    def _for_snooze(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), self._chance.randrange(4)

    def _for_note(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        texts = ["", "graph", "Ω\n\n- of two\n- parts", f"thought {self._chance.randrange(100)}"]
        return self._one(connection), self._chance.choice(texts)

    def _for_draft(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return self._chance.randint(1, 6), f"typed {self._chance.randrange(100)}"

    def _early_number(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        # A paper that a draft was begun on stays when the import that brought it is taken back.
        return (self._chance.randint(1, 6),)

    def _for_rate(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._ids(connection), self._chance.randint(1, 4)

    def _for_key(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        keys = ["mine", "Mine", "own", "a/b:c", "lovelace2026decay", f"k{self._chance.randint(1, 9)}"]
        return self._one(connection), self._chance.choice(keys)

    def _some(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._ids(connection),)

    def _two(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return self._one(connection), self._one(connection)

    def _number(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._one(connection),)

    def _for_correct(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        words = ["networks", "Ada Lovelace", "2026", "graph", "of", "{", "2611.00001", "part", "Noether"]
        return (self._one(connection), *self._chance.sample(words, 2))

    def _for_view(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        queries = ["tag:rl", "graph", "status:queued"]
        return (
            self._chance.choice(["one", "two: Ω"]),
            self._chance.choice(queries),
            self._chance.choice(["added", "-year"]),
        )

    def _view(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._chance.choice(["one", "two: Ω"]),)

    def _for_feed(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        name = self._chance.choice(["hf-daily", "arxiv-cs.LG", "a:b"])
        return name, self._chance.choice([None, "arxiv:cs.LG", "hf:daily", "https://example.org/feed"])

    def _daily(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        works = list({self._work(): None for _ in range(self._chance.choice([1, 1, 3]))})
        return works, self._chance.choice([21, 22]), self._chance.randrange(50), self._tags()

    def _bib(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        return [self._bib_entry() for _ in range(self._chance.choice([1, 1, 2]))], self._tags()

    def _bib_entry(self) -> tuple[str, str]:
        work = self._work()
        key = self._chance.choice(
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
        kept = [text for name, text in fields.items() if name == "title" or self._chance.random() < 0.6]
        known = self._chance.choice([[], names[:1], names[:1], names[1:], names])
        return key, "".join(kept) + ", ".join(known)

    def _title(self, work: int) -> str:
        return self._chance.choice(
            [
                f"Of the reader's own, {work}",
                f"What came as number {work}",
                "On the training of causal networks, part 4",
            ]
        )

    def _step(self, connection: sqlite3.Connection) -> tuple[Any, ...]:
        return (self._one(connection, "step"),)

    def _for_sync(self, _: sqlite3.Connection) -> tuple[Any, ...]:
        feed, day = self._chance.choice([None, "hf-daily", "a:b"]), self._chance.choice([21, 22])
        return self._work(), feed, day, self._chance.randrange(50), self._chance.random() < 0.5

    _ARGUMENTS: Mapping[str, Callable[["Reader", sqlite3.Connection], tuple[Any, ...]]] = {
        "mark": _for_mark, "star": _on_or_off, "tag": _for_tag, "snooze": _for_snooze, "enrol": _on_or_off,
        "note": _for_note, "append": _for_note, "rate": _for_rate, "bury": _card, "prioritise": _card,
        "suspend": _card, "key": _for_key, "remove": _some, "merge": _two, "correct": _for_correct,
        "save view": _for_view, "remove view": _view, "feed": _for_feed, "import daily": _daily, "import bib": _bib,
        "merge dump": _no_argument, "undo": _no_argument, "redo": _no_argument, "sync": _for_sync, "export": _number,
        "draft": _for_draft, "pending": _early_number, "undo a step": _step,
    }  # fmt: skip
