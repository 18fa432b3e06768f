"""Tab in the inputs of the UI: what is offered, what it inserts, and that no typed key is lost to it."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from readq.store.search import vocabulary
from readq.tui.actions import completion
from readq.tui.state.completion import Candidate, Completion
from readq.tui.widgets.prompt_line import Prompt, candidate_line

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
Raw = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def tagged(library_path: str) -> str:
    with sqlite3.connect(library_path) as connection:
        connection.executemany(
            "INSERT INTO paper_tag (paper_id, tag) VALUES (?, ?)",
            [(1, "rl"), (2, "rl"), (2, "robotics"), (3, "world-models")],
        )
    connection.close()
    return library_path


def prompt(ui: Any) -> str:  # noqa: ANN401 - the driver of the UI
    return str(ui.app.screen.prompt_line.text)


async def test_tags_are_offered_by_use_and_tab_goes_through_them(open_ui: OpenUi, tagged: str, raw: Raw) -> None:
    async with open_ui(tagged) as ui:
        await ui.type("Gt")
        assert "rl 2  robotics 1  world-models 1" in ui.lines()[-2]
        assert "Tab complete" in ui.lines()[-1]
        await ui.type("r")
        await ui.press("tab")
        assert prompt(ui) == "rl"
        await ui.press("tab")
        assert prompt(ui) == "robotics"
        await ui.press("tab")
        assert prompt(ui) == "rl"
        await ui.press("shift+tab")
        await ui.type(" rl\r")
        assert raw("SELECT tag FROM paper_tag WHERE paper_id = 5 ORDER BY tag") == [("rl",), ("robotics",)]


async def test_the_tags_that_papers_have_are_shown_and_removed(open_ui: OpenUi, tagged: str, raw: Raw) -> None:
    async with open_ui(tagged) as ui:
        await ui.type("  gt")
        assert "has: rl robotics" in ui.text()
        await ui.type("-")
        await ui.press("tab")
        assert prompt(ui) == "-rl"
        await ui.press("enter")
        assert raw("SELECT paper_id, tag FROM paper_tag ORDER BY 1") == [(2, "robotics"), (3, "world-models")]


async def test_a_filter_is_completed_field_by_field_and_found_at_once(open_ui: OpenUi, tagged: str) -> None:
    async with open_ui(tagged) as ui:
        ui.queue_keys(*"/ta", "tab")
        await ui.wait_until_idle()
        assert prompt(ui) == "tag:"
        assert "a value is missing" not in ui.text()
        await ui.press("tab", "tab")
        assert prompt(ui) == "tag:robotics"
        assert "1 found" in ui.text()
        await ui.type(" key:love")
        await ui.press("tab")
        assert prompt(ui).startswith("tag:robotics key:lovelace2026")


async def test_paths_are_completed_in_import_and_export(
    open_ui: OpenUi, library_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "library-files").mkdir()
    (tmp_path / "library-files" / "mine.bib").touch()
    monkeypatch.chdir(tmp_path)
    async with open_ui(library_path) as ui:
        await ui.type("Ilibrary-")
        await ui.press("tab", "tab")
        assert prompt(ui) == "library-files/mine.bib"
        await ui.press("escape")
        await ui.press("e", "ctrl+u")
        await ui.type("./li")
        assert "library-files/" in ui.lines()[-2]


async def test_feeds_categories_days_and_views_are_completed(open_ui: OpenUi, tagged: str) -> None:
    with sqlite3.connect(tagged) as connection:
        connection.execute("INSERT INTO view (name, query, position) VALUES ('thesis', 'tag:rl', 1)")
    connection.close()
    async with open_ui(tagged) as ui:
        await ui.type("/view:t")
        await ui.press("tab")
        assert prompt(ui) == "view:thesis"
        await ui.press("escape")
        await ui.type("ztom")
        await ui.press("tab")
        assert prompt(ui) == "tomorrow"
        await ui.press("escape")
        await ui.type("Faarxiv:cs.l")
        await ui.press("tab")
        assert prompt(ui) == "arxiv:cs.LG"


async def test_the_names_are_read_once_however_much_is_typed_until_they_come(open_ui: OpenUi, tagged: str) -> None:
    async with open_ui(tagged) as ui:
        answers: list[Completion] = []
        suggest, reader = completion.tags(ui.app.screen, ()), ui.app.session.reader
        for text in ("r", "ro", "rob"):
            suggest(text, len(text), answers.append)
            assert reader.pending == 1
        await ui.wait_until_idle()
        assert [answer.candidates[0].text for answer in answers] == ["robotics"]
        suggest("wor", 3, answers.append)
        assert answers[1].candidates[0].text == "world-models"


async def test_names_that_could_not_be_read_are_read_again(
    open_ui: OpenUi, tagged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(tagged) as ui:
        answers: list[Completion] = []
        read = vocabulary.vocabulary
        monkeypatch.setattr(vocabulary, "vocabulary", lambda connection: connection.execute("no SQL"))
        suggest = completion.tags(ui.app.screen, ())
        suggest("r", 1, answers.append)
        await ui.wait_until_idle()
        assert answers == []
        monkeypatch.setattr(vocabulary, "vocabulary", read)
        suggest("ro", 2, answers.append)
        await ui.wait_until_idle()
        assert [answer.candidates[0].text for answer in answers] == ["robotics"]


async def test_a_late_answer_to_an_earlier_text_is_dropped(open_ui: OpenUi, library_path: str) -> None:
    answers: list[tuple[str, Callable[[Completion], None]]] = []

    def suggest(text: str, _cursor: int, answer: Callable[[Completion], None]) -> None:
        answers.append((text, answer))

    async with open_ui(library_path) as ui:
        ui.app.screen.open_prompt(Prompt("x:", lambda _: True, suggest=suggest))
        await ui.type("ab")
        await ui.press("tab")
        assert prompt(ui) == "ab"
        dict(answers)["a"](Completion(0, [Candidate("wrong")]))
        assert prompt(ui) == "ab"
        dict(answers)["ab"](Completion(0, [Candidate("abacus"), Candidate("abbey")]))
        # Tab was pressed before the candidates were there.
        assert prompt(ui) == "abacus"


def test_the_line_of_candidates_has_the_chosen_one_and_fits() -> None:
    many = [Candidate(f"candidate-{number}", str(number)) for number in range(40)]
    for chosen in (None, 0, 7, 39):
        line, part = candidate_line(many, chosen, 50)
        assert cell_len(line) <= 50
        assert line[part] == ("" if chosen is None else f"candidate-{chosen} {chosen}")
    assert candidate_line([], None, 50) == ("", slice(0, 0))
    assert cell_len(candidate_line([Candidate("x" * 500)], 0, 20)[0]) == 20
