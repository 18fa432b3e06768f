"""Whole imports: new and known papers, rejected input, citation keys, undo."""

import contextlib
import json
import os
import sqlite3
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

EVERY_STATUS = "status:inbox,queued,reading,done,dropped"

PAGE = """\
Hugging Face
Daily Papers
Nov 20

On the decay of recurrent networks, part 1

We look at recurrent networks for the time number 1.

On the symmetry of graph networks, part 2

We look at graph networks for the time number 2.

A title that only the page has

An abstract that only the page has, in one sentence.
"""


def report(run_cli: Run, *words: object, stdin: str | bytes = b"") -> tuple[int, int, int, int]:
    """Return the numbers of new, updated, unchanged and rejected entries of an import."""
    found = run_cli("import", "--json", *words, stdin=stdin).json
    counts = (found["new"], found["updated"], found["unchanged"], len(found["rejected"]))
    assert found["found"] == sum(counts)
    return counts


def papers(run_cli: Run, *query: str) -> dict[str, Any]:
    """Return the papers of a library by key."""
    return {paper["key"]: paper for paper in run_cli("list", "--json", *query).json}


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return str(path)


def _broken_inputs() -> dict[str, bytes]:
    return {
        "empty": b"",
        "blank": b" \n\t\n",
        "prose": b"Dear diary,\ntoday I read nothing.\n",
        "csv": b"title,year\nA paper,2020\n",
        "html": b"<!doctype html><title>Bank</title><p>Log in",
        "xml": b"<?xml version='1.0'?><opml/>",
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        "gzip": b"\x1f\x8b\x08\x00" + bytes(range(256)) * 4,
        "nul": bytes(5000),
        "latin page": "Café\n\nUn résumé où l'on dit bien des choses.\n".encode("latin-1"),
        "json of another kind": b'{"title": "x"}',
        "cut json": b'[{"title": "Cut", "paper": {"title": "Cut", "id": "2401.0',
        "list of numbers": b'["title", 1, 2]',
        "deep json": b'[{"title": ' + b"[" * 60_000,
        "cut bibtex": b"@article{key, title = {No end",
    }


@pytest.mark.parametrize("name", _broken_inputs())
def test_unreadable_input_exits_65_and_changes_nothing(
    name: str, six_papers: str, run_cli: Run, dump: Run, tmp_path: Path
) -> None:
    data = _broken_inputs()[name]
    path = tmp_path / "input"
    path.write_bytes(data)
    before, content = dump(six_papers), Path(six_papers).read_bytes()
    for words, stdin in (((path,), b""), (("-",), data)):
        result = run_cli("import", *words, stdin=stdin)
        assert (result.status, result.out) == (65, "")
        assert result.err.startswith("error: ")
        assert result.err.count("\n") == 1
    assert dump(six_papers) == before
    assert Path(six_papers).read_bytes() == content


@pytest.mark.parametrize("start", [b"", b"%PDF-1.7\n", b"[1, 2, ", b"<html>"], ids=["nul", "pdf", "json", "html"])
def test_a_huge_foreign_file_is_refused_at_once(start: bytes, run_cli: Run, tmp_path: Path, library: str) -> None:
    path = tmp_path / "huge"
    path.write_bytes(start)
    os.truncate(path, 200 << 20)
    run_cli("list")
    tracemalloc.start()
    began = time.perf_counter()
    try:
        assert run_cli("import", path).status == 65
        assert time.perf_counter() - began < 0.8
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert not os.path.exists(library)


