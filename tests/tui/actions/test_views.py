from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

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
