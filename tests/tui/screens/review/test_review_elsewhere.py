"""A review while other windows and scripts change its cards; undo of each of its steps; the end of a review."""

import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import pytest

from readq.config import Config
from readq.days import parse_instant
from readq.model.values import Rating, Status
from readq.services.papers import corrections, notes, triage
from readq.services.review import card_changes, ratings
from readq.services.review.cards import ReviewChoice
from readq.store.library import open_for_writing

Raw = Callable[..., list[tuple[Any, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
Change = Callable[[sqlite3.Connection, datetime], object]

NOW = parse_instant("2026-11-23T09:00:00+01:00")
IN_FORCE = "SELECT card_id, rating FROM review WHERE undone = 0 ORDER BY id"


def elsewhere(path: str, change: Change) -> None:
    """Change the library as another process does."""
    with contextlib.closing(open_for_writing(path)) as connection:
        change(connection, NOW)


@pytest.fixture
def done(library_path: str) -> str:
    """Finish all five papers. Return the path of the library."""
    elsewhere(library_path, lambda conn, now: triage.mark(conn, [1, 2, 3, 4, 5], Status.DONE, now))
    return library_path


CHANGES: dict[str, Change] = {
    "answered": lambda conn, now: ratings.rate_papers(conn, [2], Rating.EASY, now, Config()),
    "suspended": lambda conn, now: card_changes.suspend(conn, 2, now),
    "dropped": lambda conn, now: triage.mark(conn, [2], Status.DROPPED, now),
    "removed": lambda conn, now: corrections.remove(conn, [2], now),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_card_changed_elsewhere_leaves_the_review(done: str, open_ui: OpenUi, raw: Raw, change: str) -> None:
    async with open_ui(done) as ui:
        await ui.type("v  3")
        elsewhere(done, CHANGES[change])
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "left out: Boosting Trees, answered or taken out elsewhere since this review began" in ui.text()
        assert "Causal Dreams" in ui.text()
        before = raw(IN_FORCE)
        await ui.type("  3  3  3")
        assert raw(IN_FORCE) == [*before, (3, 3), (4, 3), (5, 3)]
        assert "4 cards, 4 answers: 4 good." in ui.text()


@pytest.mark.parametrize("change", CHANGES)
async def test_an_answer_to_a_card_changed_elsewhere_is_not_written(
    done: str, open_ui: OpenUi, raw: Raw, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The UI has not seen the change. Keys for the next cards are queued already."""
    monkeypatch.setattr("readq.tui.app.app._POLL_INTERVAL", 3600)
    async with open_ui(done) as ui:
        await ui.type("v  3")
        elsewhere(done, CHANGES[change])
        before = raw(IN_FORCE)
        ui.queue_keys(*"  3  3  3  3")
        await ui.wait_until_idle()
        assert [row for row in raw(IN_FORCE) if row not in before] == [(3, 3), (4, 3), (5, 3)]
        assert "4 cards, 4 answers: 4 good." in ui.text()
        assert raw("SELECT count(*) FROM step WHERE undone IS NOT NULL") == [(0,)]


async def test_an_answer_says_that_it_was_not_written(
    done: str, open_ui: OpenUi, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without polls, the screen shows the card as it was.
    monkeypatch.setattr("readq.tui.app.app._POLL_INTERVAL", 3600)
    async with open_ui(done) as ui:
        await ui.type("v ")
        elsewhere(done, lambda conn, now: ratings.rate_papers(conn, [1], Rating.EASY, now, Config()))
        await ui.press("3")
        assert "not written, it was answered or taken out since: Attention" in ui.text()
        assert "Boosting Trees" in ui.text()
        assert raw(IN_FORCE) == [(1, 4)]


async def test_undo_takes_back_notes_and_priority_too(done: str, open_ui: OpenUi, raw: Raw) -> None:
    async with open_ui(done) as ui:
        await ui.type("v  3")
        await ui.type("nThe claim")
        await ui.press("escape")
        await ui.press("!")
        assert raw("SELECT priority FROM card WHERE id = 2") == [(1,)]
        assert raw("SELECT text FROM note") == [("The claim",)]
        await ui.press("u")
        assert raw("SELECT priority FROM card WHERE id = 2") == [(0,)]
        assert raw("SELECT count(*) FROM note") == [(1,)]
        assert raw(IN_FORCE) == [(1, 3)]
        await ui.press("u")
        assert raw("SELECT count(*) FROM note") == [(0,)]
        assert raw(IN_FORCE) == [(1, 3)]
        await ui.press("u")
        assert raw(IN_FORCE) == []
        assert "Attention Is Enough" in ui.text()
        await ui.press("u")
        assert "nothing to undo in this review" in ui.text()


async def test_undo_of_an_answer_undone_elsewhere_goes_on(done: str, open_ui: OpenUi, raw: Raw) -> None:
    from readq.services.history import undo

    async with open_ui(done) as ui:
        await ui.type("v  3")
        elsewhere(done, lambda conn, now: undo.undo(conn, now))
        await ui.press("u")
        await ui.type("  4  3")
        assert raw(IN_FORCE) == [(1, 4), (2, 3)]


async def test_again_is_asked_until_it_is_remembered(done: str, open_ui: OpenUi, raw: Raw) -> None:
    async with open_ui(done, Config(a_day=1)) as ui:
        await ui.type("v 1 1 1 3")
        assert "1 card, 4 answers: 3 again, 1 good." in ui.text()
        assert raw("SELECT reps, lapses, due FROM card WHERE id = 1") == [(4, 0, "2026-11-25")]


async def test_one_count_and_more_cards_at_the_end(done: str, open_ui: OpenUi, raw: Raw) -> None:
    async with open_ui(done, Config(a_day=2)) as ui:
        assert "today 2 of 5" in ui.lines()[0]
        await ui.press("v")
        assert "2 to go · 0 rated · today 2 of 5" in ui.text()
        await ui.press("+")
        assert "nothing was written to keep" in ui.text()
        await ui.type(" 3 3")
        assert "2 cards, 2 answers: 2 good." in ui.text()
        assert "3 wait, about 2 days at 2 a day. + asks 5 more." in ui.text()
        await ui.press("q")
        assert "today 0 of 3" in ui.lines()[0]
        await ui.press("v")
        assert "Today's cards are done." in ui.text()
        await ui.press("+")
        assert "3 to go" in ui.text()
        await ui.type(" 3 3 3")
        assert len(raw(IN_FORCE)) == 5
        await ui.press("+")
        assert "nothing more is due" in ui.text()


async def test_a_review_keeps_its_day_after_four_in_the_morning(
    done: str, open_ui: OpenUi, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READQ_NOW", "2026-11-24T03:59:00+01:00")
    async with open_ui(done) as ui:
        await ui.type("v 1")
        monkeypatch.setenv("READQ_NOW", "2026-11-24T04:01:00+01:00")
        await ui.type(" 3 3 3 3 3")
        assert raw("SELECT DISTINCT day FROM review") == [("2026-11-23",)]
        assert raw("SELECT elapsed_days FROM review WHERE card_id = 1") == [(0,), (0,)]


async def test_a_clock_far_ahead_is_asked_about(done: str, open_ui: OpenUi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READQ_NOW", "2036-11-23T09:00:00+01:00")
    async with open_ui(done) as ui:
        await ui.press("v")
        assert "the clock says 2036-11-23, 3,653 days after the newest entry" in " ".join(ui.text().split())
        await ui.press("enter")
        assert "to go" not in ui.text()
        await ui.press("v")
        await ui.type("yes\r")
        assert "5 to go" in ui.text()


async def test_finishing_a_paper_that_is_done_says_what_enrols_it(done: str, open_ui: OpenUi, raw: Raw) -> None:
    elsewhere(done, lambda conn, now: triage.enrol(conn, [1, 2, 3, 4, 5], False, now))
    async with open_ui(done) as ui:
        await ui.type("4gf")
        assert "done already, m puts it into review: " in ui.text()
        await ui.type("gm")
        assert "now in review: " in ui.text()
        await ui.type("gf")
        assert "(already so)" in ui.text()


async def test_a_dropped_paper_cannot_be_put_into_review(done: str, open_ui: OpenUi, raw: Raw) -> None:
    elsewhere(done, lambda conn, now: triage.mark(conn, [1], Status.DROPPED, now))
    async with open_ui(done) as ui:
        await ui.type("6m")
        assert "not in review, because a dropped paper is never asked: " in ui.text()


async def test_no_more_cards_are_offered_of_papers_that_were_asked_today(done: str, open_ui: OpenUi) -> None:
    elsewhere(done, lambda conn, now: triage.enrol(conn, [2, 3, 4, 5], False, now))
    elsewhere(done, lambda conn, now: notes.save(conn, 1, "Which law? :: Conservation\n", now))
    async with open_ui(done) as ui:
        await ui.type("v 3")
        elsewhere(done, lambda conn, now: conn.execute("UPDATE card SET due = '2026-11-20' WHERE kind = 'question'"))
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "next Tue: 1" in ui.text()
        assert "1 waits for tomorrow." in ui.text()
        assert "asks 5 more" not in ui.text()


async def test_more_cards_are_those_that_the_review_was_begun_for(done: str, open_ui: OpenUi, raw: Raw) -> None:
    elsewhere(done, lambda conn, now: triage.tag(conn, [2, 3], ["rl"], [], now))
    async with open_ui(done, Config(a_day=1), review=ReviewChoice("tag:rl")) as ui:
        await ui.type(" 3")
        assert "asks 5 more" in ui.text()
        assert "five more" in ui.lines()[-1]
        await ui.press("+")
        assert "1 to go" in ui.text()
        await ui.type(" 3")
        assert [card for card, _ in raw(IN_FORCE)] == [2, 3]
        assert "3 wait" in ui.text()
        assert "asks 5 more" not in ui.text()
        assert "five more" not in ui.lines()[-1]
        await ui.press("+")
        assert "nothing more that tag:rl finds is due" in ui.text()


async def test_more_cards_of_a_review_ahead_may_be_due_later(done: str, open_ui: OpenUi, raw: Raw) -> None:
    raw("UPDATE card SET due = '2026-11-26' WHERE id > 1")
    async with open_ui(done, Config(a_day=1), review=ReviewChoice(ahead=7)) as ui:
        await ui.type(" 3")
        assert "five more" in ui.lines()[-1]
        await ui.press("+")
        assert "4 to go" in ui.text()


async def test_more_cards_are_five_even_if_the_day_has_room(
    done: str, open_ui: OpenUi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.actions.review.card.MORE", 2)
    elsewhere(done, lambda conn, now: triage.tag(conn, [1], ["rl"], [], now))
    async with open_ui(done, review=ReviewChoice("tag:rl")) as ui:
        await ui.type(" 3")
        elsewhere(done, lambda conn, now: triage.tag(conn, [2, 3, 4, 5], ["rl"], [], now))
        await ui.press("+")
        assert "2 to go" in ui.text()


async def test_a_view_removed_during_a_review_of_its_papers_ends_it_in_words(
    done: str, open_ui: OpenUi, raw: Raw
) -> None:
    raw("INSERT INTO view (name, query, sort, position) VALUES ('mine', 'status:done', 'seen', 1)")
    async with open_ui(done, Config(a_day=1), review=ReviewChoice("view:mine")) as ui:
        raw("DELETE FROM view")
        await ui.type(" 3")
        assert "1 card, 1 answer" in ui.text()
        assert "five more" not in ui.lines()[-1]