def test_row_65_one_bad_file_among_good_ones_is_named(run_cli: Run, daily_file: Run, tmp_path: Path) -> None:
    bad = tmp_path / "notes.txt"
    bad.write_text("only this")
    result = run_cli("import", "--json", daily_file(2), bad)
    assert (result.status, result.json["new"]) == (1, 2)
    (rejected,) = result.json["rejected"]
    assert rejected["where"] == str(bad)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-11-21.json", "2026-11-21"),
        ("a-2026-11-21-9999-99-99.json", "2026-11-21"),
        ("2026-02-31.json", "2026-11-23"),
    ],
)
def test_a_day_in_a_file_name_is_one_of_the_calendar(
    run_cli: Run, daily_file: Run, daily_entry: Run, name: str, day: str
) -> None:
    undated = daily_entry(1, submittedOnDailyAt=None)["paper"]
    run_cli("import", daily_file([undated], name))
    (seen,) = run_cli("show", "1", "--json").json["sightings"]
    assert seen["seen"] == day


def test_a_folder_is_read_file_by_file(run_cli: Run, daily_file: Run, daily_entry: Run, tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    (folder / "deep").mkdir(parents=True)
    for name, number in (("b.json", 1), ("deep/c.json", 2), (".hidden.json", 3)):
        os.replace(daily_file([daily_entry(number)]), folder / name)
    assert report(run_cli, folder) == (2, 0, 0, 0)


def test_a_named_pipe_in_a_folder_is_not_read(run_cli: Run, tmp_path: Path) -> None:
    folder = tmp_path / "bibs"
    folder.mkdir()
    (folder / "one.bib").write_text("@misc{one, title = {On Looms}}", encoding="utf-8")
    os.mkfifo(folder / "pipe.bib")
    result = run_cli("import", folder, "--json")
    assert (result.status, result.json["new"]) == (1, 1)
    assert [line for line in result.err.splitlines() if "not a regular file" in line]


@pytest.mark.parametrize("hidden", [(), (".hidden.bib",), (".git/refs.bib",)], ids=str)
def test_a_folder_without_files_exits_65_with_a_message(
    run_cli: Run, daily_file: Run, tmp_path: Path, library: str, hidden: tuple[str, ...]
) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    for name in hidden:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("@misc{one, title = {One}}")
    for words in ([folder], [folder, "--json"]):
        result = run_cli("import", *words)
        assert (result.status, result.out) == (65, "")
        assert result.err.startswith(f"error: {folder}: a folder without files")
        assert result.err.count("\n") == 1
    assert not os.path.exists(library)
    assert report(run_cli, folder, daily_file(1)) == (1, 0, 0, 1)


def test_an_unreadable_folder_is_named(run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    (tmp_path / "in" / "locked").mkdir(parents=True)
    (tmp_path / "in" / "one.bib").write_text("@misc{one, title = {One}}")
    monkeypatch.setattr(os, "scandir", refused)
    assert report(run_cli, tmp_path / "in") == (1, 0, 0, 1)
    result = run_cli("import", tmp_path / "in" / "locked")
    assert (result.status, "cannot be read: Permission denied" in result.err) == (1, True)


@pytest.mark.parametrize("text", ["[]", " [\n]\n", "@comment{none yet}"])
def test_a_valid_input_without_papers_is_no_error(run_cli: Run, text: str) -> None:
    assert report(run_cli, "-", stdin=text) == (0, 0, 0, 0)


def test_a_paper_of_two_sources_is_one_with_two_sightings(run_cli: Run, page: str, daily_file: Run) -> None:
    assert report(run_cli, page) == (3, 0, 0, 0)
    assert report(run_cli, daily_file(2)) == (0, 2, 0, 0)
    (first,) = run_cli("list", "part 1", "--json").json
    assert (first["id"], first["authors"], first["arxiv_id"]) == (1, ["Ada Lovelace", "Emmy Noether"], "2611.00001")
    assert sorted((seen["feed"], seen["seen"]) for seen in first["sightings"]) == [
        ("hf-daily", "2026-11-20"),
        ("hf-page", "2026-11-20"),
    ]
    assert report(run_cli, daily_file(2), page) == (0, 0, 5, 0)


def test_the_order_of_two_sources_does_not_matter(run_cli: Run, page: str, daily_file: Run, tmp_path: Path) -> None:
    for name, paths in (("one.db", (page, daily_file(2))), ("two.db", (daily_file(2), page))):
        for path in paths:
            run_cli("import", path, "--db", tmp_path / name)
    one, two = (
        {
            paper["title"]: {**paper, "id": 0, "sightings": sorted(map(repr, paper["sightings"]))}
            for paper in run_cli("list", "--json", "--db", tmp_path / name).json
        }
        for name in ("one.db", "two.db")
    )
    assert one == two


def test_a_provisional_key_follows_the_metadata_and_stays_a_ref(run_cli: Run, page: str, daily_file: Run) -> None:
    run_cli("import", page)
    (provisional,) = run_cli("list", "part 1", "--json").json
    assert not provisional["key_frozen"]
    run_cli("import", daily_file(2))
    for reference in (provisional["key"], "lovelace2026decay"):
        found = run_cli("show", reference, "--json").json
        assert (found["id"], found["key"]) == (provisional["id"], "lovelace2026decay")


def test_row_65_importing_again_changes_nothing(
    run_cli: Run, page: str, daily_file: Run, dump: Run, library: str
) -> None:
    run_cli("import", page, daily_file(4))
    before = dump(library)
    assert report(run_cli, page, daily_file(4)) == (0, 0, 7, 0)
    assert dump(library) == before
    assert len(run_cli("undo", "--list", "--json").json) == 1


def test_a_paper_twice_in_one_import_is_one_paper(run_cli: Run, daily_file: Run, daily_entry: Run) -> None:
    path = daily_file([daily_entry(1), daily_entry(1, id="2611.00001v3"), daily_entry(2)])
    assert report(run_cli, path) == (2, 0, 1, 0)
    assert len(papers(run_cli)) == 2


def test_more_votes_of_the_same_day_are_an_update(run_cli: Run, daily_file: Run, daily_entry: Run) -> None:
    run_cli("import", daily_file([daily_entry(1)]))
    assert report(run_cli, daily_file([daily_entry(1, upvotes=500)])) == (0, 1, 0, 0)
    (paper,) = papers(run_cli).values()
    assert [seen["upvotes"] for seen in paper["sightings"]] == [500]


def test_options_of_an_import(run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(1), "--tag", "RL", "--tag", "new", "--status", "queued", "--feed", "mine")
    (paper,) = papers(run_cli).values()
    assert (paper["status"], paper["tags"], paper["decided"]) == ("queued", ["new", "rl"], "2026-11-23T08:00:00Z")
    assert [seen["feed"] for seen in paper["sightings"]] == ["mine"]
    run_cli("import", daily_file(2), "--tag", "second", "--status", "dropped")
    decided = {paper["id"]: (paper["status"], paper["tags"]) for paper in papers(run_cli, EVERY_STATUS).values()}
    assert decided == {1: ("queued", ["new", "rl", "second"]), 2: ("dropped", ["second"])}


def test_a_dry_run_keeps_nothing(run_cli: Run, daily_file: Run, library: str, dump: Run) -> None:
    result = run_cli("import", "--dry-run", daily_file(3))
    assert result.out == "3 papers: 3 new, 0 updated, 0 unchanged (dry run: nothing was stored)\n"
    assert not os.path.exists(library)
    run_cli("import", daily_file(2))
    before, content = dump(library), Path(library).read_bytes()
    assert report(run_cli, "--dry-run", daily_file(3)) == (1, 0, 2, 0)
    assert dump(library) == before
    assert Path(library).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "entry", "day"),
    [
        ("daily.json", {}, "2026-11-20"),
        ("2026-10-01.json", {"submittedOnDailyAt": None}, "2026-10-01"),
        ("daily.json", {"submittedOnDailyAt": None}, "2026-11-23"),
    ],
)
def test_the_day_of_a_sighting(
    run_cli: Run, daily_file: Run, daily_entry: Run, name: str, entry: dict[str, Any], day: str
) -> None:
    run_cli("import", daily_file([daily_entry(1, **entry)], name))
    (paper,) = papers(run_cli).values()
    assert [seen["seen"] for seen in paper["sightings"]] == [day]


