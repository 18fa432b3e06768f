"""Cards of own questions: made when a note is saved, kept through edits, undo, merges and dumps."""

import contextlib
import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readq.config import Config
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Rating, Status, Trust
from readq.services.dump.merge_folder import DumpOptions, import_dump
from readq.services.dump.write_folder import dump
from readq.services.history import undo
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, ingest
from readq.services.papers import merge, notes
from readq.services.review import card_check, cards, ratings
from readq.store.library import open_for_writing

NOTE = "claim: it holds\n\nWhich law is it? :: Conservation.\nThe ==symmetry== gives a law."
QUESTIONS = ["Which law is it?", "The […] gives a law."]


@pytest.fixture
def papers(six_papers: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        yield connection


def asked(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    return connection.execute(
        "SELECT id, question FROM card WHERE kind = 'question' AND orphaned IS NULL ORDER BY id"
    ).fetchall()


def state(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM card ORDER BY id").fetchall()


def test_a_note_makes_cards_that_are_first_asked_after_a_week(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, NOTE, now)
    assert [question for _, question in asked(papers)] == QUESTIONS
    assert cards.due(papers, now + timedelta(days=7)) == []
    due = cards.due(papers, now + timedelta(days=8))
    assert [(card.kind, card.prompt) for card in due] == [("question", question) for question in QUESTIONS]
    assert len(cards.review_queue(papers, now + timedelta(days=8), Config())) == 1


def test_edits_keep_cards_and_undo_and_redo_are_exact(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, NOTE, now)
    later = now + timedelta(days=9)
    first, second = asked(papers)
    ratings.rate(papers, first[0], Rating.GOOD, later, Config())
    steps = [state(papers)]
    for text in (
        "The ==symmetry== gives a law.\nWhich law is it then? :: Conservation.",
        "The ==symmetry== gives a law.",
        NOTE.replace("is it?", "is it then?"),
        NOTE,
        "",
        "Something else entirely, unlike the rest? :: No.",
        NOTE,
    ):
        notes.save(papers, 1, text, later)
        steps.append(state(papers))
        assert card_check.find_problems(papers) == []
    assert asked(papers) == [first, second]
    assert papers.execute("SELECT reps FROM card WHERE id = ?", (first[0],)).fetchone() == (1,)
    for expected in reversed(steps[:-1]):
        undo.undo(papers, later)
        present = state(papers)
        # Cards that did not exist at that time are orphans.
        assert present[: len(expected)] == expected
        assert all(row[-1] is not None for row in present[len(expected) :])
    for expected in steps[1:]:
        undo.redo(papers, later)
        assert state(papers)[: len(expected)] == expected


def test_a_line_that_is_deleted_and_written_anew_on_one_day_keeps_its_card(
    papers: sqlite3.Connection, now: datetime
) -> None:
    """Obsidian saves every two seconds, so also in the middle of an edit."""
    notes.save(papers, 1, NOTE, now)
    (first, _), second = asked(papers)
    ratings.rate(papers, first, Rating.GOOD, now + timedelta(days=9), Config())
    before = state(papers)
    later = now + timedelta(days=10)
    notes.save(papers, 1, NOTE.replace("Which law is it? :: Conservation.", ""), later)
    notes.save(papers, 1, NOTE.replace("Which law is it?", "Which law is this?"), later)
    assert asked(papers) == [(first, "Which law is this?"), second]
    undo.undo(papers, later)
    undo.undo(papers, later)
    assert state(papers) == before
    notes.save(papers, 1, NOTE.replace("Which law is it? :: Conservation.", ""), later)
    notes.save(papers, 1, NOTE.replace("Which law is it?", "Which law is this?"), later + timedelta(days=1))
    assert asked(papers)[0] == second


def test_an_orphan_is_not_asked_and_takes_no_answer_from_a_sitting(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, NOTE, now)
    later = now + timedelta(days=8)
    (seen,) = [card for card in cards.due(papers, later) if card.prompt == QUESTIONS[0]]
    notes.save(papers, 1, "Nothing.", later)
    assert cards.due(papers, later) == []
    assert cards.unmoved_cards(papers, {seen.card: seen.state}, later.date()) == {}


def test_a_dump_carries_questions_and_a_merged_note_has_its_cards(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, now: datetime
) -> None:
    notes.save(papers, 1, NOTE, now)
    ratings.rate(papers, asked(papers)[0][0], Rating.GOOD, now + timedelta(days=8), Config())
    dump(papers, str(tmp_path / "dump"))
    import_dump(str(tmp_path / "other.db"), str(tmp_path / "dump"), DumpOptions(), now)
    with contextlib.closing(open_for_writing(str(tmp_path / "other.db"))) as other:
        assert sorted(question for _, question in asked(other)) == sorted(QUESTIONS)
        (number,) = other.execute("SELECT paper_id FROM note").fetchone()
        notes.save(other, number, NOTE + "\nA third? :: Yes.", now + timedelta(days=9))
        dump(other, str(tmp_path / "back"))
    import_dump(six_papers, str(tmp_path / "back"), DumpOptions(), now + timedelta(days=10))
    assert sorted(question for _, question in asked(papers)) == sorted([*QUESTIONS, "A third?"])
    assert papers.execute("SELECT count(*), sum(reps) FROM card").fetchone() == (3, 1)
    assert card_check.find_problems(papers) == []


def test_merged_papers_share_their_questions_and_undo_takes_them_apart(
    papers: sqlite3.Connection, now: datetime
) -> None:
    notes.save(papers, 1, NOTE, now)
    notes.save(papers, 2, "Which law is it? :: Another answer.\nWhy? :: So.", now)
    before = state(papers)
    merge.merge(papers, 1, 2, now)
    assert sorted(question for _, question in asked(papers)) == sorted([*QUESTIONS, "Why?"])
    undo.undo(papers, now)
    assert state(papers) == before


def noted(title: str, note: str | None) -> Entry:
    return Entry(FetchedPaper(where=title, title=title, trust=Trust.BIBTEX, note=note), None, "2026-11-23", Status.DONE)


def test_a_note_that_arrives_with_a_new_paper_makes_cards(
    papers: sqlite3.Connection, six_papers: str, now: datetime
) -> None:
    before = state(papers)
    ingest(six_papers, [noted("Noether", NOTE), noted("Nothing", "no question")], now, IngestOptions(step="imported"))
    after = state(papers)
    assert [question for _, question in asked(papers)] == QUESTIONS
    undo.undo(papers, now)
    assert state(papers) == before
    undo.redo(papers, now)
    assert state(papers) == after
    assert papers.execute("SELECT count(*) FROM change WHERE field GLOB 'orphaned:*'").fetchone() == (0,)


def test_a_note_of_a_dump_without_question_cards_makes_cards(
    papers: sqlite3.Connection, tmp_path: Path, now: datetime
) -> None:
    notes.save(papers, 1, NOTE, now)
    dump(papers, str(tmp_path / "dump"))
    listed = tmp_path / "dump" / "papers.jsonl"
    lines = [json.loads(line) for line in listed.read_text().splitlines()]
    listed.write_text("".join(json.dumps({**line, "cards": []}) + "\n" for line in lines))
    import_dump(str(tmp_path / "other.db"), str(tmp_path / "dump"), DumpOptions(), now)
    with contextlib.closing(open_for_writing(str(tmp_path / "other.db"))) as other:
        assert [question for _, question in asked(other)] == QUESTIONS
        undo.undo(other, now)
        assert state(other) == []


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-24T02:00:00+01:00",  # Before the rollover: the day before.
        "2026-11-23T23:30:00-10:00",  # In UTC it is the next day.
        "2026-11-23T05:00:00+13:00",  # In UTC it is the day before.
    ],
)
def test_a_question_is_first_asked_eight_local_days_after_its_note_came(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, moment: str
) -> None:
    now = datetime.fromisoformat(moment)
    notes.save(papers, 1, "By hand? :: a", now)
    ingest(six_papers, [noted("Noether", "With a new paper? :: a"), noted("Later", None)], now, IngestOptions())
    ingest(six_papers, [noted("Later", "With a stored paper? :: a")], now, IngestOptions())
    notes.save(papers, 2, "In a pair? :: a", now)
    merge.merge(papers, 2, 3, now)
    dump(papers, str(tmp_path / "dump"))
    note = next(path for path in (tmp_path / "dump" / "notes").iterdir() if "hand" in path.read_text())
    note.write_text("In a dump? :: a\n")
    import_dump(six_papers, str(tmp_path / "dump"), DumpOptions(), now)
    dues = papers.execute("SELECT due FROM card WHERE kind = 'question'").fetchall()
    assert dues == [("2026-12-01",)] * 5
    notes.save(papers, 1, "", now)
    assert papers.execute("SELECT DISTINCT orphaned FROM card WHERE paper_id = 1").fetchall() == [("2026-11-23",)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_edits_lose_no_schedule(papers: sqlite3.Connection, now: datetime, seed: int) -> None:
    chance = random.Random(seed)
    words = ["noether", "symmetry", "action", "field", "charge", "current", "lagrangian", "invariant", "group", "law"]
    lines = [f"{word} {word[::-1]} {seed} {place} ? :: {word}" for place, word in enumerate(words[:5])]
    notes.save(papers, 1, "\n".join(lines), now)
    numbers = {question: card for card, question in asked(papers)}
    expected = [numbers[line.partition(" :: ")[0]] for line in lines]
    gone: set[int] = set()
    for _ in range(8):
        place = chance.randrange(len(lines))
        if chance.random() < 0.5:
            gone ^= {place}
        elif place not in gone:
            question, _, answer = lines[place].partition(" :: ")
            lines[place] = f"{question.removesuffix('?')}{chance.choice('abc')} ? :: {answer}"
        kept = [index for index in range(len(lines)) if index not in gone]
        chance.shuffle(kept)
        notes.save(papers, 1, "\n".join(lines[index] for index in kept), now)
        present = {question: card for card, question in asked(papers)}
        for index in kept:
            assert present[lines[index].partition(" :: ")[0]] == expected[index]
    notes.save(papers, 1, "", now)
