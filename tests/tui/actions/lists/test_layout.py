"""Where the paper is shown, and how large the list is."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.tui.state.preferences.pane_layout import default_path

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

ABSTRACT = "Abstract of paper 1."


@pytest.fixture(autouse=True)
def _state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def place(ui: Any) -> str:  # noqa: ANN401 - the driver of the UI
    """Return where the abstract is drawn, seen from the title in the list."""
    lines = ui.lines()
    abstract = next((y for y, line in enumerate(lines) if ABSTRACT in line), None)
    if abstract is None:
        return "off"
    return "beside" if lines[abstract].index(ABSTRACT) > ui.app.size.width // 4 else "below"


@pytest.mark.parametrize(
    ("size", "expected"),
    [((160, 40), "beside"), ((120, 40), "below"), ((80, 24), "below"), ((60, 18), "off"), ((59, 30), "off")],
)
async def test_the_default_place_of_the_paper(
    open_ui: OpenUi, library_path: str, size: tuple[int, int], expected: str
) -> None:
    async with open_ui(library_path, None, size) as ui:
        assert place(ui) == expected
        await ui.press("j", "k")
    assert not os.path.exists(default_path())


async def test_a_key_moves_the_paper_and_each_size_remembers_its_own_place(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (160, 40)) as ui:
        await ui.press("|")
        assert (place(ui), "the paper: below" in ui.text()) == ("below", True)
        await ui.press("|")
        assert place(ui) == "off"
        await ui.pilot.resize_terminal(120, 40)
        await ui.wait_until_idle()
        assert place(ui) == "below"
        await ui.press("|", "|")
        assert place(ui) == "beside"
    async with open_ui(library_path, None, (160, 40)) as ui:
        assert place(ui) == "off"
    async with open_ui(library_path, None, (120, 40)) as ui:
        assert place(ui) == "beside"


async def test_a_list_that_grows_is_drawn_to_its_end(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str]
) -> None:
    path = library_of(tuple(f"Paper {number}" for number in range(60)))
    async with open_ui(path, None, (120, 40)) as ui:
        before = sum("Paper" in line for line in ui.lines())
        await ui.press("|")
        assert place(ui) == "off"
        height = ui.app.screen.paper_list.size.height
        assert before < sum("Paper" in line for line in ui.lines()) == height - 1, "all but the heading"


async def test_property_15_the_split_moves_and_is_remembered(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (160, 40)) as ui:
        before = ui.app.screen.paper_list.size.width
        await ui.press("<", "<")
        smaller = ui.app.screen.paper_list.size.width
        assert before - smaller == pytest.approx(16, abs=1)
        await ui.type(">" * 20)
        assert "80 % of the screen: the split moves no further" in ui.text()
    async with open_ui(library_path, None, (160, 40)) as ui:
        assert ui.app.screen.paper_list.size.width > before
        kept = {"wide": {"paper": "beside", "list_percent": 80}}
        assert json.loads(Path(default_path()).read_text()) == {**kept, "views": {"inbox": kept}}
    async with open_ui(library_path, None, (100, 41)) as ui:
        height = ui.app.screen.paper_list.size.height
        await ui.press("<")
        assert ui.app.screen.paper_list.size.height < height


async def test_keys_that_need_the_paper_say_how_to_show_it(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(keys={"paper_placement": "L"}), (60, 18)) as ui:
        for key in "JK<>":
            await ui.press(key)
            assert "the paper is off: L shows it" in ui.text()
        await ui.press("L")
        assert place(ui) == "beside" or "Attention Is" in ui.text()
        await ui.press("J")
        assert "the paper is off" not in ui.text()


async def test_a_note_is_written_beside_its_paper_while_the_paper_is_off(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (120, 19)) as ui:
        assert place(ui) == "off"
        await ui.press("j")
        await ui.type("nMy words")
        assert "Abstract of paper 2." in ui.text()
        assert "My words" in ui.text()
        await ui.press("escape")
        assert "Abstract of paper 2." not in ui.text()
        assert "¶" in ui.lines()[3]


async def test_a_broken_file_is_named_when_the_screen_opens(open_ui: OpenUi, library_path: str) -> None:
    os.makedirs(os.path.dirname(default_path()))
    Path(default_path()).write_text("{")
    async with open_ui(library_path, None, (160, 40)) as ui:
        assert "layout.json cannot be read" in " ".join(ui.text().split())
        assert place(ui) == "beside"


async def test_a_layout_that_cannot_be_kept_is_reported(open_ui: OpenUi, library_path: str, tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    async with open_ui(library_path, None, (160, 40)) as ui:
        await ui.press("|")
        await ui.wait_until(lambda: "the layout is not kept" in ui.text())
        assert place(ui) == "below"


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_a_wide_pane_shows_the_note_beside_the_abstract(
    open_ui: OpenUi, library_path: str, size: tuple[int, int]
) -> None:
    async with open_ui(library_path, None, size) as ui:
        await ui.type("nMy words")
        await ui.press("escape")
        if size[0] == 200:
            await ui.press("|")
        lines = ui.lines()
        line = next(y for y, line in enumerate(lines) if ABSTRACT in line)
        assert "── note" in lines[line]
        assert lines[line + 1].index("My words") == lines[line].index("── note") <= 1 + 96 + 3


async def test_the_text_keeps_a_measure_of_96_columns(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (300, 60)) as ui:
        await ui.press("|", "enter")
        paragraph = [line.rstrip("▐ ") for line in ui.lines() if "goes on" in line]
        assert 80 < max(len(line.strip()) for line in paragraph) <= 96