# The reader's own .bib

BIB = """\
@article{MyKey:1987, author = {Noether, Emmy}, title = {Invariants}, year = 1987, keywords = {algebra, own work},
  annote = {Read twice.}}
@misc{lovelace2026decay, author = {Somebody, Else}, title = {A collision of keys}, year = 2001}
"""


def test_papers_of_a_bib_are_done_and_keep_their_keys(run_cli: Run) -> None:
    assert report(run_cli, "-", stdin=BIB) == (2, 0, 0, 0)
    mine = papers(run_cli)["MyKey:1987"]
    assert (mine["status"], mine["enrolled"], mine["due"], mine["key_frozen"]) == ("done", False, None, True)
    assert (mine["tags"], mine["note"], mine["sightings"]) == (["algebra", "own-work"], "Read twice.", [])
    assert run_cli("due").out == ""


def test_row_65_a_bib_imported_again_changes_nothing(run_cli: Run, dump: Run, library: str) -> None:
    run_cli("import", "-", stdin=BIB)
    before = dump(library)
    assert report(run_cli, "-", stdin=BIB) == (0, 0, 2, 0)
    assert dump(library) == before


def test_a_key_of_the_reader_replaces_a_provisional_one(run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(1))
    assert report(run_cli, "-", stdin=BIB) == (2, 0, 0, 0)
    found = {key: paper["title"] for key, paper in papers(run_cli).items()}
    assert found["lovelace2026decay"] == "A collision of keys"
    assert found["lovelace2026decaya"] == "On the decay of recurrent networks, part 1"
    assert run_cli("show", "lovelace2026decay", "--json").json["title"] == "A collision of keys"


