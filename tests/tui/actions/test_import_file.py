import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from readq.model.import_report import ImportReport
from readq.model.values import Rejected
from readq.tui.actions.import_file import rejection_text, report_text, start_import

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def test_counts_come_before_the_path() -> None:
    assert report_text("b.json", ImportReport(1200, 1, 2)) == "imported 1,200 new, 1 updated, 2 unchanged from b.json"
    assert report_text("b.json", ImportReport(0, 0, 2)) == "imported 0 new, 2 unchanged from b.json"
    assert rejection_text(ImportReport(1, 0, 0)) == ""


def test_the_first_rejected_entry_is_named() -> None:
    rejected = (Rejected("b.json: 1", "no title"), Rejected("b.json: 2", "no title"))
    assert report_text("b.json", ImportReport(0, 0, 0, rejected)) == "imported 0 new, 2 rejected from b.json"
    assert rejection_text(ImportReport(0, 0, 0, rejected[:1])) == "rejected: b.json: 1: no title"
    assert rejection_text(ImportReport(0, 0, 0, rejected)) == "rejected: b.json: 1: no title, and 1 other entry"


async def test_a_rejected_entry_is_read_in_full_at_80_columns(open_ui: OpenUi, tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_text("@misc{a, title={A Title}, year={2020}}\n@misc{broken2021, title={No Authors Here}\n")
    async with open_ui(str(tmp_path / "library.db"), None, (80, 24)) as ui:
        start_import(ui.app.screen, str(path))
        await ui.wait_until_idle()
        state = ui.lines()[-2].rstrip()
        assert state.startswith(" imported 1 new, 1 rejected from refs.bib · 5 shows all papers · rejected: ")
        assert state.endswith("…"), "the box with the whole message leaves the state line free"
        assert [toast.message for toast in ui.app._notifications] == [
            f"rejected: {path}: entry 2 (broken2021), line 2: unbalanced braces"
        ]


async def test_an_import_into_an_empty_library_says_what_to_do_next(open_ui: OpenUi, tmp_path: Path) -> None:
    feed = tmp_path / "daily.json"
    feed.write_text(json.dumps([{"paper": {"id": "2611.00001", "title": "A Title", "publishedAt": "2026-11-19"}}]))
    async with open_ui(str(tmp_path / "library.db"), None, (100, 24)) as ui:
        assert not any(line.startswith("───") for line in ui.lines())
        start_import(ui.app.screen, str(feed))
        await ui.wait_until_idle()
        state = ui.lines()[-2]
        assert state == " imported 1 new from daily.json · a queues a paper, d drops it, ? all keys"
        assert any(line.startswith("───") for line in ui.lines())


async def test_the_papers_of_an_undone_import_leave_the_list_and_return_with_redo(
    open_ui: OpenUi, tmp_path: Path
) -> None:
    path = tmp_path / "refs.bib"
    path.write_text("@misc{a, title={A Title}, author={Ada Lovelace}, year={2020}}\n")
    async with open_ui(str(tmp_path / "library.db"), None, (100, 24)) as ui:
        await ui.press("I")
        await ui.type(f"{path}\r")
        await ui.press("5")
        assert "A Title" in ui.text()
        await ui.press("u")
        assert "This library is empty" in ui.text()
        assert "no longer in the library" not in ui.text()
        await ui.press("ctrl+r")
        assert "A Title" in ui.text()
        assert "Ada Lovelace" in ui.text()
