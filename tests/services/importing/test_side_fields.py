"""A bad side field of an imported entry costs the field, never the entry."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (f"abstract={{{'long ' * 250_000}}}", "abstract cut at 1,000,000 characters"),
        (f"annote={{{'long ' * 250_000}}}", "note cut at 1,000,000 characters"),
        (f"journal={{{'Lakes ' * 300}}}", "venue cut at 1,000 characters"),
        (f"url={{https://l.example/{'x' * 3000}}}", "url left out, it is longer than 2,048 characters"),
        ("doi={10.5555/A 10.5555/b}", "doi '10.5555/A 10.5555/b' has several: 10.5555/A is used"),
        ("url={http://l.example http://m.example}", "url 'http://l.example http://m.example' has several: http://l."),
        (f"eprint={{1706.03762}}, primaryclass={{{'x' * 60}}}", "primary_class left out"),
    ],
)
def test_the_entry_comes_in_without_the_field(run_cli: Run, tmp_path: Path, field: str, message: str) -> None:
    path = tmp_path / "refs.bib"
    path.write_text(f"@article{{k, title={{Ponds}}, author={{Heron, Ada}}, year=2020, {field}}}", encoding="utf-8")
    report = run_cli("import", "--json", path)
    assert (report.status, report.json["new"], report.json["rejected"]) == (0, 1, [])
    assert f"{path}: entry 1 (k): {message}" in report.err
    assert run_cli("show", "--json", "k").json["title"] == "Ponds"
    assert run_cli("import", "--json", path).json["unchanged"] == 1
    assert run_cli("dump", tmp_path / "dump").status == 0
    other = tmp_path / "other.db"
    assert run_cli("--db", other, "import", "--json", tmp_path / "dump").json["new"] == 1