def test_keys_do_not_depend_on_the_order_of_entries(run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(2))
    swapped = (
        "@misc{lovelace2026symmetry, eprint = {2611.00001}, title = {On the decay of recurrent networks, part 1}}"
        "@misc{lovelace2026decay, eprint = {2611.00002}, title = {On the symmetry of graph networks, part 2}}"
    )
    assert report(run_cli, "-", stdin=swapped) == (0, 2, 0, 0)
    assert {paper["id"]: key for key, paper in papers(run_cli).items()} == {
        1: "lovelace2026symmetry",
        2: "lovelace2026decay",
    }
    run_cli("undo")
    assert {paper["id"]: key for key, paper in papers(run_cli).items()} == {
        1: "lovelace2026decay",
        2: "lovelace2026symmetry",
    }


def test_a_frozen_key_stays_and_the_new_paper_is_named(run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(1))
    run_cli("export")
    result = run_cli("import", "-", stdin=BIB)
    assert "lovelace2026decaya instead" in result.err
    assert papers(run_cli)["lovelace2026decay"]["id"] == 1


def test_a_bib_key_of_a_paper_with_a_frozen_key_becomes_an_alias(run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(1))
    run_cli("export")
    entry = "@misc{mine, eprint = {2611.00001}, title = {On the decay of recurrent networks, part 1}}"
    assert report(run_cli, "-", stdin=entry) == (0, 1, 0, 0)
    assert run_cli("show", "mine", "--json").json["key"] == "lovelace2026decay"
    assert report(run_cli, "-", stdin=entry) == (0, 0, 1, 0)
    run_cli("undo")
    assert run_cli("show", "mine").status == 1
    run_cli("redo")
    assert run_cli("show", "mine").status == 0
    assert report(run_cli, "-", stdin=entry.replace("00001", "00002").replace("1}}", "2}}")) == (1, 0, 0, 0)
    assert run_cli("show", "mine", "--json").json["id"] == 1


