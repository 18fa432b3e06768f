"""A large import is stored in batches, and the library is the same as if it were stored at once."""

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import DiskError
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Trust
from readq.services.history.undo import redo, undo
from readq.services.importing import entry_spool
from readq.services.importing.changes import Entry
from readq.services.importing.entry_spool import EntrySpool, SpooledEntry
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.store.library import open_for_writing

Run = Callable[..., Any]

DOI = "@article{{{key}, title = {{{title}}}, author = {{Doe, Jane}}, year = 2020, doi = {{10.1000/{doi}}}}}\n"
FILES = {
    "keys.bib": "".join(
        DOI.format(key=key, title=f"On the {word} of Ponds", doi=f"x.{number}")
        for number, (key, _, word) in enumerate(
            one.partition(" ") for one in ("a Depth", "b Width", "a Colour", "c Age", "A Smell", " Taste", "b Width")
        )
    ),
    "ids.bib": "".join(
        DOI.format(key=f"k{number}", title=title, doi=doi)
        for number, (title, doi) in enumerate(
            [("Herons", "1"), ("Newts and Frogs", "2"), ("Herons", "3"), ("Newts", "2"), ("Toads", "1"), ("Reeds", "6")]
        )
    ),
    "provisional.bib": "".join(
        f"@misc{{{key}title = {{{title}}}, author = {{Doe, Jane}}, year = 2020}}\n"
        for key, title in [("", "Ponds at Rest"), ("doe2021x,", "Marsh"), ("", "Rivers"), ("doe2020ponds,", "Lakes")]
    ),
    "records.ris": "".join(
        f"TY  - JOUR\nTI  - {title}\nPY  - {year}\nER  - \n"
        for title, year in [("Editorial", 2019), ("Swamps in Spring", 2020), ("Editorial", 2021), ("Bogs", 2020)]
    ),
}  # fmt: skip


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    path.write_text(FILES[request.param], encoding="utf-8")
    return path


def content(library: Path) -> list[tuple[Any, ...]]:
    """Return the papers of a library, in an order that does not depend on their ids."""
    statement = (
        "SELECT p.key, p.key_frozen, p.title, p.year, p.status, p.fields,"
        " (SELECT group_concat(value, ' ') FROM (SELECT value FROM identifier WHERE paper_id = p.id ORDER BY value)),"
        " (SELECT group_concat(key, ' ') FROM (SELECT key FROM alias WHERE paper_id = p.id ORDER BY key)),"
        " (SELECT group_concat(name, ' ') FROM (SELECT name FROM source WHERE paper_id = p.id ORDER BY name))"
        " FROM paper p ORDER BY p.key, p.title"
    )
    with contextlib.closing(open_for_writing(str(library))) as connection:
        return connection.execute(statement).fetchall()


def counts(library: Path, file: Path, now: datetime) -> tuple[object, ...]:
    report = import_paths(str(library), [str(file)], ImportOptions(), now)
    return report.new, report.updated, report.unchanged, sorted(report.rejected), sorted(report.joined), report.renamed


@pytest.mark.parametrize("size", [1, 2, 3])
def test_batches_give_the_library_that_one_batch_gives(
    file: Path, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    whole, parts = tmp_path / "whole.db", tmp_path / "parts.db"
    first, second = counts(whole, file, now), counts(whole, file, now)
    monkeypatch.setattr(entry_spool, "BATCH", size)
    assert counts(parts, file, now) == first
    assert content(parts) == content(whole)
    assert counts(parts, file, now) == second


def test_an_import_in_batches_is_one_step(
    file: Path, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_spool, "BATCH", 1)
    library = tmp_path / "library.db"
    report = import_paths(str(library), [str(file)], ImportOptions(tags=("ponds",)), now)
    after = content(library)
    with contextlib.closing(open_for_writing(str(library))) as connection:
        assert connection.execute("SELECT id, papers FROM step").fetchall() == [(report.step, report.new)]
        for _ in range(2):
            undone = undo(connection, now)
            assert undone is not None
            assert list(undone.conflicts) == []
            assert content(library) == []
            redo(connection, now)
            assert content(library) == after


def test_a_dry_run_in_batches_stores_nothing(
    file: Path, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = counts(tmp_path / "stored.db", file, now)
    monkeypatch.setattr(entry_spool, "BATCH", 1)
    report = import_paths(str(tmp_path / "none.db"), [str(file)], ImportOptions(dry_run=True), now)
    assert (report.new, report.updated, report.unchanged) == stored[:3]
    assert not (tmp_path / "none.db").exists()


def test_an_error_in_a_later_batch_leaves_the_library_as_it_was(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, library = tmp_path / "ids.bib", tmp_path / "library.db"
    file.write_text(FILES["ids.bib"], encoding="utf-8")
    monkeypatch.setattr(entry_spool, "BATCH", 1)
    batches = EntrySpool.batches

    def failing(spool: EntrySpool) -> Iterator[list[SpooledEntry]]:
        yield from list(batches(spool))[:2]
        raise DiskError("the disk is full")

    monkeypatch.setattr(EntrySpool, "batches", failing)
    with pytest.raises(DiskError):
        import_paths(str(library), [str(file)], ImportOptions(), now)
    assert content(library) == []


def test_newer_days_are_stored_first(
    run_cli: Run, library: str, daily_entry: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_spool, "BATCH", 2)
    days = [3, 1, 5, 2, 4, 6]
    entries = [daily_entry(number) for number in range(1, 7)]
    for entry, day in zip(entries, days, strict=True):
        entry["paper"]["submittedOnDailyAt"] = f"2026-11-0{day}T08:00:00.000Z"
    (tmp_path / "days.json").write_text(json.dumps(entries))
    run_cli("import", tmp_path / "days.json")
    shown = [paper["sightings"][0]["seen"][-1] for paper in run_cli("list", "--json").json]
    assert shown == ["6", "5", "4", "3", "2", "1"]


WORDS = st.sampled_from(["Ponds", "Herons", "Newts", "Editorial"])
ENTRIES = st.lists(
    st.builds(
        lambda title, doi, key: FetchedPaper(
            title, trust=Trust.BIBTEX, identifiers=(("doi", f"10.1000/{doi}"),) if doi else (), key=key
        ),
        WORDS,
        st.none() | st.integers(1, 4),
        st.none() | st.sampled_from("abAB"),
    )
)


@given(ENTRIES, st.integers(1, 5), st.integers(0, 9))
def test_each_entry_is_in_one_batch_with_those_that_share_a_fact(
    papers: list[FetchedPaper], size: int, cut: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, EntrySpool() as spool:
        patch.setattr(entry_spool, "BATCH", size)
        for paper in [*papers, *papers[:cut]]:
            spool.add(SpooledEntry(Entry(paper, None, "2026-11-23")))
        spool.truncate(len(papers))
        batches = [[one.entry.paper for one in batch] for batch in spool.batches()]
    together = [paper for batch in batches for paper in batch]
    assert sorted(map(repr, together)) == sorted(map(repr, papers))
    homes: dict[object, set[int]] = {}
    for number, batch in enumerate(batches):
        for paper in batch:
            for fact in (paper.title, f"@{paper.key.lower()}" if paper.key else None, *paper.identifiers):
                homes.setdefault(fact, set()).add(number)
    homes.pop(None, None)
    assert all(len(numbers) == 1 for numbers in homes.values())
