from readq.model.import_report import ImportReport
from readq.model.values import Rejected
from readq.tui.actions.import_file import report_text


def test_counts_come_before_the_path() -> None:
    report = ImportReport(1200, 1, 2)
    assert report_text("/a/b.json", report) == "imported 1,200 new, 1 updated, 2 unchanged from /a/b.json"


def test_the_first_rejected_entry_comes_last() -> None:
    report = ImportReport(0, 0, 0, (Rejected("b.json: 1", "no title"), Rejected("b.json: 2", "no title")))
    assert report_text("b.json", report) == (
        "imported 0 new, 0 updated, 0 unchanged, 2 rejected from b.json (first rejected: b.json: 1: no title)"
    )
