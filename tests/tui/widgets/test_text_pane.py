from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.tui.text import paper_blocks
from readq.tui.text.note_markdown import note_lines, parse_inline
from readq.tui.text.paper_blocks import Block
from readq.tui.widgets.text_pane import StyledRun, TextPaneLine, wrap_blocks

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def wrapped(note: str, width: int) -> list[TextPaneLine]:
    return list(wrap_blocks((Block(paper_blocks.NOTE, *line) for line in note_lines(note)), width))


def test_a_mark_is_split_at_line_ends() -> None:
    assert [line.runs for line in wrapped("- what **it is called** now", 14)] == [
        (StyledRun("• what "), StyledRun("it is", ("strong",))),
        (StyledRun("  "), StyledRun("called", ("strong",)), StyledRun(" now")),
    ]


def test_a_line_of_plain_text_is_one_run() -> None:
    blocks = [Block(paper_blocks.RULE, "note"), Block(paper_blocks.BODY, "one two\nthree")]
    assert list(wrap_blocks(blocks, 10)) == [
        TextPaneLine("body", ()),
        TextPaneLine("rule", (StyledRun("── note ──"),)),
        TextPaneLine("body", (StyledRun("one two"),)),
        TextPaneLine("body", (StyledRun("three"),)),
    ]


@given(st.text(alphabet="ab9 *_`\\\t\u3000é日", max_size=40), st.integers(4, 20))
def test_wrapping_keeps_the_marks_of_each_letter(note: str, width: int) -> None:
    text, marks = parse_inline(note.expandtabs(4))
    marked = {index for mark in marks for index in range(mark.start, mark.end)}
    wanted = [(text[index], index in marked) for index in range(len(text)) if not text[index].isspace()]
    block = Block(paper_blocks.NOTE, text, marks)
    found = [
        (character, bool(run.marks))
        for line in wrap_blocks([block], width)
        for run in line.runs
        for character in run.text
        if not character.isspace()
    ]
    assert found == wanted


async def test_a_note_is_drawn_with_its_emphasis(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("n")
        await ui.type("**Bold**, *it* and `code`")
        await ui.press("escape")
        row = next(y for y, line in enumerate(ui.lines()) if "Bold, it and code" in line)
        segments = [part for strip in [ui.app.screen._compositor.render_strips()[row]] for part in strip]
        styles = {part.text: part.style for part in segments}
        assert styles["Bold"].bold
        assert not styles[", "].bold
        assert styles["it"].italic
        assert styles["code"].color != styles[" and "].color
        assert len({styles[word].bgcolor for word in ("Bold", "it", "code", " and ")}) == 1


@pytest.mark.parametrize(
    "keys", [["j"], ["d"], ["enter", "]"], ["J", "j", "k"], ["|", "j", "|"], ["/", *"garden", "enter"]]
)
async def test_what_is_drawn_again_is_all_that_has_changed(open_ui: OpenUi, library_path: str, keys: list[str]) -> None:
    async with open_ui(library_path, None, (100, 24)) as ui:
        await ui.press("n", *"My own note", "escape")
        for key in [*keys, *keys]:
            await ui.press(key)
            drawn = ui.lines()
            ui.app.screen.detail.refresh()
            await ui.wait_until_idle()
            assert ui.lines() == drawn
