"""A dump with several lists of papers holds the same as one with a single list."""

import contextlib
import json
import random
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from random_actions import OpenLibrary
from random_histories import KINDS, generated, perform_all

from readq.config import Config
from readq.model.values import Rating
from readq.services.dump.dump_files import DumpFiles
from readq.services.dump.file_layout import is_list_path, list_path
from readq.services.dump.write_folder import dump, dump_in_lists
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import notes
from readq.services.review import ratings
from readq.store.library import open_for_reading, open_for_writing


@pytest.fixture
def noted(six_papers: str, now: datetime) -> str:
    """Return a library of six papers with a note and, on the first and the last, ratings."""
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        notes.save(connection, 3, "thought", now)
        ratings.rate_papers(connection, [6, 1], Rating.GOOD, now, Config())
    return six_papers


def written(library: str, folder: Path, *, is_split: bool) -> dict[str, str]:
    with contextlib.closing(open_for_reading(library)) as connection:
        (dump_in_lists if is_split else dump)(connection, str(folder))
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_each_paper_is_in_the_list_of_its_key_and_the_rest_is_as_with_one_list(noted: str, tmp_path: Path) -> None:
    one = written(noted, tmp_path / "one", is_split=False)
    several = written(noted, tmp_path / "several", is_split=True)
    lists = {name: several.pop(name) for name in [*several] if is_list_path(name)}
    assert sorted("".join(lists.values()).splitlines()) == sorted(one.pop("papers.jsonl").splitlines())
    for name, text in lists.items():
        assert all(list_path(f"notes/{json.loads(line)['key']}.md") == name for line in text.splitlines())
    assert (one.pop("readq-dump.json"), several.pop("readq-dump.json")) == ('{"format": 2}\n', '{"format": 3}\n')
    assert one == several


def test_a_list_is_found_by_a_hash_that_never_changes() -> None:
    """Another hash would write every list of every shared repository anew."""
    assert (
        list_path("notes/vaswani2017attention.md") == list_path("notes/Vaswani2017Attention.md") == "papers/ddb.jsonl"
    )
    assert not is_list_path("papers/ddb.pdf")
    assert not is_list_path("papers/ddb/15c.jsonl")


@pytest.mark.parametrize("is_split", [True, False])
def test_another_layout_takes_the_place_of_the_first(noted: str, tmp_path: Path, is_split: bool) -> None:
    folder = tmp_path / "dump"
    written(noted, folder, is_split=not is_split)
    assert written(noted, folder, is_split=is_split) == written(noted, tmp_path / "new", is_split=is_split)
    assert (folder / "papers").exists() is is_split


def test_several_lists_are_imported(noted: str, tmp_path: Path, now: datetime) -> None:
    written(noted, tmp_path / "several", is_split=True)
    import_paths(str(tmp_path / "new.db"), [str(tmp_path / "several")], ImportOptions(), now)
    back = written(str(tmp_path / "new.db"), tmp_path / "back", is_split=False)
    assert back == written(noted, tmp_path / "one", is_split=False)


def test_a_broken_line_is_named_with_its_list(noted: str, tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    written(noted, tmp_path / "several", is_split=True)
    first = min((tmp_path / "several" / "papers").iterdir())
    first.write_text(first.read_text() + "{broken\n")
    result = run_cli("import", tmp_path / "several")
    assert result.status == 1
    assert re.search(rf"papers/{first.name}: line \d: broken JSON", result.err)


def test_an_empty_library_has_no_list(tmp_path: Path, now: datetime) -> None:
    open_for_writing(str(tmp_path / "empty.db")).close()
    assert not any(map(is_list_path, written(str(tmp_path / "empty.db"), tmp_path / "dump", is_split=True)))
    report = import_paths(str(tmp_path / "empty.db"), [str(tmp_path / "dump")], ImportOptions(), now)
    assert (report.found, report.rejected) == (0, ())


@pytest.mark.parametrize("seed", range(3))
def test_a_dump_that_leaves_out_what_the_folder_has_is_as_a_whole_one(
    six_papers: str, tmp_path: Path, seed: int
) -> None:
    """Whatever a person does to a paper, its list has another fingerprint."""
    folder = tmp_path / "dump"
    present: Mapping[str, str] = {}
    made = whole = 0
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        for _ in perform_all(OpenLibrary(six_papers, connection), generated(random.Random(seed), (*KINDS, "sync"), 40)):
            with DumpFiles(connection, with_secrets=False, is_split=True, present=present) as changed:
                made += changed.papers
            present = dump_in_lists(connection, str(folder), present)
            with DumpFiles(connection, with_secrets=False, is_split=True) as dumped:
                expected = {name: b"".join(content()) for name, content in dumped.files()}
                whole += dumped.papers
            assert {
                path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
            } == expected
    assert made < whole / 2


def test_a_list_that_the_folder_lacks_is_written_whatever_its_fingerprint(noted: str, tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    with contextlib.closing(open_for_reading(noted)) as connection:
        present = dump_in_lists(connection, str(folder))
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert len(present) == 6
        (folder / min(present)).unlink()
        dump_in_lists(connection, str(folder), present)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_files_that_a_killed_dump_was_writing_are_removed(noted: str, tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    with contextlib.closing(open_for_reading(noted)) as connection:
        present = dump_in_lists(connection, str(folder))
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        own = [folder / "notes" / name for name in ("plan.new", "plan.txt.7.new")]
        for path in (folder / "papers" / "fff.jsonl.19175.new", folder / "notes" / "lovelace2026.md.7.new", *own):
            path.write_text("half a li")
        dump_in_lists(connection, str(folder), present)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before | dict.fromkeys(own, b"half a li")
