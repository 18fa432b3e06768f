"""Months of review in four time zones, with holidays, undo, edits of notes, merges, two windows and a script.

`READQ_SIMULATED_DAYS` sets the number of days of each simulation; 730 days of 300 papers take some minutes.
"""

import contextlib
import os
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from readq.config import Config
from readq.days import local_day
from readq.model.values import Rating, Status
from readq.services.history import undo
from readq.services.papers import corrections, merge, notes, triage
from readq.services.review import backlog, card_changes, card_check, cards, ratings
from readq.services.review.cards import DueCard
from readq.services.review.ratings import NewRating, RatingTargets
from readq.store import check
from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing
from readq.store.review.cards import AnswerFacts

DAYS = int(os.environ.get("READQ_SIMULATED_DAYS", "45"))
PAPERS = 300 if DAYS > 100 else 40
CONFIG = Config()
WORDS = ["field", "charge", "current", "group", "action", "norm", "kernel", "sample", "gradient", "measure"]


class Reader:
    """A reader with two windows and a script. `now` moves on; every choice comes from the seed."""

    def __init__(self, library: str, zone: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.one = open_for_writing(library)
        self.other = open_for_writing(library)
        self.now = datetime(2026, 9, 1, 8, tzinfo=ZoneInfo(zone))
        self.asked: Counter[tuple[int, str]] = Counter()
        self.lines: dict[int, list[str]] = {}
        self.finished: set[int] = set()

    def papers(self) -> list[int]:
        return [row[0] for row in self.one.execute("SELECT id FROM paper ORDER BY id")]

    def day(self) -> None:
        """Live through one day."""
        at_home = self.chance.random() > 0.1
        self.now = datetime.combine(
            self.now.date() + timedelta(days=1 if at_home else self.chance.randrange(2, 20)),
            self.now.timetz().replace(hour=self.chance.randrange(7, 22)),
        )
        self.read()
        self.sitting()
        for act in self.chance.sample(self.acts(), 3):
            act()
            self.now += timedelta(minutes=1)

    def acts(self) -> list[Callable[[], object]]:
        return [self.script, self.edit, self.edit, self.undo, self.postpone, self.suspend, self.retire, self.merge]

    def read(self) -> None:
        for paper in self.chance.sample(self.papers(), 1):
            done = triage.on_done(CONFIG)
            triage.mark(self.one, [paper], Status.DONE, self.now, done=done)
            self.finished.add(paper)

    def sitting(self) -> None:
        """Answer the cards of the day in two windows that were opened at the same time."""
        windows = [(conn, cards.review_queue(conn, self.now, CONFIG)) for conn in (self.one, self.other)]
        count = cards.day_count(self.one, local_day(self.now), CONFIG)
        assert count.today == len(windows[0][1])
        assert len(windows[0][1]) <= CONFIG.a_day
        assert len({card.paper_id for card in windows[0][1]}) == len(windows[0][1])
        # The windows take turns in any order, and scripts rate between their answers.
        while waiting := [window for window in windows if window[1]]:
            connection, queue = self.chance.choice(waiting)
            self.answer(connection, queue.pop(0))
            if self.chance.random() < 0.1:
                self.script()
            self.now += timedelta(seconds=20)

    def answer(self, connection: sqlite3.Connection, card: DueCard) -> None:
        day = local_day(self.now)
        rating = self.chance.choices(list(Rating), (2, 2, 6, 1))[0]
        shown = cards.preview_intervals(connection, [card], day, CONFIG)[card.card]
        facts = AnswerFacts(card.asks, "recalled", self.chance.randrange(60_000), 1)
        given = NewRating(card.card, rating, self.now, day, card.state, facts)
        rated = ratings.answer(connection, given, CONFIG)
        if rated is None:
            return
        assert rated.interval_days == shown[rating.name.lower()]
        self.asked[card.card, day.isoformat()] += 1
        if rating is Rating.AGAIN:
            again = ratings.answer(connection, given._replace(rating=Rating.GOOD, seen=rated.state), CONFIG)
            assert again is not None
            assert again.due > day.isoformat()

    def script(self) -> None:
        ratings.rate_all(
            self.other, RatingTargets(ids=[self.chance.choice(self.papers())]), Rating.GOOD, self.now, CONFIG
        )

    def edit(self) -> None:
        paper = self.chance.choice(self.papers())
        lines = self.lines.setdefault(paper, [])
        kind = self.chance.choice(("add", "move", "reword", "remove"))
        if kind == "add" or not lines:
            words = " ".join(self.chance.sample(WORDS, 5))
            lines.append(f"{words} {self.chance.randrange(10**9)} ? :: {self.chance.choice(WORDS)}")
        elif kind == "reword":
            lines[-1] = f"{self.chance.choice(WORDS)} {lines[-1]}"
        elif kind == "remove":
            lines.pop()
        self.chance.shuffle(lines)
        notes.save(self.one, paper, "claim: it holds\n" + "\n".join(lines), self.now)

    def undo(self) -> None:
        for _ in range(self.chance.randrange(3)):
            undo.undo(self.one, self.now)
        if self.chance.random() < 0.5:
            undo.redo(self.other, self.now)

    def postpone(self) -> None:
        rows = backlog.due_cards(self.one, self.now, None)
        if rows:
            backlog.postpone(self.one, backlog.plan_spread(self.one, rows, 7, self.now, CONFIG), self.now)

    def suspend(self) -> None:
        card_changes.suspend_papers(self.one, [self.chance.choice(self.papers())], self.chance.random() < 0.5, self.now)

    def retire(self) -> None:
        card_changes.retire(self.one, [self.chance.choice(self.papers())], self.chance.random() < 0.5, self.now)

    def merge(self) -> None:
        if self.chance.random() < 0.2 and len(self.papers()) > PAPERS // 2:
            one, other = self.chance.sample(self.papers(), 2)
            if self.chance.random() < 0.7:
                merge.merge(self.one, one, other, self.now)
            else:
                corrections.remove(self.one, [other], self.now)

    def check(self) -> None:
        """The library is sound, and its log replays to its cards."""
        assert check.find_problems(self.one) == []
        assert card_check.find_problems(self.one) == []
        day = local_day(self.now).isoformat()
        ((open_cards,),) = self.one.execute(
            "SELECT count(*) FROM card WHERE suspended = 0 AND orphaned IS NULL AND due <= ?"
            " AND (buried_until IS NULL OR buried_until <= ?)"
            " AND paper_id IN (SELECT id FROM paper WHERE status <> 'dropped')",
            (day, day),
        ).fetchall()
        assert len(cards.due(self.one, self.now)) == open_cards
        assert cards.day_count(self.one, local_day(self.now), CONFIG).due == open_cards


def fill(library: str) -> None:
    with contextlib.closing(open_for_writing(library)) as connection, writing(connection):
        connection.executemany(
            "INSERT INTO paper (id, key, title, title_key, authors, trust, added) VALUES (?, ?, ?, ?, 'A B', 30, ?)",
            [(n, f"key{n}", f"Paper {n}", f"paper{n}", "2026-08-01T08:00:00Z") for n in range(1, PAPERS + 1)],
        )
        connection.execute("INSERT INTO author (paper_id, position, name) SELECT id, 0, 'A B' FROM paper")


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Australia/Lord_Howe"])
def test_months_of_review_lose_no_card_and_ask_none_twice_a_day(tmp_path: Path, zone: str) -> None:
    library = str(tmp_path / "library.db")
    fill(library)
    reader = Reader(library, zone, seed=len(zone))
    with contextlib.closing(reader.one), contextlib.closing(reader.other):
        begin = reader.now
        month = begin.month
        while reader.now - begin < timedelta(days=DAYS):
            reader.day()
            if reader.now.month != month:
                month = reader.now.month
                reader.check()
        reader.check()
        # An answer that was undone may be given again on the same day.
        ((undone,),) = reader.one.execute("SELECT count(*) FROM review WHERE undone = 1").fetchall()
        assert sum(count - 1 for count in reader.asked.values()) <= undone
        assert sum(reader.asked.values()) > DAYS // 2
