"""A file in which an entry describes another work by now: undo gives the entry back to the paper that it was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]

FIRST = "@misc{pond, title={On the Growth of Ponds}, author={Lovelace, Ada}, year=2019, doi={10.1000/1}}\n"
OTHER = "@misc{pond, title={A Census of Moths}, author={Noether, Emmy}, year=2021, doi={10.1000/2}}\n"


def test_undo_and_redo_of_an_import_move_the_source_of_an_entry(
    library: str, run_cli: Run, dump: Dump, tmp_path: Path
) -> None:
    file = tmp_path / "refs.bib"
    file.write_text(FIRST)
    assert run_cli("import", str(file)).status == 0
    before = dump(library)["source"]
    file.write_text(OTHER)
    assert run_cli("import", str(file)).out.startswith("1 paper: 1 new")
    after = dump(library)["source"]
    assert [row[2] for row in before] != [row[2] for row in after]
    for expected, command in ((before, "undo"), (after, "redo"), (before, "undo")):
        assert run_cli(command).status == 0
        assert dump(library)["source"] == expected
