"""The lines of a report on an import: what is left over is counted, and its noun agrees."""

import pytest

from readq.model.import_report import ImportReport, Kept, Renamed
from readq.services.importing.report_lines import identity_lines


@pytest.mark.parametrize(
    ("left", "key_line", "kept_line"),
    [
        (1, "1 more key that could not be kept (--json names it)", "1 more that keeps what it has (--json names it)"),
        (
            2,
            "2 more keys that could not be kept (--json names them)",
            "2 more that keep what they have (--json names them)",
        ),
    ],
)
def test_a_last_line_counts_what_is_left(left: int, key_line: str, kept_line: str) -> None:
    report = ImportReport(
        renamed=(Renamed("a", "b", "is taken"),) * (1 + left), kept=(Kept("a", ("title", "year")),) * (1 + left)
    )
    assert identity_lines(report, 1)[1:] == (
        f"and {key_line}",
        "a keeps its title, year; the file differs (readq edit a)",
        f"and {kept_line}",
    )
