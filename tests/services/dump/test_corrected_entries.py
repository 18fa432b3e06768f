"""Two libraries correct different fields of one entry. Each correction reaches the exported entry."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ENTRY = """@article{mine, title = {On Looms}, author = {Lovelace, Ada}, journal = {Notes}, year = {1843}, volume = {1}}
"""


@pytest.mark.parametrize("base", [(), ("--base", "base")], ids=["no base", "base"])
@pytest.mark.parametrize("later", ["title", "year"])
def test_corrections_of_different_fields_are_all_exported(
    run_cli: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    base: tuple[str, ...],
    later: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    def run(library: str, *words: str, stdin: str = "") -> str:
        result = run_cli("--db", f"{library}.db", *words, stdin=stdin)
        assert result.status == 0, result.err
        return str(result.out)

    run("a", "import", "-", stdin=ENTRY)
    run("a", "dump", "base")
    run("b", "import", "base")
    edits = {"title": ENTRY.replace("Looms", "Engines"), "year": ENTRY.replace("1843", "1844")}
    for library, field in (("a", "title"), ("b", "year")):
        monkeypatch.setenv("READQ_NOW", f"2026-11-24T0{8 + (field == later)}:00:00Z")
        run(library, "edit", "mine", "--set", "-", stdin=edits[field])
    for library in "ab":
        run(library, "dump", library)
    for library, other in ("ab", "ba"):
        run(library, "import", other, *base)
        assert run(library, "list") == "mine\tdone\t1844\tOn Engines\n"
        exported = run(library, "export")
        assert "{On Engines}" in exported
        assert "{1844}" in exported