def test_two_bib_keys_of_one_paper_both_name_it(run_cli: Run) -> None:
    twice = "@misc{one, title = {T}, doi = {10.1000/1}} @misc{two, title = {T}, doi = {10.1000/1}}"
    assert report(run_cli, "-", stdin=twice) == (1, 1, 0, 0)
    assert [run_cli("show", key, "--json").json["key"] for key in ("one", "two")] == ["one", "one"]


def test_a_bib_annotation_is_appended_to_the_note_of_a_known_paper(run_cli: Run) -> None:
    run_cli("import", "-", stdin=BIB)
    run_cli("note", 1, "--append", "Mine.")
    assert report(run_cli, "-", stdin=BIB) == (0, 0, 2, 0)
    run_cli("note", 1, "--set", "-", "--json", stdin="Mine.")
    assert report(run_cli, "-", stdin=BIB) == (0, 1, 1, 0)
    assert run_cli("show", 1, "--json").json["note"] == "Mine.\n\nRead twice."
    run_cli("undo")
    assert run_cli("show", 1, "--json").json["note"] == "Mine."


def test_a_released_key_can_be_used_again(run_cli: Run, page: str, daily_file: Run) -> None:
    """The former key of one paper is the present key of another, through further imports, undo and redo."""
    run_cli("import", daily_file(1))
    run_cli("import", "-", stdin=BIB)
    assert report(run_cli, page) == (2, 1, 0, 0)
    for command in ("undo", "undo", "redo", "redo"):
        assert run_cli(command).status == 0
    assert papers(run_cli)["lovelace2026decay"]["title"] == "A collision of keys"
    assert run_cli("key", "lovelace2026decay", "another").status == 0
    assert run_cli("show", "lovelace2026decay", "--json").json["title"] == "A collision of keys"


# Taking an import back


def test_undo_and_redo_restore_the_same_numbers(
    run_cli: Run, page: str, daily_file: Run, library: str, dump: Run
) -> None:
    empty = run_cli("list", EVERY_STATUS, "--json").out
    run_cli("import", page, "--tag", "x")
    first = papers(run_cli)
    run_cli("import", daily_file(4))
    run_cli("import", "-", stdin=BIB)
    everything = papers(run_cli)
    for _ in range(2):
        run_cli("undo")
        run_cli("undo")
        assert papers(run_cli) == first
        assert run_cli("undo").status == 0
        assert run_cli("list", EVERY_STATUS, "--json").out == empty
        assert run_cli("undo").err == "nothing to undo\n"
        for _ in range(3):
            assert run_cli("redo").status == 0
        assert papers(run_cli) == everything
    assert run_cli("redo").err == "nothing to redo\n"


def test_undo_of_an_import_keeps_papers_changed_since(run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(5))
    run_cli("star", 2)
    run_cli("note", 3, "--append", "x")
    run_cli("mark", "dropped", 4)
    run_cli("star", 5)
    run_cli("undo")
    run_cli("undo", 1)
    assert sorted(paper["id"] for paper in papers(run_cli, EVERY_STATUS).values()) == [2, 3, 4]


def test_numbers_are_never_used_twice(run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(3))
    run_cli("undo")
    run_cli("import", daily_file(2))
    assert sorted(paper["id"] for paper in papers(run_cli).values()) == [4, 5]


def test_one_import_is_one_transaction(run_cli: Run, daily_file: Run, six_papers: str, dump: Run) -> None:
    """An error at the end rolls back the whole import."""
    with contextlib.closing(sqlite3.connect(six_papers)) as library:
        library.execute(
            "CREATE TRIGGER late BEFORE INSERT ON change WHEN new.field = 'created' BEGIN SELECT json('{'); END"
        )
    before = dump(six_papers)
    result = run_cli("import", "-", stdin="@misc{k, title = {New}}")
    assert result.status == 65
    assert dump(six_papers) == before


