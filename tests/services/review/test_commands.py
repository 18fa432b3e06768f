"""Prompts, retirement, postponement, the list of cards and the order of a review, by commands and services."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.days import local_day
from readq.model.values import Rating
from readq.services.history import undo
from readq.services.papers import notes, triage
from readq.services.review import backlog, card_changes, card_check, card_list, cards, prompts, ratings
from readq.services.review.card_order import draft_keys
from readq.services.review.outlook import outlook
from readq.services.review.ratings import RatingTargets
from readq.store.library import open_for_writing
from readq.store.review.cards import find_cards

Run = Callable[..., Any]
CONFIG = Config()


@pytest.fixture
def papers(six_papers: str, now: datetime) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        triage.enrol(connection, [1, 2, 3, 4, 5], True, now)
        yield connection


def queue(connection: sqlite3.Connection, now: datetime, config: Config = CONFIG) -> list[int]:
    return [card.paper_id for card in cards.review_queue(connection, now, config)]


def memory(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT id, due, stability, difficulty, interval_days, last_day, reps, lapses FROM card ORDER BY id"
    ).fetchall()


def test_the_prompt_climbs_and_is_logged_with_the_typed_text(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, "claim: it holds\nhow: by [[lovelace1843notes]]", now)
    asked = []
    for days, rating in ((0, Rating.GOOD), (8, Rating.AGAIN), (8, Rating.GOOD), (9, Rating.EASY), (40, Rating.GOOD)):
        later = now + timedelta(days=days)
        (card,) = [card for card in cards.due(papers, later + timedelta(days=400)) if card.paper_id == 1]
        asked.append(card.asks)
        ratings.rate_all(papers, RatingTargets(ids=[1], recalled=f"after {days}\x1b"), rating, later, CONFIG)
    assert asked == ["claim", "how", "claim", "claim", "how"]
    log = papers.execute("SELECT prompt, recalled FROM review ORDER BY id").fetchall()
    assert log == list(zip(asked, ["after 0", "after 8", "after 8", "after 9", "after 40"], strict=True))
    (stored,) = find_cards(papers, [1]).values()
    back = prompts.back_side(papers, stored, "how")
    assert (back.line, back.links) == ("by [[lovelace1843notes]]", ("lovelace1843notes",))
    assert back.recalled is not None
    assert back.recalled.recalled == "after 40"
    assert card_check.find_problems(papers) == []


def test_retired_cards_are_not_asked_until_they_are_enrolled(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2)
    assert run_cli("retire", 1, "card:2", "--json").json["changed"] == 2
    assert run_cli("due", "--count").out == "0\n"
    assert run_cli("list", "is:retired", "--count").out == "2\n"
    run_cli("unsuspend", 1)
    assert run_cli("due", "--count").out == "0\n"
    run_cli("enrol", 1)
    assert run_cli("list", "is:retired", "--count").out == "1\n"
    assert run_cli("due", "--count").out == "1\n"
    run_cli("undo")
    assert run_cli("list", "is:retired", "--count").out == "2\n"
    run_cli("retire", "--off", 1, 2)
    assert run_cli("due", "--count").out == "2\n"
    result = run_cli("retire", "card:99", "nobody")
    assert (result.status, result.err.count("error: no")) == (1, 2)


def test_the_retired_card_of_a_dropped_paper_comes_back_with_the_paper_only(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2)
    run_cli("retire", 1, 2)
    run_cli("mark", "dropped", 1, 2)
    assert run_cli("enrol", 1, "--json").json["changed"] == 0
    assert run_cli("list", "is:retired", "status:dropped", "--count").out == "2\n"
    run_cli("retire", "--off", 2)
    run_cli("mark", "queued", 1, 2)
    assert run_cli("list", "is:retired", "--count").out == "1\n"
    assert run_cli("due", "--count").out == "0\n"
    run_cli("enrol", 1, 2)
    assert run_cli("due", "--count").out == "2\n"


def test_due_counts_all_and_shows_at_most_the_limit(
    six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cli("enrol", 1, 2, 3)
    shown = [one["card"] for one in run_cli("due", "--json").json]
    assert [one["card"] for one in run_cli("due", "--limit", 2, "--json").json] == shown[:2]
    none = run_cli("due", "--limit", 0)
    assert (none.out, none.err) == ("", "3 cards due (--limit 0 shows none)\n")
    monkeypatch.setattr(cards, "_with_prompts", None)
    assert run_cli("due", "--count", "--limit", 2).out == "3\n"


def test_a_card_is_offered_to_be_retired_after_a_year(papers: sqlite3.Connection, now: datetime) -> None:
    offered, moment = [], now
    for _ in range(5):
        rated = ratings.rate_papers(papers, [1], Rating.EASY, moment, CONFIG)[0]
        offered.append((rated.interval_days > 365, rated.may_retire))
        moment += timedelta(days=rated.interval_days)
    assert all(passes == offers for passes, offers in offered)
    assert {offers for _, offers in offered} == {True, False}


def test_postponing_is_one_step_and_is_never_fed_to_memory(papers: sqlite3.Connection, now: datetime) -> None:
    before = memory(papers)
    rows = backlog.due_cards(papers, now, None)
    plan = backlog.plan_spread(papers, rows, 3, now, CONFIG)
    assert [count for _, count in plan.counts()] == [2, 2, 1]
    assert plan.counts()[0][0] == (local_day(now) + timedelta(days=1)).isoformat()
    outcome = backlog.postpone(papers, plan, now)
    assert outcome.changed == 5
    assert memory(papers) == before
    assert cards.due(papers, now) == []
    assert [len(cards.due(papers, now + timedelta(days=day))) for day in (1, 2, 3)] == [2, 4, 5]
    assert card_check.find_problems(papers) == []
    undo.undo(papers, now)
    assert len(cards.due(papers, now)) == 5


def test_a_spread_has_priority_first_and_no_day_is_far_from_another(papers: sqlite3.Connection, now: datetime) -> None:
    triage.star(papers, [4], True, now)
    card_changes.prioritise(papers, 5, now)
    rows = backlog.due_cards(papers, now, None)
    plan = backlog.plan_spread(papers, rows, 30, now, CONFIG)
    assert list(plan.days) == [5, 4, 1, 2, 3]
    assert [count for _, count in plan.counts()] == [1] * 5
    assert backlog.plan_spread(papers, [], 3, now, CONFIG).counts() == []


def test_postpone_on_the_command_line(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2, 3)
    shown = run_cli("postpone", "--query", "due:today", "--spread", 2, "--dry-run").out
    assert shown == "2026-11-24\t2\n2026-11-25\t1\n3 cards would be postponed\n"
    assert run_cli("due", "--count").out == "3\n"
    assert run_cli("postpone", 1, 2, "3d", "--json").json["days"] == [{"day": "2026-11-26", "cards": 2}]
    assert run_cli("due", "--count").out == "1\n"
    for wrong in (
        ("postpone", 1),
        ("postpone", 1, "today"),
        ("postpone", 1, "0001-01-01"),
        ("postpone", 1, "--spread", 0),
        ("postpone",),
    ):
        assert run_cli(*wrong).status == 2


def test_no_card_comes_up_while_the_user_is_away(
    six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cli("enrol", 1, 2, 3)
    run_cli("postpone", 1, "10d")
    run_cli("postpone", 2, "20d")
    run_cli("note", 4, "--append", "Which law? :: Conservation.")
    assert run_cli("postpone", "--query", "due:2w", "2w").out.startswith("2026-12-07\t3\n")
    for day, count in (("2026-11-24", 0), ("2026-12-06", 0), ("2026-12-07", 3), ("2026-12-13", 4)):
        monkeypatch.setenv("READQ_NOW", f"{day}T12:00:00+00:00")
        assert run_cli("due", "--count").out == f"{count}\n", day


def test_cards_shows_state_and_history(six_papers: str, run_cli: Run) -> None:
    run_cli("note", 1, "--append", "Which law? :: Conservation.")
    run_cli("rate", "hard", 1, "--recalled", "a law")
    own, question = sorted(run_cli("cards", 1, "--json").json, key=lambda card: card["kind"])
    assert (own["state"], own["recall"], own["history"][0]["recalled"]) == ("review", 1.0, "a law")
    assert (question["state"], question["prompt"], question["answer"]) == ("new", "Which law?", "Conservation.")
    assert "2026-11-23\thard\t4 d\tclaim\ta law" in run_cli("cards", 1).out
    assert run_cli("cards", "nobody").status == 1


def test_the_recall_of_a_card_falls(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1], Rating.GOOD, now, CONFIG)
    shown = [card_list.of_papers(papers, [1], local_day(now) + timedelta(days=days))[0].recall for days in (0, 8, 100)]
    assert shown[0] == 1.0
    assert shown[1] == pytest.approx(0.8, abs=0.01)
    assert 0 < (shown[2] or 0) < 0.6


def test_priority_then_cited_then_starred_come_first(papers: sqlite3.Connection, now: datetime, tmp_path: Path) -> None:
    key = papers.execute("SELECT key FROM paper WHERE id = 4").fetchone()[0]
    aux, bib = tmp_path / "main.aux", tmp_path / "refs.bib"
    aux.write_text(f"\\relax\n\\citation{{nobody,{key}}}\n")
    os.mkfifo(tmp_path / "pipe.aux")
    config = Config(drafts=(str(aux), str(tmp_path / "missing.bib"), str(tmp_path / "pipe.aux")))
    card_changes.prioritise(papers, 5, now)
    triage.star(papers, [3], True, now)
    assert queue(papers, now, config)[:3] == [5, 4, 3]
    aux.unlink()
    bib.write_text(f"@comment{{x,\n}}\n@Article{{ {key},\n title={{A}}}}")
    assert queue(papers, now, Config(drafts=(str(bib),)))[:3] == [5, 4, 3]
    assert queue(papers, now, CONFIG)[:2] == [5, 3]


def test_cited_keys_of_drafts(tmp_path: Path) -> None:
    aux, part, bib = tmp_path / "main.aux", tmp_path / "chapters" / "one.aux", tmp_path / "refs.bib"
    aux.write_text("\\citation{a, b}\\abx@aux@cite{0}{c}\\abx@aux@cite{d}\\citation{*}\\bibdata{refs}")
    assert draft_keys([str(aux)]) == {"a", "b", "c", "d"}
    bib.write_text("@book{e,\n}\n@string{f = 1}\n  @misc(g, x)")
    assert draft_keys([str(bib)]) == {"e", "g"}
    part.parent.mkdir()
    part.write_text("\\relax\n\\citation{h}\n")
    aux.write_text("\\citation{a}\n\\@input{chapters/one.aux}\n\\@input{chapters/missing.aux}\n")
    assert draft_keys([str(aux), str(bib)]) == {"a", "e", "g", "h"}


def test_a_command_that_takes_papers_says_so_of_a_card(papers: sqlite3.Connection, run_cli: Run) -> None:
    """The card exists: to say that it does not would send the reader looking for it."""
    for command in ("cards", "suspend", "unsuspend", "enrol", "show", "star"):
        result = run_cli(command, "card:1")
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith("error: 'card:1' names a card")
    assert run_cli("suspend", 1, "card:2").status == 2
    assert card_list.of_papers(papers, [1], local_day(datetime.now().astimezone()))[0].state != "suspended"


def test_a_key_that_begins_like_a_card_names_its_paper(papers: sqlite3.Connection, run_cli: Run) -> None:
    assert run_cli("key", 1, "card:smith2000").status == 0
    assert run_cli("rate", "good", "card:smith2000").out.startswith("card:1\t")
    assert run_cli("retire", "card:smith2000").status == 0
    result = run_cli("rate", "good", "card:nobody")
    assert (result.status, result.err) == (1, "error: no card 'card:nobody' (see readq due)\n")


def test_the_outlook_counts_a_paper_once_a_day(papers: sqlite3.Connection, now: datetime) -> None:
    triage.enrol(papers, [2, 3, 4, 5], False, now)
    notes.save(papers, 1, "Q one :: A\nanother question :: B\nand a third of them :: C", now)
    ratings.rate_papers(papers, [1], Rating.GOOD, now, CONFIG)
    later = now + timedelta(days=20)
    ratings.rate_papers(papers, [1], Rating.GOOD, later, CONFIG)
    assert cards.review_queue(papers, later, CONFIG) == []
    after = outlook(papers, [1], local_day(later), CONFIG)
    assert (after.day, after.cards) == (local_day(later) + timedelta(days=1), 1)


def test_the_paper_of_a_retired_question_is_found(papers: sqlite3.Connection, now: datetime, run_cli: Run) -> None:
    notes.save(papers, 1, "Which law? :: decay", now)
    (question,) = [card.card for card in card_list.of_papers(papers, [1], local_day(now)) if card.kind == "question"]
    run_cli("retire", f"card:{question}")
    assert run_cli("list", "is:retired", "--json").json[0]["id"] == 1
    run_cli("retire", "--off", f"card:{question}")
    assert run_cli("list", "is:retired", "--count").out == "0\n"


def test_what_was_never_recalled_is_retired_as_one_step(
    papers: sqlite3.Connection, now: datetime, run_cli: Run
) -> None:
    ratings.rate_papers(papers, [1, 2], Rating.AGAIN, now - timedelta(days=5), CONFIG)
    ratings.rate_papers(papers, [3], Rating.GOOD, now - timedelta(days=30), CONFIG)
    assert run_cli("retire", "--unrecalled", "--dry-run").out == "2 cards would be retired\n"
    assert run_cli("retire", "--unrecalled", "--dry-run", "--json").json == {"cards": 2, "missing": [], "step": None}
    assert run_cli("due", "--count").out == "5\n"
    assert run_cli("retire", "--unrecalled", "--json").json["changed"] == 2
    assert run_cli("list", "is:retired", "--count").out == "2\n"
    assert run_cli("retire", "--unrecalled").out == "0 papers changed\n"
    assert run_cli("retire", "--off", 1, 3, "nobody", "--dry-run").out == "1 card would be brought back\n"
    assert run_cli("retire", "--off", "nobody", "--dry-run").status == 1
    run_cli("undo")
    assert run_cli("due", "--count").out == "5\n"
    for wrong in ((1,), ("--off",), ("--query", "is:starred"), ("card:1",)):
        assert run_cli("retire", "--unrecalled", *wrong).status == 2
    assert run_cli("retire").status == 2
