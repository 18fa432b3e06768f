import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.store.papers import queries
from readq.tui.screens.review.review_screen import ReviewScreen, format_interval
from readq.tui.state.background import awaited_read

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


AT_ONCE = Config(first_review="now", ask_on_done=False)
"""A finished paper is due at once, and nothing is asked when it is finished."""


async def begin(ui: Any) -> None:  # noqa: ANN401 - the UiDriver of conftest
    """Finish the first two papers, note on the first, and review."""
    await ui.type("f")
    await ui.type("f")
    await ui.press("g")
    await ui.type("nclaim: It is so")
    await ui.press("escape")
    await ui.press("v")


async def test_asks_the_claim_then_shows_own_words_and_the_abstract_on_its_key(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        assert "Attention Is Enough" in ui.text()
        assert "What did they claim?" in ui.text()
        assert "It is so" not in ui.text()
        assert "r writes down what you recall" in ui.text()
        await ui.press("1")
        assert "── your line, claim: ─" in ui.text()
        assert "Abstract of paper 1" not in ui.text()
        assert "A abstract" in ui.lines()[-1]
        await ui.type("     ")
        assert "Abstract of paper 1" not in ui.text()
        await ui.press("A")
        assert "Abstract of paper 1" in ui.text()
        assert "3 good 8d" in ui.text()
        assert raw("SELECT count(*) FROM review") == [(0,)]
        assert ui.lines()[-1].lstrip().startswith("Enter good")
        await ui.press("enter")
        assert raw("SELECT rating, prompt, recalled FROM review") == [(3, "claim", None)]
        assert "Boosting Trees" in ui.text()


async def test_without_a_note_the_ends_of_the_abstract_come_first(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("fv ")
        assert "no line claim: in your note yet; n writes one" in ui.text()
        assert "Abstract of paper 1. … It goes on for a while." in ui.text()
        assert "A shows the whole abstract" in ui.text()
        await ui.press("A")
        assert "Abstract of paper 1. It goes on for a while." in ui.text()


async def test_a_written_recall_is_logged_compared_and_kept(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("enter")
        await ui.type("attention suffices\r")
        text = ui.text()
        assert text.index("── you recalled ─") < text.index("attention suffices") < text.index("your line, claim:")
        await ui.press("r")
        assert "the card is revealed" in ui.text()
        await ui.press("+")
        assert "kept in the note" in ui.text()
        assert raw("SELECT text FROM note") == [("claim: It is so\n2026-11-23: attention suffices",)]
        await ui.press("+")
        assert "in the note already" in ui.text()
        await ui.type("1")
        assert raw("SELECT recalled, taken_ms IS NOT NULL, sitting > 0 FROM review") == [("attention suffices", 1, 1)]
        await ui.type(" 3")
        await ui.press("r", "escape")
        assert "recall:" not in ui.text()
        await ui.type(" ")
        assert "── you recalled on 2026-11-23 ─" in ui.text()
        assert "attention suffices" in ui.text()
        await ui.press("+")
        assert "nothing was written to keep" in ui.text()
        await ui.press("u", "u", "u")
        assert raw("SELECT text FROM note") == [("claim: It is so",)]


async def test_an_empty_recall_only_reveals(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("r", "enter")
        assert "your line, claim:" in ui.text()
        assert "you recalled" not in ui.text()
        await ui.press("enter")
        assert raw("SELECT rating, recalled FROM review") == [(3, None)]


async def test_links_in_a_line_name_their_papers(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    ((key,),) = raw("SELECT key FROM paper WHERE id = 2")
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type(f"gnclaim: against [[{key}]] and [[nobody1999]]")
        await ui.press("escape")
        await ui.type("fv ")
        assert f"→ {key} · Boosting Trees" in ui.text()
        assert "→ nobody1999 · not in the library" in ui.text()


async def test_history_names_the_days_on_which_a_card_was_forgotten(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        raw("UPDATE card SET lapses = 2")
        await ui.press("h")
        assert ", forgotten on 2 days" in ui.text()


async def test_history_shows_answers_but_no_recall_before_the_reveal(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("r")
        await ui.type("a secret\r1")
        await ui.type(" 3h")
        assert "due 2026-11-24 · now 100%" in ui.text()
        assert "2026-11-23  again · claim · next after 1 day" in ui.text()
        assert "a secret" not in ui.text()
        await ui.type("q h")
        assert "a secret" in ui.text()
        await ui.press("q")
        assert "to go" in ui.text()


async def test_retire_and_postpone_and_undo(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    state = "SELECT retired, buried_until FROM card ORDER BY id"
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("x")
        await ui.type("z1w\r")
        assert raw(state) == [("2026-11-23", None), (None, "2026-11-30")]
        assert "Nothing was rated." in ui.text()
        await ui.press("u", "u")
        assert raw(state) == [(None, None), (None, None)]
        assert "2 to go" in ui.text()
        await ui.type("ztoday\r")
        assert "2026-11-23 is not in the future" in ui.text()


async def test_tags_and_metadata_are_changed_and_taken_back(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.type("trl\r")
        assert raw("SELECT paper_id, tag FROM paper_tag") == [(1, "rl")]
        await ui.type(" 3u")
        assert raw("SELECT paper_id, tag FROM paper_tag") == [(1, "rl")]
        await ui.press("u")
        assert raw("SELECT count(*) FROM paper_tag") == [(0,)]
        assert raw("SELECT status FROM paper WHERE id = 1") == [("done",)]


@pytest.mark.parametrize(
    ("key", "column", "value"), [("b", "suspended", 1), ("x", "retired", "2026-12-02"), ("a", "suspended", 0)]
)
async def test_forgotten_twice_running_asks_what_to_do(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch, key: str, column: str, value: object
) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("fv 1 1")
        assert "Forgotten twice" not in ui.text()
        await ui.type(" 3q")
        monkeypatch.setenv("READQ_NOW", "2026-12-02T09:00:00+01:00")
        await ui.type("v 1")
        assert "Forgotten twice in a row" in ui.text()
        await ui.press(key)
        assert raw(f"SELECT {column} FROM card") == [(value,)]
        assert ("1 to go" in ui.text()) == (key == "a")
        if key != "a":
            await ui.press("u")
            assert raw("SELECT suspended, retired FROM card") == [(0, None)]
            assert raw("SELECT status FROM paper WHERE id = 1") == [("done",)]
            await ui.press("u")
            assert "1 to go · 0 rated" in ui.text()


async def test_more_cards_are_those_of_the_day_on_which_the_review_began(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READQ_NOW", "2026-11-24T03:50:00+01:00")
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("fv 1 2")
        monkeypatch.setenv("READQ_NOW", "2026-11-24T04:05:00+01:00")
        assert "five more" not in ui.text()
        await ui.press("+")
        assert "nothing more is due" in ui.text()


async def test_a_paper_to_be_read_again_is_asked_when_it_is_finished(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = "SELECT status, suspended FROM paper p JOIN card c ON c.paper_id = p.id"
    async with open_ui(library_path, AT_ONCE) as ui:
        # A paper of the inbox that was put into review by hand.
        await ui.type("mv 1 3q")
        monkeypatch.setenv("READQ_NOW", "2026-12-02T09:00:00+01:00")
        await ui.type("v 1b")
        assert raw(state) == [("reading", 1)]
        await ui.press("u")
        assert raw(state) == [("inbox", 0)]


async def test_the_note_of_a_card_forgotten_twice_is_opened(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("fv 1 3q")
        monkeypatch.setenv("READQ_NOW", "2026-12-02T09:00:00+01:00")
        await ui.type("v 1")
        await ui.press("n")
        await ui.type("claim: short")
        await ui.press("escape")
        assert raw("SELECT paper_id, text FROM note") == [(1, "claim: short")]


async def test_an_interval_past_a_year_offers_to_retire(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("f")
        raw(
            "UPDATE card SET stability = 200, difficulty = 5, interval_days = 300, last_day = '2025-11-23', reps = 3,"
            " due = '2026-11-20'"
        )
        await ui.type("v 3")
        assert "Next asked in more than a year: Attention Is Enough" in ui.text()
        await ui.press("x")
        assert raw("SELECT retired, reps FROM card") == [("2026-11-23", 4)]
        assert "1 card, 1 answer: 1 good." in ui.text()
        await ui.press("u")
        assert raw("SELECT retired, reps FROM card") == [(None, 4)]
        assert "1 card, 1 answer: 1 good." in ui.text()
        await ui.press("u")
        assert raw("SELECT retired, reps FROM card") == [(None, 3)]
        assert "1 to go · 0 rated" in ui.text()


async def test_row_64_undo_removes_the_last_rating(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        before = raw("SELECT due, stability, reps FROM card ORDER BY id")
        await ui.type("  4u")
        assert raw("SELECT due, stability, reps FROM card ORDER BY id") == before
        assert "Attention Is Enough" in ui.text()
        assert "2 to go · 0 rated" in ui.text()


@pytest.mark.parametrize(("keys", "ratings"), [(" 3333", [3]), ("  3 3", [3]), ("1 33333", [3])])
async def test_row_64_a_key_held_down_rates_once(
    open_ui: OpenUi, library_path: str, raw: Raw, keys: str, ratings: list[int]
) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("f")
        await ui.press("v")
        await ui.type(keys)
        assert [row[0] for row in raw("SELECT rating FROM review")] == ratings


async def test_again_repeats_the_card_and_the_end_shows_a_summary(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.type("  1 3 3")
        assert "Done for now." in ui.text()
        assert "2 cards, 3 answers: 1 again, 2 good." in ui.text()
        assert "1 of 2 remembered · next Wed: 1" in ui.text()
        await ui.press("q")
        assert "Inbox" in ui.lines()[0]


async def test_a_card_is_buried_or_suspended(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("-", "@")
        assert raw("SELECT buried_until IS NOT NULL, suspended FROM card ORDER BY id") == [(1, 0), (0, 1)]
        await ui.press("u", "u")
        assert raw("SELECT buried_until IS NOT NULL, suspended FROM card ORDER BY id") == [(0, 0), (0, 0)]


async def test_a_message_says_that_nothing_is_due(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.press("v")
        assert "nothing is due" in ui.text()


async def test_a_review_is_opened_without_a_read_of_all_papers_in_the_ui_thread(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    count = queries.counts

    def counted(connection: sqlite3.Connection, today: str) -> queries.Counts:
        threads.append(threading.current_thread().name)
        return count(connection, today)

    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.press("f", "escape")
        monkeypatch.setattr(queries, "counts", counted)
        await ui.press("v")
        assert isinstance(ui.app.screen, ReviewScreen)
        assert threads == ["readq-writer"]


async def test_a_review_that_cannot_be_read_in_time_is_not_opened(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(awaited_read, "_PATIENCE", 0.0)
    goes_on = threading.Event()
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.press("f", "escape")
        ui.app.session.read(lambda _: goes_on.wait(30), lambda _: None)
        ui.queue_keys("v")
        await ui.wait_until(lambda: "the library is busy or locked for a moment (try again)" in ui.text())
        goes_on.set()
        await ui.wait_until_idle()
        assert not isinstance(ui.app.screen, ReviewScreen)


@pytest.mark.parametrize(("days", "text"), [(None, ""), (1, "1d"), (28, "28d"), (91, "3mo"), (548, "1.5y")])
def test_format_interval(days: int | None, text: str) -> None:
    assert format_interval(days) == text


async def test_metadata_are_edited_and_taken_back(
    open_ui: OpenUi, library_path: str, raw: Raw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/Is Enough/Is Needed/' \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setattr("readq.tui.widgets.terminal.run_suspended", lambda _app, act: act())
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("E")
        assert raw("SELECT title FROM paper WHERE id = 1") == [("Attention Is Needed",)]
        assert "Attention Is Needed" in ui.text()
        await ui.type(" 3u")
        assert raw("SELECT title FROM paper WHERE id = 1") == [("Attention Is Needed",)]
        await ui.press("u")
        assert raw("SELECT title FROM paper WHERE id = 1") == [("Attention Is Enough",)]


async def test_scrolling_a_short_card_says_why_nothing_happens(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("J")
        assert "the whole text is on the screen" in ui.text()


async def test_a_line_is_kept_once_whatever_is_taken_back(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.type("rattention")
        await ui.press("enter")
        await ui.press("+", "!", "u", "+", "3", "u")
        await ui.wait_until_idle()
        await ui.press("+")
        assert "in the note already" in ui.text()
        assert raw("SELECT text FROM note") == [("claim: It is so\n2026-11-23: attention",)]
        await ui.press("u")
        assert raw("SELECT text FROM note") == [("claim: It is so",)]
        await ui.press("+")
        assert raw("SELECT text FROM note") == [("claim: It is so\n2026-11-23: attention",)]


async def test_a_card_taken_out_before_its_reveal_comes_back_hidden(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("-")
        await ui.press("u")
        assert "It is so" not in ui.text()
        assert "r writes down what you recall" in ui.text()
        await ui.type("rmine\r-")
        await ui.press("u")
        assert "It is so" in ui.text()
        assert "mine" in ui.text()


@pytest.mark.parametrize("key", ["space", "enter", "1", "3"])
async def test_a_key_that_needs_a_card_says_at_the_end_that_there_is_none(
    open_ui: OpenUi, library_path: str, key: str
) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("fv 3")
        await ui.press(key)
        assert "all cards of this review are answered" in ui.text()
