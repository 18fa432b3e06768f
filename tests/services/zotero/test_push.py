"""Papers go to Zotero once, change there as they change here, and nothing that was done there is lost."""

import contextlib
import os
import re
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from zotero_server import ZoteroServer

from readq.store import library

Run = Callable[..., Any]


@pytest.fixture
def prepared(six_papers: str, run_cli: Run) -> str:
    """Return a library in which paper 1 is queued, tagged, and has a note."""
    run_cli("mark", "queued", 1)
    run_cli("tag", 1, "-a", "rl")
    run_cli("note", 1, "--append", "claim: *it decays*\n<script>alert(1)</script>")
    return six_papers


def test_a_paper_becomes_an_item_with_its_note(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    result = run_cli("zotero", "push", "tag:rl")
    assert (result.status, result.out) == (0, "1 paper: 1 new, 0 updated, 0 unchanged\n")
    assert result.err.count("\n") == 1
    assert "Always Allow" in result.err
    (item,) = zotero.data()
    key = item.pop("key")
    assert item == {
        "itemType": "preprint",
        "title": "On the decay of recurrent networks, part 1",
        "creators": [
            {"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"},
            {"creatorType": "author", "firstName": "Emmy", "lastName": "Noether"},
        ],
        "abstractNote": "We look at recurrent networks for the time number 1.",
        "date": "2026-11-18",
        "url": "https://arxiv.org/abs/2611.00001",
        "archiveID": "arXiv:2611.00001",
        "repository": "arXiv",
        "citationKey": "lovelace2026decay",
        "tags": [{"tag": "rl"}],
        "extra": "Read_Status: To Read\nRead_Status_Date: 2026-11-23T08:00:00Z",
    }
    (note,) = zotero.data("note")
    assert note["parentItem"] == key
    assert "<em>it decays</em>" in note["note"]
    assert "<script" not in note["note"]
    paper = run_cli("show", 1, "--json").json
    assert paper["zotero"] == f"zotero://select/library/items/{key}"
    assert paper["key_frozen"]
    assert f"Zotero  zotero://select/library/items/{key}" in run_cli("show", 1).out


def test_a_second_push_sends_nothing(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push")
    writes = zotero.posted()
    assert run_cli("zotero", "push", "--json").json == {
        "found": 6, "new": 0, "updated": 0, "unchanged": 6, "rejected": [],
    }  # fmt: skip
    assert zotero.posted() == writes
    assert (len(zotero.data()), len(zotero.data("note")), zotero.prompts) == (6, 1, 1)
    (path,) = Path(os.environ["XDG_STATE_HOME"]).rglob("zotero.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_changed_here_changes_there(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push")
    run_cli("mark", "done", 1)
    run_cli("tag", 1, "-a", "new")
    run_cli("note", 1, "--append", "More.")
    run_cli("key", 2, "other2026")
    assert run_cli("zotero", "push").out == "6 papers: 0 new, 2 updated, 4 unchanged\n"
    first, second = zotero.writes[-2]
    assert set(first) == {"key", "version", "tags", "extra"}
    assert set(second) == {"key", "version", "citationKey"}
    (note,) = zotero.writes[-1]
    assert set(note) == {"key", "version", "note"}
    item = next(one for one in zotero.data() if one["citationKey"] == "lovelace2026decay")
    assert item["extra"].startswith("Read_Status: Read\n")
    assert [tag["tag"] for tag in item["tags"]] == ["rl", "new"]
    assert "More." in zotero.data("note")[0]["note"]


def test_what_was_changed_there_stays(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push", "tag:rl")
    (item,), (note,) = zotero.data(), zotero.data("note")
    zotero.edit(item["key"], title="My title", tags=[{"tag": "mine", "type": 1}], extra="PMID: 3\n" + item["extra"])
    zotero.edit(note["key"], note="<p>Mine</p>")
    run_cli("mark", "reading", 1)
    run_cli("note", 1, "--append", "Changed here too.")
    with contextlib.closing(sqlite3.connect(prepared)) as connection, connection:
        connection.execute("UPDATE paper SET title = 'A corrected title' WHERE id = 1")
    result = run_cli("zotero", "push", "tag:rl")
    assert result.status == 0
    assert "the note on lovelace2026decay was changed in Zotero" in result.err
    (item,), (note,) = zotero.data(), zotero.data("note")
    assert item["title"] == "My title"
    assert item["tags"] == [{"tag": "mine", "type": 1}, {"tag": "rl"}]
    assert item["extra"].split("\n")[:2] == ["PMID: 3", "Read_Status: In Progress"]
    assert note["note"] == "<p>Mine</p>"


def test_a_later_reading_state_there_stays(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push", "tag:rl")
    later = "Read_Status: Read\nRead_Status_Date: 2026-12-01T08:00:00.000Z"
    zotero.edit(zotero.data()[0]["key"], extra=later)
    assert run_cli("zotero", "push", "tag:rl").out.startswith("1 paper: 0 new, 0 updated, 1 unchanged")
    assert zotero.data()[0]["extra"] == later


def test_an_item_in_the_bin_stays_there_and_a_lost_one_returns(
    prepared: str, run_cli: Run, zotero: ZoteroServer
) -> None:
    run_cli("zotero", "push", "tag:rl")
    key = zotero.data()[0]["key"]
    zotero.edit(key, deleted=1)
    run_cli("mark", "done", 1)
    result = run_cli("zotero", "push", "tag:rl")
    assert "in Zotero's trash" in result.err
    assert "In Progress" not in zotero.items[key]["data"]["extra"]
    zotero.items.clear()
    assert run_cli("zotero", "push", "tag:rl").out.startswith("1 paper: 1 new")
    assert len(zotero.data()) == 1


def test_writes_have_at_most_fifty_items(library: str, run_cli: Run, zotero: ZoteroServer, daily_file: Run) -> None:
    run_cli("import", daily_file(120))
    assert run_cli("zotero", "push").out == "120 papers: 120 new, 0 updated, 0 unchanged\n"
    assert [len(write) for write in zotero.writes] == [50, 50, 20]
    assert run_cli("zotero", "push").out == "120 papers: 0 new, 0 updated, 120 unchanged\n"
    assert len(zotero.writes) == 3


def test_a_dry_run_sends_and_stores_nothing(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push", "--dry-run")
    before = Path(prepared).read_bytes()
    result = run_cli("zotero", "push", "--dry-run")
    assert result.out == "6 papers: 6 new, 0 updated, 0 unchanged (dry run: nothing was stored)\n"
    assert (zotero.prompts, zotero.posted(), Path(prepared).read_bytes()) == (0, 0, before)


def test_a_query_of_a_push_sees_the_present_interest(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    for status, words in (("queued", "gripper torque"), ("dropped", "vocoder prosody"), ("inbox", "gripper torque")):
        entries = (f"@misc{{{status}{n}, title = {{Study {status} {n} of {words}}}}}" for n in range(10))
        run_cli("import", "-", "--status", status, stdin="\n".join(entries))
    pushed = run_cli("zotero", "push", "interest:1..", "--dry-run", "--json").json["found"]
    assert pushed == int(run_cli("list", "interest:1..", "--count").out) > 0
    assert "pdf.search is off" in run_cli("zotero", "push", "pdf:word", "--dry-run").err


def test_a_dry_run_does_not_open_the_library_for_writing(
    prepared: str, run_cli: Run, zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("opened for writing")

    monkeypatch.setattr(library, "open_for_changing", refused)
    assert run_cli("zotero", "push", "tag:rl", "--dry-run").status == 0


# What Zotero asks for, and faults


def test_a_key_for_one_time_is_asked_for_again(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    zotero.clicks = ["once", "once"]
    assert run_cli("zotero", "push").status == 0
    assert (zotero.prompts, len(zotero.writes)) == (2, 2)
    assert not list(Path(os.environ["XDG_STATE_HOME"]).rglob("zotero.json"))


def test_too_many_dialogs_end_the_push_and_the_next_goes_on(
    library: str, run_cli: Run, zotero: ZoteroServer, daily_file: Run
) -> None:
    run_cli("import", daily_file(70))
    zotero.prompts, zotero.clicks = 4, ["once"]
    result = run_cli("zotero", "push")
    assert (result.status, result.out) == (1, "")
    assert re.search(r"^error: Zotero refuses: .*429", result.err.splitlines()[-1])
    assert len(zotero.items) == 50
    paused = run_cli("zotero", "push").err.splitlines()[-1]
    assert re.fullmatch(r"error: zotero is paused until [0-9:]+, because it answered 429 \(try again then\)", paused)
    zotero.prompts = 0
    with contextlib.closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("DELETE FROM service")
    assert run_cli("zotero", "push").out == "70 papers: 20 new, 0 updated, 50 unchanged\n"
    assert len(zotero.items) == 70


def test_a_key_that_was_taken_back_is_asked_for_again(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push", "tag:rl")
    zotero.revoke()
    run_cli("mark", "done", 1)
    assert run_cli("zotero", "push", "tag:rl").out == "1 paper: 0 new, 1 updated, 0 unchanged\n"
    assert zotero.prompts == 2


def test_a_missing_instance_is_named_again(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    zotero.faults = [428]
    assert run_cli("zotero", "push", "tag:rl").status == 0
    zotero.faults = [401, 401, 401]
    run_cli("mark", "done", 1)
    result = run_cli("zotero", "push", "tag:rl")
    assert result.status == 1
    assert "rejects every key" in result.err


def test_another_instance_gets_nothing(
    prepared: str, run_cli: Run, zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = zotero._authorize

    def restarted(seen: Any) -> Any:  # noqa: ANN401
        reply = answer(seen)
        zotero.id = "SERVER-TWO"
        return reply

    zotero.server.routes["/api/local/authorize"] = restarted
    result = run_cli("zotero", "push")
    assert (result.status, result.out) == (1, "")
    assert "another Zotero has been started" in result.err
    assert zotero.items == {}


def test_a_denial_and_a_closed_door(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    zotero.clicks = ["deny"]
    result = run_cli("zotero", "push")
    assert result.status == 1
    assert "denied" in result.err
    zotero.is_on = False
    result = run_cli("zotero", "push")
    assert result.err == (
        "error: Zotero does not let other programs access it"
        " (in Zotero's settings, Advanced, let other applications communicate with Zotero)\n"
    )


def test_no_zotero_and_an_old_one(
    prepared: str, run_cli: Run, zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    zotero.id = ""
    assert "Zotero 10 and later do" in run_cli("zotero", "push").err
    monkeypatch.setenv("READQ_ZOTERO_URL", "http://127.0.0.1:1")
    result = run_cli("zotero", "push")
    assert (result.status, result.err.count("\n")) == (1, 1)
    assert "start Zotero" in result.err


def test_an_answer_that_is_lost_makes_no_second_item(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    zotero.loses_answer = True
    assert run_cli("zotero", "push", "tag:rl").status == 1
    assert len(zotero.writes) == 1
    result = run_cli("zotero", "push", "tag:rl")
    assert result.status == 0
    assert (len(zotero.data()), len(zotero.data("note"))) == (1, 1)
    assert run_cli("zotero", "push", "tag:rl").out == "1 paper: 0 new, 0 updated, 1 unchanged\n"


def test_a_lost_answer_makes_no_second_note(six_papers: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push", "recurrent")
    run_cli("note", 1, "--append", "A *note* with `code`.")
    zotero.loses_answer = True
    assert run_cli("zotero", "push", "recurrent").status == 1
    assert run_cli("zotero", "push", "recurrent").out == "2 papers: 0 new, 0 updated, 2 unchanged\n"
    assert len(zotero.data("note")) == 1
    run_cli("note", 1, "--append", "More.")
    assert run_cli("zotero", "push", "recurrent").out == "2 papers: 0 new, 1 updated, 1 unchanged\n"
    assert len(zotero.data("note")) == 1


def test_a_refused_item_is_named_and_the_rest_is_sent(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    zotero.refuses = {"On the symmetry of graph networks, part 2": "bad \x1b[31mfield"}
    result = run_cli("zotero", "push")
    assert (result.status, result.out) == (1, "6 papers: 5 new, 0 updated, 0 unchanged, 1 rejected\n")
    assert result.err.splitlines()[-1] == "error: lovelace2026symmetry: bad field"
    zotero.refuses = {}
    assert run_cli("zotero", "push").out == "6 papers: 1 new, 0 updated, 5 unchanged\n"


def test_merged_papers_keep_one_item(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push")
    run_cli("merge", 1, 2)
    result = run_cli("zotero", "push")
    assert result.status == 0
    assert len(zotero.data()) == 6
    run_cli("undo")
    assert run_cli("zotero", "push", "--json").json["new"] == 0


def test_fields_of_an_entry_arrive_in_plain_text_by_the_names_of_either_dialect(
    library: str, run_cli: Run, zotero: ZoteroServer, tmp_path: Path
) -> None:
    bib = tmp_path / "own.bib"
    bib.write_text(
        "@Book{one, title = {A}, author = {Doe, Ann}, year = 2001, Publisher = {Springer {\\&} Co}}\n"
        "@Thesis{two, title = {B}, author = {Doe, Ann}, date = {2002-03}, institution = {Universit{\\'e} X},"
        " type = {phdthesis}}\n"
        '@Article{three, title = {C}, author = {Doe, Ann}, date = {2003}, journaltitle = {J. of {\\"U}bung},'
        " volume = {4}, NUMBER = {1{\\&}2}, pages = {5--6}}\n"
    )
    assert run_cli("import", bib).status == 0
    number = run_cli("show", "three", "--json").json["id"]
    entry = run_cli("export", "key:three", "--format", "biblatex").out
    edited = tmp_path / "edited.bib"
    edited.write_text(re.sub(r"volume = \{4\}", "volume = {7}", entry))
    assert run_cli("edit", number, "--set", edited).status == 0
    assert run_cli("zotero", "push").status == 0
    items = {item["citationKey"]: item for item in zotero.data()}
    assert items["one"]["publisher"] == "Springer & Co"
    assert (items["two"]["itemType"], items["two"]["university"]) == ("thesis", "Université X")
    assert items["two"]["date"] == "2002-03"
    assert items["three"]["publicationTitle"] == "J. of Übung"
    assert [items["three"][name] for name in ("volume", "issue", "pages")] == ["7", "1&2", "5–6"]


def test_a_field_that_was_corrected_in_the_library_does_not_arrive_as_it_was(
    library: str, run_cli: Run, zotero: ZoteroServer, tmp_path: Path
) -> None:
    bib = tmp_path / "own.bib"
    bib.write_text("@article{one, title={A}, author={Doe, Ann}, year=2001, journal={Old}, number=3}\n")
    assert run_cli("import", bib).status == 0
    with contextlib.closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("UPDATE paper SET venue = 'New', edited = 'venue number'")
    assert run_cli("zotero", "push").status == 0
    (item,) = zotero.data()
    assert item["publicationTitle"] == "New"
    assert "issue" not in item


def test_editors_and_translators_arrive_as_such(
    library: str, run_cli: Run, zotero: ZoteroServer, tmp_path: Path
) -> None:
    bib = tmp_path / "own.bib"
    bib.write_text(
        "@book{one, title={A}, editor={Klein, Felix}, year=2001, publisher={P}}\n"
        "@book{two, title={B}, author={Doe, Ann}, translator={Roe, Bo}, year=2001, publisher={P}}\n"
        "@phdthesis{three, title={C}, author={Doe, Ann}, editor={Klein, Felix}, year=2001, school={P}}\n"
    )
    assert run_cli("import", bib).status == 0
    assert run_cli("zotero", "push").status == 0
    creators = {
        item["citationKey"]: [(one["creatorType"], one["lastName"]) for one in item["creators"]]
        for item in zotero.data()
    }
    assert creators == {
        "one": [("editor", "Klein")],
        "two": [("author", "Doe"), ("translator", "Roe")],
        "three": [("author", "Doe")],
    }


def test_empty_lines_of_extra_stay(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push", "tag:rl")
    (item,) = zotero.data()
    zotero.edit(item["key"], extra=f"A remark.\n\nAnother one.\n{item['extra']}")
    run_cli("mark", "done", 1)
    run_cli("zotero", "push", "tag:rl")
    (item,) = zotero.data()
    assert item["extra"].startswith("A remark.\n\nAnother one.\nRead_Status: Read\n")


def test_what_was_changed_there_stays_after_a_push_of_tags(prepared: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("zotero", "push", "tag:rl")
    zotero.edit(zotero.data()[0]["key"], title="My title")
    run_cli("tag", 1, "-a", "new")
    run_cli("zotero", "push", "tag:rl")
    with contextlib.closing(sqlite3.connect(prepared)) as connection, connection:
        connection.execute("UPDATE paper SET title = 'A corrected title' WHERE id = 1")
    run_cli("zotero", "push", "tag:rl")
    (item,) = zotero.data()
    assert (item["title"], [tag["tag"] for tag in item["tags"]]) == ("My title", ["rl", "new"])


def test_a_field_that_was_emptied_here_is_emptied_there(
    library: str, run_cli: Run, zotero: ZoteroServer, tmp_path: Path
) -> None:
    bib, edited = tmp_path / "own.bib", tmp_path / "edited.bib"
    bib.write_text("@article{one, title={A}, author={Doe, Ann}, year=2001, journal={J}, volume=3, doi={10.1000/a}}\n")
    assert run_cli("import", bib).status == 0
    assert run_cli("zotero", "push").status == 0
    edited.write_text("@article{one, title={A}, author={Doe, Ann}, year=2001, journal={J}}\n")
    assert run_cli("edit", "one", "--set", edited).status == 0
    assert run_cli("zotero", "push").status == 0
    (item,) = zotero.data()
    assert [item[name] for name in ("title", "publicationTitle", "volume", "DOI")] == ["A", "J", "", ""]
