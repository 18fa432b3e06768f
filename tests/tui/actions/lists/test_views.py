import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste

from readq.tui.state.library_cache import ListQuery
from readq.tui.state.preferences import view_orders

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def choose(ui: Any, words: str) -> None:  # noqa: ANN401 - a ui
    await ui.type(":")
    await ui.type(words)
    await ui.press("enter")


async def test_the_list_is_saved_as_a_view(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("s", "/", *"is:starred", "enter")
        await choose(ui, "bookmark filter")
        await ui.press(*"Best", "enter")
        assert raw("SELECT name, query, sort FROM view") == [("Best", "status:inbox -is:snoozed (is:starred)", "seen")]
        await ui.press("escape")
        assert len(ui.app.session.list_state) == 5
        await choose(ui, "view: best")
        assert list(ui.app.session.list_state.ids) == [1]
        await ui.type("u")
        assert raw("SELECT count(*) FROM view") == [(0,)]


@pytest.mark.parametrize(
    ("watch", "said"), [("drop", "replaced view Best, still a watch (drop): "), (None, "replaced view Best: ")]
)
async def test_a_view_saved_under_a_name_in_use_says_so_and_stays_a_watch(
    open_ui: OpenUi, library_path: str, raw: Raw, watch: str | None, said: str
) -> None:
    raw("INSERT INTO view (name, query, sort, position, watch) VALUES ('Best', 'tag:rl', 'title', 1, ?)", (watch,))
    async with open_ui(library_path, size=(160, 30)) as ui:
        await choose(ui, "bookmark filter")
        await ui.press(*"Best", "enter")
        assert said in ui.text()
        inbox = ("Best", "status:inbox -is:snoozed", "seen", watch)
        assert raw("SELECT name, query, sort, watch FROM view") == [inbox]
        await choose(ui, "bookmark filter")
        await ui.press(*"Best", "enter")
        assert "this view is saved already" in ui.text()
        await ui.type("u")
        assert raw("SELECT name, query, sort, watch FROM view") == [("Best", "tag:rl", "title", watch)]


async def test_a_saved_view_of_dropped_papers_lists_them(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'dropped' WHERE id = 3")
    raw("INSERT INTO view (name, query, sort, position) VALUES ('gone', 'status:dropped', 'added', 1)")
    async with open_ui(library_path) as ui:
        await choose(ui, "view: gone")
        assert list(ui.app.session.list_state.ids) == [3]
        await choose(ui, "off the saved")
        assert raw("SELECT count(*) FROM view") == [(0,)]
        assert "removed view gone" in ui.text()


async def test_a_view_with_a_bad_query_shows_an_error(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    raw("INSERT INTO view (name, query, sort, position) VALUES ('odd', 'colour:red', 'added', 1)")
    async with open_ui(library_path) as ui:
        errors: list[str] = []
        ui.app.show_error = lambda error: errors.append(str(error))
        await choose(ui, "view: odd")
        assert "there is no field" in errors[0]
        assert len(ui.app.session.list_state) == 5


async def test_the_view_of_all_papers_cannot_be_saved(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("5")
        errors: list[str] = []
        ui.app.show_error = lambda error: errors.append(str(error))
        await choose(ui, "bookmark filter")
        assert "filter the list first" in errors[0]


def insert_views(raw: Raw, *views: tuple[str, str]) -> None:
    for position, (name, query) in enumerate(views, 1):
        raw(f"INSERT INTO view (name, query, sort, position) VALUES ('{name}', '{query}', 'title', {position})")


async def test_views_of_ones_own_are_tabs_with_numbers_and_keys(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    insert_views(raw, ("best", "is:starred"), ("two words", "status:inbox"), ("third", "status:done"))
    raw("UPDATE paper SET starred = 1 WHERE id < 3")
    async with open_ui(library_path, size=(200, 40)) as ui:
        assert "9 best 2" in ui.lines()[0]
        assert "0 two words 5   third 0" in ui.lines()[0]
        await ui.type("9")
        assert list(ui.app.session.list_state.ids) == raw_ids(raw, "starred = 1 ORDER BY title")
        assert "[9 best 2]" in ui.lines()[0]
        assert "best · by title · 2 papers" in ui.text()
        await ui.type("d")
        await ui.wait_until(lambda: "[9 best 1]" in ui.lines()[0])
        await ui.type("0")
        assert len(ui.app.session.list_state) == 4
        await ui.type("/")
        await ui.type("dreams")
        await ui.press("enter")
        assert list(ui.app.session.list_state.ids) == [3]


def raw_ids(raw: Raw, condition: str) -> list[object]:
    return [row[0] for row in raw(f"SELECT id FROM paper WHERE {condition}")]


async def test_keys_of_views_that_there_are_not_say_so(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("9")
        assert "there is no view of your own" in ui.text()
        await ui.type("-")
        assert "there is no view before this one" in ui.text()
        insert_views(raw, ("best", "is:starred"))
        ui.app.session.refresh()
        await ui.type("0")
        assert "there is only one view of your own" in ui.text()


async def test_the_key_of_the_view_before_goes_back_and_forth_to_the_same_paper(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("jj2")
        assert "- Inbox" in ui.lines()[-1]
        await ui.type("5-")
        assert ui.app.session.library.list_query.view == "queue"
        await ui.type("1/")
        await ui.type("abstract")
        await ui.press("enter")
        await ui.type("jj")
        current = ui.app.session.list_state.current
        assert current
        await ui.type("5-")
        assert ui.app.session.library.list_query[:2] == ("inbox", "abstract")
        assert ui.app.session.list_state.current == current


async def test_letters_find_a_view_in_the_menu(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    insert_views(raw, ("agents", "tag:rl"), ("thesis", "is:starred"))
    async with open_ui(library_path) as ui:
        await ui.type("'")
        assert [line.split()[:2] for line in ui.lines()[9:11]] == [["9", "agents"], ["0", "thesis"]]
        await ui.type("ths")
        assert [row.title for row in ui.app.screen.rows.shown] == ["thesis"]
        await ui.press("enter")
        assert ui.app.session.library.list_query.view == "view:thesis"
        await ui.type("'queue")
        await ui.press("escape", "escape")
        assert ui.app.session.library.list_query.view == "view:thesis"
        await ui.type("'zzz")
        assert "No view has these letters" in ui.text()
        await ui.press("enter")
        assert "no view has these letters" in ui.text()


async def test_a_view_is_renamed_moved_watched_and_removed_in_the_menu_as_steps(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    insert_views(raw, ("agents", "tag:rl"), ("thesis", "is:starred"))
    async with open_ui(library_path) as ui:
        await ui.type("9'")
        await ui.press("f2", *["backspace"] * 6)
        await ui.type("robots")
        await ui.press("enter")
        assert ui.app.session.library.list_query.view == "view:robots"
        await ui.press(">")
        assert raw("SELECT name FROM view ORDER BY position") == [("thesis",), ("robots",)]
        await ui.press("!")
        assert raw("SELECT watch FROM view WHERE name = 'robots'") == [("raise",)]
        assert "raise: caught 0 papers this month" in ui.text()
        await ui.press("delete")
        assert raw("SELECT name FROM view") == [("thesis",)]
        assert "removed view robots" in ui.text()
        await ui.press("escape")
        for _ in range(4):
            await ui.type("u")
        assert raw("SELECT name, watch FROM view ORDER BY position") == [("agents", None), ("thesis", None)]


@pytest.mark.parametrize("chosen", [True, False])
async def test_a_renamed_view_keeps_what_was_chosen_for_it_also_after_a_restart(
    open_ui: OpenUi, library_path: str, raw: Raw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    insert_views(raw, ("best", "status:inbox"))
    keys = ("S", "u", "|") if chosen else ()
    async with open_ui(library_path) as ui:
        await ui.press("9", *keys)
        layout = ui.app.screen.body.layout_now
        await ui.press("'", "f2", *["backspace"] * 4, *"  my   best ", "enter")
        assert ui.app.session.library.list_query.view == 'view:"my best"'
        await ui.press("escape")
        assert "[9 my best 5]" in ui.lines()[0]
    async with open_ui(library_path) as ui:
        await ui.press("9")
        assert ui.app.session.library.list_query.sort == ("upvotes" if chosen else "title")
        assert ui.app.screen.body.layout_now == layout
    orders = Path(view_orders.default_path())
    assert json.loads(orders.read_text() if orders.exists() else "{}") == (
        {"view:best": "upvotes", 'view:"my best"': "upvotes"} if chosen else {}
    )


@pytest.mark.parametrize("name", ["a" * 61, 'say "hi"', "back\\slash", "\u200b"])
async def test_a_name_that_no_view_can_have_is_refused_before_the_input_closes(
    open_ui: OpenUi, library_path: str, raw: Raw, name: str
) -> None:
    insert_views(raw, ("best", "status:inbox"))
    async with open_ui(library_path) as ui:
        await ui.press("9", "'", "f2", *["backspace"] * 4)
        ui.app.screen.prompt_line._edit.insert(name)
        await ui.press("enter")
        assert "is not a valid name for a view" in ui.text()
        assert ui.app.screen.prompt_line.prompt is not None
        await ui.press("escape", "escape")
        await choose(ui, "bookmark filter")
        ui.app.screen.prompt_line._edit.insert(name)
        await ui.press("enter")
        assert "is not a valid name for a view" in ui.text()
        assert ui.app.screen.prompt_line.prompt is not None
        assert raw("SELECT name FROM view") == [("best",)]


async def test_a_built_in_view_cannot_be_changed(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("'")
        for key in ("f2", "delete", "<", ">", "!"):
            await ui.press(key)
            assert "this view is built in" in ui.text()


async def test_the_layout_is_remembered_for_each_view(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    insert_views(raw, ("best", "is:starred"))
    async with open_ui(library_path) as ui:
        body = ui.app.screen.body
        await ui.type("|")
        inbox = body.layout_now
        await ui.type("9|")
        assert body.layout_now != inbox
        await ui.type("1")
        assert body.layout_now == inbox
        await ui.app.workers.wait_for_complete()
    async with open_ui(library_path) as ui:
        assert ui.app.screen.body.layout_now == inbox
        await ui.type("9")
        assert ui.app.screen.body.layout_now != inbox


async def test_a_view_removed_by_another_program_stays_until_another_is_shown(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    insert_views(raw, ("best", "status:inbox"))
    async with open_ui(library_path) as ui:
        await ui.type("9")
        raw("DELETE FROM view")
        ui.app.session.refresh()
        assert "[best]" in ui.lines()[0]
        assert len(ui.app.session.list_state) == 5
        await ui.type("1")
        assert "best" not in ui.lines()[0]


async def test_pasted_text_is_inserted_once_in_the_menu_and_in_its_inputs(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    insert_views(raw, ("best", "status:inbox"))
    async with open_ui(library_path) as ui:
        await ui.press("'")
        ui.app.post_message(Paste("be\nst"))
        await ui.wait_until_idle()
        assert "find: be st" in ui.lines()[0]
        assert "pasted text" not in ui.text()
        await ui.press("ctrl+u", "b", "f2", "ctrl+u")
        ui.app.post_message(Paste("top"))
        await ui.press("enter")
        assert raw("SELECT name FROM view") == [("top",)]


async def test_the_text_to_find_is_drawn_for_the_new_width(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, size=(40, 20)) as ui:
        await ui.press("'", *"a long text to find")
        assert "a long text" not in ui.lines()[0]
        await ui.pilot.resize_terminal(80, 24)
        await ui.wait_until_idle()
        assert "find: a long text to find" in ui.lines()[0]


async def undo_in_the_ui(ui: Any, raw: Raw) -> None:  # noqa: ANN401 - a ui
    await ui.type("u")


async def rename_in_another_process(ui: Any, raw: Raw) -> None:  # noqa: ANN401 - a ui
    raw("UPDATE view SET name = 'best' WHERE name = 'top'")
    ui.app.session.refresh_if_changed()
    await ui.wait_until_idle()


@pytest.mark.parametrize("rename", [undo_in_the_ui, rename_in_another_process])
async def test_a_list_follows_its_view_under_another_name(
    open_ui: OpenUi, library_path: str, raw: Raw, rename: Callable[[Any, Raw], Any]
) -> None:
    insert_views(raw, ("best", "status:inbox"))
    async with open_ui(library_path) as ui:
        await ui.press("9", "'", "f2", *["backspace"] * 4, *"top", "enter", "escape")
        await ui.press("S", "u")
        await rename(ui, raw)
        assert "[9 best 5]" in ui.lines()[0]
        assert "top" not in ui.lines()[0]
        await ui.press("/", *"gardens", "enter")
        assert len(ui.app.session.list_state) == 1
        await ui.press("escape", "r")
        assert ui.app.session.library.list_query == ListQuery("view:best", "", "upvotes")
        await ui.press("1", "9")
        assert ui.app.session.library.list_query.sort == "upvotes"


async def test_the_view_before_is_followed_and_is_not_offered_while_it_is_gone(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    insert_views(raw, ("best", "status:inbox"))
    async with open_ui(library_path) as ui:
        await ui.press("9", "1")
        raw("UPDATE view SET name = 'top'")
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "- top" in ui.lines()[-1]
        await ui.press("'")
        await ui.type("top")
        await ui.press("delete", "escape", "escape")
        assert "- top" not in ui.lines()[-1]
        await ui.press("-")
        assert "there is no view before this one" in ui.text()
        await ui.press("u")
        await ui.press("-")
        assert "[9 top 5]" in ui.lines()[0]


async def test_a_filter_in_a_removed_view_says_that_the_view_is_gone(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    insert_views(raw, ("best", "status:inbox"))
    async with open_ui(library_path) as ui:
        await ui.type("9")
        raw("DELETE FROM view")
        await ui.press("/", *"gardens", "enter")
        assert "there is no view best any more (it was removed or renamed)" in ui.text()
        await ui.press("escape", "r")
        assert "there is no view best any more" in ui.text()
        assert "column" not in ui.text()
        assert len(ui.app.session.list_state) == 5


async def test_new_papers_are_announced_while_the_papers_of_views_are_counted(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    insert_views(raw, ("best", "is:starred"))
    async with open_ui(library_path) as ui:
        own = ui.app.screen.views.own
        await ui.wait_until(lambda: not own._is_counting and own._rests_until < time.monotonic())
        raw(
            "INSERT INTO paper (key, title, title_key, added, trust, starred)"
            " VALUES ('new', 'New', 'new', '2026-11-23T08:00:00Z', 10, 1)"
        )
        ui.app.session.refresh_if_changed()
        # The counts, the numbers of the views, and the statuses of the listed papers.
        assert ui.app.session.reader.pending == 3
        await ui.wait_until(lambda: "9 best 1" in ui.lines()[0])
        await ui.wait_until_idle()
        assert "1 new, r shows them" in ui.text()


async def test_a_cancelled_filter_gives_back_the_cursor_and_the_selection(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("j", "space", "j", "/", *"gardens")
        assert len(ui.app.session.list_state) == 1
        await ui.press("escape")
        assert list(ui.app.session.list_state.targets()) == [2]
        assert ui.app.session.list_state.current == 4
        await ui.press("/", *"entropy")
        await ui.press("escape")
        assert ui.app.session.list_state.current == 4
        assert "1 selected" in ui.text()


async def test_a_paper_to_which_one_moved_in_a_filter_keeps_the_cursor(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("/", *"o")
        await ui.press("down")
        moved = ui.app.session.list_state.current
        await ui.press("escape")
        assert moved != 1
        assert ui.app.session.list_state.current == moved
