"""The editor of a note: it can be drawn before its styles are applied."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from textual.geometry import Region

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_an_area_without_styles_is_blank_and_no_error(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("n")
        area = ui.app.screen.note_session.pane.area
        styles = dict(area._component_styles)
        # As between the mount of a widget and the update of its styles.
        area._component_styles.clear()
        area._rich_style_cache.clear()
        strips = area.render_lines(Region(0, 0, 12, 2))
        assert [strip.text for strip in strips] == [" " * 12] * 2
        area._component_styles.update(styles)
        assert len(area.render_lines(Region(0, 0, 12, 2))) == 2
