import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from readq.model.import_report import ImportReport
from readq.model.values import Rejected
from readq.tui.actions.import_file import report_text, start_import

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def test_counts_come_before_the_path() -> None:
    report = ImportReport(1200, 1, 2)
    assert report_text("/a/b.json", report) == "imported 1,200 new, 1 updated, 2 unchanged from /a/b.json"


def test_the_first_rejected_entry_comes_last() -> None:
    report = ImportReport(0, 0, 0, (Rejected("b.json: 1", "no title"), Rejected("b.json: 2", "no title")))
    assert report_text("b.json", report) == (
        "imported 0 new, 0 updated, 0 unchanged, 2 rejected from b.json (first rejected: b.json: 1: no title)"
    )


async def test_an_import_into_an_empty_library_says_what_to_do_next(open_ui: OpenUi, tmp_path: Path) -> None:
    feed = tmp_path / "daily.json"
    feed.write_text(json.dumps([{"paper": {"id": "2611.00001", "title": "A Title", "publishedAt": "2026-11-19"}}]))
    async with open_ui(str(tmp_path / "library.db"), None, (100, 24)) as ui:
        assert not any(line.startswith("───") for line in ui.lines())
        start_import(ui.app.screen, str(feed))
        await ui.wait_until_idle()
        state = ui.lines()[-2]
        assert (
            state
            == " imported 1 new, 0 updated, 0 unchanged from daily.json · a queues a paper, d drops it, ? all keys"
        )
        assert any(line.startswith("───") for line in ui.lines())
