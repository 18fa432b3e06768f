"""The benchmark runs from end to end on a few papers. Its figures are not checked."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

BENCH = Path(__file__).parent


def run_bench(*words: str) -> str:
    command = [sys.executable, str(BENCH / "run.py"), "--papers", "50", "--repeat", "1", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


BIBLIOGRAPHY = {"bib", "bib again", "bib base", "bib identity"}
OTHERS = {
    *("import", "list", "search", "rare", "frequent", "tag", "cited", "kept", "undo", "memory"),
    *("export", "export bibtexparser", *(["export pybtex"] if find_spec("pybtex") else [])),
    *("undo same", "open", "journal", "history", "pull", "notes changed", "notes command", "mcp"),
}


@pytest.mark.parametrize(
    ("groups", "names"),
    [("cli bulk safety queries history feeds notes agents", OTHERS), ("bibliography", BIBLIOGRAPHY)],
)
def test_reports_every_command_with_its_floor(groups: str, names: set[str], tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    shown = run_bench("--only", *groups.split(), "--json", str(report))
    rows = json.loads(report.read_text())["rows"]
    assert names <= rows.keys()
    # The difference of two processes may be nothing.
    differences = ("mcp search",)
    assert all(
        row["50"]["readq"] > 0 and row["50"]["floor"] > 0 for name, row in rows.items() if name not in differences
    )
    assert "| import, from JSON |" in shown


@pytest.mark.tty
@pytest.mark.skipif(sys.platform != "linux", reason="figures of a running program come from /proc")
def test_drives_the_ui_in_a_terminal(tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    run_bench("--only", "tui", "--json", str(report))
    rows = json.loads(report.read_text())["rows"]
    assert {"launch", "tui down", "tui page", "tui end", "tui filter", "tui memory", "tui memory after"} <= rows.keys()
    assert rows["tui memory after"]["50"]["readq"] >= rows["tui memory"]["50"]["readq"] > 10
