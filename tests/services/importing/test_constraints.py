"""A rule of the library that one entry breaks rejects that entry, in the words of the reader."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq.errors import ConstraintError
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance, Author, Trust
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest
from readq.services.importing.input_formats import FORMATS
from readq.services.safety.check import check
from readq.store.library import open_for_writing, write_transaction

Run = Callable[..., Any]

FOREIGN_WORDS = re.compile(
    r"(?i)pydantic|constraint|validation error|sqlite|should (?:be|have|match)|traceback|UNIQUE|NULL"
)
HUGE = 10**400

WRONG: dict[str, list[Any]] = {
    "title": ["", " ", "\u200b", "\x00", "x" * 100_001, "\ufdfa" * 90_000],
    "authors": [(Author(""),), (Author("\x00"),), (Author("\u202e"),), (Author("x" * 1_000_001),)],
    "abstract": ["x" * 1_000_001, "\x00"],
    "year": [0, -1, 999, 10_000, HUGE],
    "published": ["2026-13-01", "May 2026", "\x00", "26-1-1", "2026-11-20T00:00"],
    "venue": ["x" * 1_001, "\x00"],
    "primary_class": ["x" * 51],
    "url": ["x", "javascript:x", "https://e.example/\x00", "https://e.example/" + "x" * 3_000],
    "pdf_url": ["x", "https://e.example/\u202e"],
    "entry_type": ["x" * 51, "\x00"],
    "fields": [(("note", "x" * 1_000_001),), (("\x00", "x"),), (("a", "\ud800"),)],
    "identifiers": [(("doi", ""),), (("pmcid", "PMC1"),), (("url", "\x00"),), (("doi", "\ud800"),)],
    "appearance": [
        Appearance("2026-11-20", -1, HUGE, -HUGE, "x" * 1_000_000),
        Appearance("2026-11-20", HUGE, 2**63, 2**63, "\x00"),
    ],
    "key": ["x" * 100_000, "\x00", "{}", "123"],
    "former_keys": [("", "x" * 100_000, "\ud800")],
    "tags": [("", "x" * 100_000, "\ud800")],
    "note": ["", "\x00", "x" * 1_000_001],
    "version": [0, -1, HUGE],
    "name": ["", "\x00", "\ud800", "x" * 1_000_000],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [(name, value) for name, values in WRONG.items() for value in values],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_a_wrong_value_costs_no_other_entry_anything(library: str, now: datetime, field: str, value: object) -> None:
    good = FetchedPaper(title="Ponds", trust=Trust.PAGE, where="entry 1", name="one")
    wrong: dict[str, Any] = {"title": "Lakes", "trust": Trust.PAGE, "where": "entry 2", "name": "two", field: value}
    report = ingest(library, [Entry(good, "f", "2026-11-20"), Entry(FetchedPaper(**wrong), "f", "2026-11-20")], now)
    assert (report.new + len(report.rejected), report.found) == (2, 2)
    assert report.papers[0] is not None
    for where, why in [*report.rejected, *(("entry 2", message) for message in report.messages)]:
        assert where == "entry 2"
        assert not FOREIGN_WORDS.search(why), why
        assert len(why) < 300
    assert check(library, now).problems == ()


def test_a_wrong_day_rejects_its_entry(library: str, now: datetime) -> None:
    papers = [FetchedPaper(title=f"Pond {number}", trust=Trust.PAGE, where=f"entry {number}") for number in range(2)]
    report = ingest(library, [Entry(papers[0], "f", "2026-11-20"), Entry(papers[1], "f", "2026-99-99")], now)
    assert (report.new, [part.where for part in report.rejected]) == (1, ["entry 1"])


@pytest.fixture
def picky(library: str) -> str:
    """Return a library with a rule that readq does not know: no title has the word Lakes."""
    with closing(open_for_writing(library)) as connection:
        connection.execute(
            "CREATE TRIGGER picky BEFORE INSERT ON paper WHEN new.title LIKE '%Lakes%'"
            " BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: picky'); END"
        )
    return library


def test_a_rule_that_is_not_known_rejects_the_guilty_entries_only(picky: str, run_cli: Run, tmp_path: Path) -> None:
    titles = ["Ponds", "Lakes of the north", "Rivers", "Brooks", "Lakes of the south"]
    entries = [f"@misc{{k{place}, title = {{{title}}}}}" for place, title in enumerate(titles, 1)]
    for number, part in enumerate((entries[:2], entries[2:])):
        (tmp_path / f"{number}.bib").write_text("\n".join(part), encoding="utf-8")
    done = run_cli("import", "--json", tmp_path / "0.bib", tmp_path / "1.bib")
    assert (done.status, done.json["new"], done.json["found"]) == (1, 3, 5)
    assert [part["where"] for part in done.json["rejected"]] == [
        f"{tmp_path}/0.bib: entry 2 (k2)",
        f"{tmp_path}/1.bib: entry 3 (k5)",
    ]
    assert not FOREIGN_WORDS.search(done.err + done.out)
    assert len(run_cli("list", "--json").json) == 3


def test_what_the_library_refuses_is_no_fault_of_the_library(picky: str) -> None:
    def run(statement: str, value: object, times: int = 1) -> None:
        with write_transaction(picky) as connection:
            connection.executemany(statement, [(value,)] * times)

    with pytest.raises(ConstraintError, match="another feed with the same name"):
        run("INSERT INTO feed (name, added) VALUES (?, '2026-11-20T00:00:00Z')", "f", times=2)
    for value in (2**70, "\ud800", "not a day"):
        with pytest.raises(ConstraintError, match="cannot store"):
            run("INSERT INTO feed (name, added) VALUES ('f', ?)", value)


def test_a_fault_of_a_parser_rejects_its_file_only(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_data: bytes, _today: object) -> Any:  # noqa: ANN401 - never returns
        raise KeyError("pydantic")

    monkeypatch.setitem(FORMATS, "ris", FORMATS["ris"]._replace(read=fail))
    (tmp_path / "a.ris").write_text("TY  - JOUR\nTI  - Ponds\nER  - \n", encoding="utf-8")
    (tmp_path / "b.bib").write_text("@misc{k, title = {Lakes}}", encoding="utf-8")
    done = run_cli("import", tmp_path / "a.ris", tmp_path / "b.bib")
    assert (done.status, done.out) == (1, "2 papers: 1 new, 0 updated, 0 unchanged, 1 rejected (step 1)\n")
    assert done.err == f"error: {tmp_path}/a.ris: readq fails on it (KeyError): please report this\n"


def test_two_feeds_of_one_dump_with_one_address_are_named(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", "-", stdin="@misc{k, title = {Lakes}}")
    run_cli("dump", tmp_path / "dump")
    added = "2026-11-20T08:00:00Z"
    feeds = [
        {"name": name, "spec": spec, "added": added}
        for name, spec in (("a", "hf:daily"), ("b", "hf:daily"), ("a", "arxiv:cs.LG"))
    ]
    (tmp_path / "dump" / "feeds.json").write_text(json.dumps(feeds), encoding="utf-8")
    done = run_cli("import", tmp_path / "dump")
    assert (done.status, "entry 2: an earlier entry is called hf:daily too" in done.err) == (1, True)
    assert "entry 3: an earlier entry is called a too" in done.err
    assert [feed["name"] for feed in run_cli("feed", "list", "--json").json] == ["a"]