def _editorial(more: str) -> str:
    return f"TY  - JOUR\nTI  - Editorial\nJO  - A Journal\n{more}\nER  - \n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ris", _editorial("PY  - 2020") + _editorial("PY  - 2021")),
        ("a.ris", _editorial("VL  - 1") + _editorial("VL  - 2")),
        ("a.ris", _editorial("AU  - Doe, Jane\nPY  - 2020") + _editorial("AU  - Doe, Jane\nPY  - 2021")),
        ("a.nbib", "".join(f"PMID- {n}\nOWN - NLM\nTI  - Editorial.\nDP  - 2020\nTA  - X\n\n" for n in (22345, 22346))),
        ("a.json", json.dumps({"data": [{"paperId": f"p{n}", "title": "Editorial"} for n in "12"]})),
        (
            "a.json",
            json.dumps({"results": [{"id": f"https://openalex.org/W{n}", "title": "Editorial"} for n in "12"]}),
        ),
    ],
    ids=["years", "volumes", "one editor", "PubMed ids", "Semantic Scholar ids", "OpenAlex ids"],
)
def test_records_without_keys_and_with_a_generic_title_are_papers_of_their_own(
    run_cli: Run, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert report(run_cli, tmp_path / name) == (2, 0, 0, 0)
    assert report(run_cli, tmp_path / name) == (0, 0, 2, 0)


def test_a_generic_record_is_known_again_after_another_one_was_put_before_it(run_cli: Run, tmp_path: Path) -> None:
    (file := tmp_path / "a.ris").write_text(_editorial("PY  - 2020"), encoding="utf-8")
    assert report(run_cli, file) == (1, 0, 0, 0)
    file.write_text(_editorial("PY  - 2021") + _editorial("PY  - 2020"), encoding="utf-8")
    assert report(run_cli, file) == (1, 0, 1, 0)


def test_a_list_may_name_a_paper_of_the_library_twice(run_cli: Run, tmp_path: Path) -> None:
    record = "TY  - JOUR\nTI  - A Title of its Own\nAU  - Doe, Jane\nDO  - 10.1000/odd.7\nER  - \n"
    run_cli("import", "-", stdin=record)
    (tmp_path / "ids.txt").write_text("10.1000/odd.7\nhttps://doi.org/10.1000/ODD.7\n", encoding="utf-8")
    new, _, _, rejected = report(run_cli, tmp_path / "ids.txt")
    assert (new, rejected) == (0, 0)
    assert report(run_cli, tmp_path / "ids.txt") == (0, 0, 2, 0)


def test_items_of_a_json_feed_keep_their_numbers_and_repeated_ones_are_said(run_cli: Run) -> None:
    items = ["text", {"id": "1"}, 7, *({"id": name, "title": f"Pond {name}"} for name in "abab"), {"title": "\u200b"}]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items})
    shown = run_cli("import", "-", stdin=feed)
    for number, why in ((4, "entry 6 has the same id"), (5, "entry 7 has the same id")):
        assert f"standard input: entry {number} left out: {why}\n" in shown.err
    done = run_cli("import", "-", "--json", stdin=feed).json
    assert [one["where"] for one in done["left_out"]] == ["standard input: entry 4", "standard input: entry 5"]
    assert sorted(one["where"][-1] for one in done["rejected"]) == ["1", "2", "3", "8"]
    assert done["found"] == len(items) == done["unchanged"] + len(done["rejected"])


def test_a_name_with_a_nul_rejects_its_entry_only(run_cli: Run) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "items": [
            {"id": "1", "url": "https://p.example/1", "title": "Good", "authors": [{"name": "Ada"}]},
            {"id": "2", "url": "https://p.example/2", "title": "Bad", "authors": [{"name": "\0nul"}]},
        ],
    }
    assert report(run_cli, "-", stdin=json.dumps(feed)) == (1, 0, 0, 1)
