from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from textual.events import MouseScrollDown, MouseScrollUp

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
LibraryOf = Callable[[tuple[str, ...]], str]


def scroll(event: type[MouseScrollDown | MouseScrollUp], widget: Any) -> None:  # noqa: ANN401 - any widget
    """Turn the mouse wheel over a widget by one notch."""
    x, y = widget.region.offset
    buttons: Any = {"button": 0, "shift": False, "meta": False, "ctrl": False}
    widget.screen._forward_event(event(None, x=x + 1, y=y + 1, delta_x=0, delta_y=1, **buttons))


async def test_a_click_moves_the_cursor_and_a_double_click_opens_the_paper(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.pilot.click("PaperList", offset=(10, 3))
        await ui.wait_until_idle()
        assert ui.app.session.list_state.cursor == 2
        await ui.pilot.click("PaperList", offset=(10, 4), times=2)
        await ui.wait_until_idle()
        assert "paper 4 of 5" in ui.text()


async def test_the_wheel_scrolls_the_papers_and_leaves_the_cursor(open_ui: OpenUi, library_of: LibraryOf) -> None:
    async with open_ui(library_of(tuple(f"Paper {number}" for number in range(60))), None, (120, 20)) as ui:
        papers = ui.app.screen.paper_list
        scroll(MouseScrollDown, papers)
        await ui.wait_until_idle()
        assert papers.scroll_offset.y > 0
        assert papers.cursor_line == 1
        await ui.press("j")
        assert papers.scroll_offset.y == 2


async def test_the_wheel_moves_the_cursor_of_the_steps_and_keeps_it_visible(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (100, 10)) as ui:
        await ui.type("s" * 12)
        await ui.press("U")
        steps = ui.app.screen.rows
        for _ in range(9):
            scroll(MouseScrollDown, steps)
        await ui.wait_until_idle()
        assert steps.cursor_line == 9
        assert steps.scroll_offset.y == 10 - steps.page_height
        assert not steps.show_vertical_scrollbar or steps.scrollbar_size_vertical == 0
        for _ in range(9):
            scroll(MouseScrollUp, steps)
        await ui.wait_until_idle()
        assert (steps.cursor_line, steps.scroll_offset.y) == (0, 0)
