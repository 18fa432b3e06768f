from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readq.tui.widgets.prompt_line import place_message

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def test_a_message_is_placed_to_the_right_if_it_fits() -> None:
    assert place_message("12 found", 80, 20) == ("12 found", [])
    assert place_message("12 found", 80, 200) == ("12 found", [])
    assert place_message("there is no field that is called that", 60, 40) == (
        "",
        ["there is no field that is called that"],
    )


@given(st.text(alphabet="ab 日", max_size=400), st.integers(1, 120), st.integers(1, 60))
def test_lines_below_fit_and_lose_only_what_is_cut(message: str, width: int, used: int) -> None:
    inline, below = place_message(message, width, used)
    assert inline in ("", message)
    assert len(below) <= 5
    assert all(cell_len(line) <= width - 2 for line in below)
    drawn = "".join((inline + "".join(below)).split())
    assert "…" in drawn or drawn == "".join(message.split())


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_error_of_a_filter_is_shown_in_full(open_ui: OpenUi, library_path: str, width: int) -> None:
    async with open_ui(library_path, None, (width, 24)) as ui:
        await ui.press("/")
        await ui.type("foo:bar")
        assert "/ foo:bar" in ui.text()
        assert "there is no field 'foo'" in " ".join(ui.text().split())
        assert "in quotes it is text" in " ".join(ui.text().split())
        await ui.press("ctrl+u")
        await ui.type("deep")
        assert "1 found" in ui.lines()[-3]
        assert "in quotes" not in ui.text()
        await ui.press("escape")
        assert "newest first" in ui.lines()[-2]


@pytest.mark.parametrize("width", [60, 120])
async def test_a_long_text_of_wide_letters_stays_in_one_line_with_its_end(
    open_ui: OpenUi, library_path: str, width: int
) -> None:
    async with open_ui(library_path, None, (width, 24)) as ui:
        await ui.press("t")
        ui.app.screen.prompt_line.paste("漢" * 100 + "字")
        await ui.wait_until_idle()
        assert ui.lines()[-3].startswith(" tags: 漢漢漢")
        assert ui.lines()[-3].endswith("字")
        await ui.press("escape", "'")
        for letter in "漢" * 60 + "字":
            ui.queue_keys(letter)
        await ui.wait_until_idle()
        assert ui.lines()[0].startswith(" Views and watches, find: 漢")
        assert ui.lines()[0].endswith("字")


async def test_a_label_that_leaves_no_room_for_the_text_is_wrapped(
    open_ui: OpenUi, library_path: str, tmp_path: Path
) -> None:
    target = tmp_path / "the-folder-of-a-thesis-with-a-long-name" / "references.bib"
    target.parent.mkdir()
    target.write_text("@book{mine, title={Mine}}\n")
    async with open_ui(library_path, None, (60, 18)) as ui:
        await ui.press("e", "ctrl+u")
        await ui.type(f"{target}\r")
        await ui.press("y")
        assert "holds 1 entry that readq did not write, mine for one. Replace it? y: y" in " ".join(ui.text().split())


async def test_a_question_does_not_take_the_keys_of_another_prompt(
    open_ui: OpenUi, library_path: str, tmp_path: Path
) -> None:
    target = tmp_path / "references.bib"
    target.write_text("@book{mine, title={Mine}}\n")
    async with open_ui(library_path) as ui:
        await ui.press("e", "ctrl+u", *str(target), "\r", "t", "y")
        assert ui.app.screen.prompt_line.prompt.label == "tags:"
        assert "nothing was written" in ui.text()
    assert target.read_text() == "@book{mine, title={Mine}}\n"
