"""A collection of Zotero comes in with notes, tags, reading states and PDFs, and twice the same."""

import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Reply
from zotero_server import ZoteroServer

Run = Callable[..., Any]

THESIS = "ABCD2345"


@pytest.fixture
def thesis(zotero: ZoteroServer, tmp_path: Path) -> ZoteroServer:
    """Return a Zotero with a collection of two papers, one of which has a note and a PDF."""
    pdf = tmp_path / "law of decay.pdf"
    pdf.write_bytes(b"%PDF-1.4\n")
    first = zotero.add(
        THESIS,
        itemType="journalArticle",
        title="Laws of <i>decay</i>",
        creators=[
            {"creatorType": "author", "firstName": "Emmy", "lastName": "Noether"},
            {"creatorType": "editor", "firstName": "Felix", "lastName": "Klein"},
        ],
        date="1918-07-26",
        publicationTitle="Nachrichten",
        volume="3",
        pages="235–257",
        DOI="10.1000/laws",
        abstractNote="Every symmetry.",
        citationKey="noether1918laws",
        tags=[{"tag": "To read, soon"}, {"tag": "physics"}],
        extra="Read_Status: In Progress\nRead_Status_Date: 2026-11-01T00:00:00Z",
    )
    zotero.add(THESIS, itemType="note", parentItem=first, note="<p>A <b>note</b></p><p>of mine</p>")
    zotero.add(
        THESIS,
        links={"enclosure": {"href": pdf.as_uri()}},
        itemType="attachment",
        parentItem=first,
        contentType="application/pdf",
        linkMode="imported_file",
    )
    zotero.add(
        THESIS,
        itemType="preprint",
        title="A preprint",
        creators=[{"creatorType": "author", "name": "The Group"}],
        date="May 2020",
        archiveID="arXiv:2005.00001",
        extra="Citation Key: group2020",
    )
    zotero.names[THESIS] = "My Thesis"
    zotero.add("ZZZZ2345", itemType="book", title="Elsewhere")
    return zotero


def test_a_collection_comes_in_whole(library: str, run_cli: Run, thesis: ZoteroServer, tmp_path: Path) -> None:
    result = run_cli("zotero", "pull", "my", "thesis")
    assert (result.status, result.out, result.err) == (0, "2 papers: 2 new, 0 updated, 0 unchanged (step 1)\n", "")
    paper = run_cli("show", "noether1918laws", "--json").json
    assert (paper["title"], paper["authors"], paper["year"]) == ("Laws of decay", ["Emmy Noether"], 1918)
    assert (paper["published"], paper["venue"], paper["doi"]) == ("1918-07-26", "Nachrichten", "10.1000/laws")
    assert (paper["status"], paper["abstract"]) == ("reading", "Every symmetry.")
    assert paper["tags"] == ["physics", "to-read-soon"]
    assert paper["note"] == "A note\n\nof mine"
    assert paper["zotero"].startswith("zotero://select/library/items/")
    with contextlib.closing(sqlite3.connect(library)) as connection:
        assert connection.execute("SELECT path FROM pdf").fetchall() == [(str(tmp_path / "law of decay.pdf"),)]
    other = run_cli("show", "group2020", "--json").json
    assert (other["arxiv_id"], other["year"], other["status"]) == ("2005.00001", 2020, "done")


def test_a_second_pull_changes_nothing(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    run_cli("zotero", "pull", THESIS)
    before = Path(library).read_bytes()
    again = run_cli("zotero", "pull", THESIS, "--json").json
    assert (again["unchanged"], again["step"]) == (2, None)
    assert run_cli("show", "noether1918laws", "--json").json["note"] == "A note\n\nof mine"
    assert run_cli("undo").status == 0
    assert run_cli("list", "--count").out == "0\n"
    assert len(before) > 0


def test_without_a_name_the_whole_library_comes_in(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    assert run_cli("zotero", "pull").out.startswith("3 papers: 3 new")
    assert run_cli("zotero", "pull", "--dry-run").status == 0


def test_a_dry_run_creates_nothing(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    assert "dry run" in run_cli("zotero", "pull", THESIS, "--dry-run").out
    assert run_cli("list", "--count").out == "0\n"


def test_an_unknown_collection_is_answered_with_the_nearest(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    result = run_cli("zotero", "pull", "my thesi")
    assert result.status == 2
    assert "My Thesis" in result.err
    thesis.names["ZZZZ2345"] = "My thesis"
    assert "2 collections are named" in run_cli("zotero", "pull", "my thesis").err


def test_items_that_cannot_come_in_are_named(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    key = thesis.add(THESIS, itemType="book", title="")
    thesis.add(THESIS, itemType="book", title="Binned", deleted=1)
    thesis.items["nonsense"] = {"key": "../../x", "data": "x"}
    result = run_cli("zotero", "pull", THESIS)
    assert (result.status, result.err) == (1, f"error: item {key}: no title\n")
    assert result.out == "3 papers: 2 new, 0 updated, 0 unchanged, 1 rejected (step 1)\n"


def test_what_is_no_item_in_a_list_is_left_out(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    thesis.server.routes[f"/api/users/0/collections/{THESIS}/items"] = b"[1, null, {}]"
    result = run_cli("zotero", "pull", THESIS)
    assert (result.status, result.out) == (0, "0 papers: 0 new, 0 updated, 0 unchanged\n")


def test_what_was_pushed_and_pulled_is_one_paper(six_papers: str, run_cli: Run, zotero: ZoteroServer) -> None:
    run_cli("note", 1, "--append", "My note.")
    run_cli("zotero", "push")
    result = run_cli("zotero", "pull")
    assert result.status == 0
    assert run_cli("list", "--count").out == "6\n"
    assert run_cli("show", 1, "--json").json["note"] == "My note."
    assert run_cli("show", 1, "--json").json["status"] == "inbox"
    assert run_cli("zotero", "push", "--json").json["new"] == 0
    assert len(zotero.data()) == 6


def test_an_item_that_was_pulled_is_pushed_to_itself(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    run_cli("zotero", "pull", THESIS)
    run_cli("mark", "done", "noether1918laws")
    result = run_cli("zotero", "push", "key:noether1918laws")
    assert result.out == "1 paper: 0 new, 1 updated, 0 unchanged\n"
    item = next(one for one in thesis.data() if one.get("citationKey") == "noether1918laws")
    assert item["title"] == "Laws of <i>decay</i>"
    assert item["extra"].startswith("Read_Status: Read\n")
    assert len(thesis.data("journalArticle")) == 1


def test_hostile_text_is_cleaned(library: str, run_cli: Run, zotero: ZoteroServer) -> None:
    evil = "x\x1b]0;t\x07\u202ey\x00"
    key = zotero.add(THESIS, itemType="book", title=evil, tags=[{"tag": evil}], citationKey="a,b{", extra=evil)
    zotero.add(THESIS, itemType="note", parentItem=key, note=f"<p>{evil}</p>")
    zotero.add(THESIS, itemType="attachment", parentItem=key, contentType="application/pdf", path="/etc/passwd")
    assert run_cli("zotero", "pull", THESIS).status == 0
    paper = run_cli("show", 1, "--json").json
    assert (paper["title"], paper["note"]) == ("xy", "xy")
    with contextlib.closing(sqlite3.connect(library)) as connection:
        assert connection.execute("SELECT count(*) FROM pdf").fetchone() == (0,)


@pytest.mark.parametrize(
    "body", [b"<html>Welcome to the hotel</html>", b'{"items": []}', b"\x00\xff", b"", b"[" * 100_000]
)
def test_an_answer_that_is_no_list_is_not_an_empty_library(
    six_papers: str, run_cli: Run, zotero: ZoteroServer, body: bytes
) -> None:
    run_cli("zotero", "push")
    items, path = dict(zotero.items), "/api/users/0/items"
    answer = zotero.server.routes[path]
    assert callable(answer)
    zotero.server.routes[path] = lambda seen: answer(seen) if seen.method == "POST" else Reply(body)
    for word in ("push", "pull"):
        result = run_cli("zotero", word)
        assert (result.status, result.out) == (1, "")
        assert result.err.startswith("error: Zotero answered with no list of items")
    assert zotero.items == items


def test_what_was_pulled_and_not_changed_is_not_sent_back(library: str, run_cli: Run, thesis: ZoteroServer) -> None:
    run_cli("zotero", "pull", THESIS)
    before = json.dumps(thesis.items)
    assert run_cli("zotero", "push", "key:noether1918laws").out == "1 paper: 0 new, 0 updated, 1 unchanged\n"
    assert json.dumps(thesis.items) == before
    run_cli("note", "noether1918laws", "--append", "And a line of mine.")
    run_cli("tag", "noether1918laws", "-a", "thesis")
    assert run_cli("zotero", "push", "key:noether1918laws").out == "1 paper: 0 new, 1 updated, 0 unchanged\n"
    (item,) = thesis.data("journalArticle")
    assert [tag["tag"] for tag in item["tags"]] == ["To read, soon", "physics", "thesis"]
    assert ["And a line of mine." in note["note"] for note in thesis.data("note")] == [False, True]


@pytest.mark.parametrize(
    ("kind", "role", "field"),
    [
        ("book", "editor", "editor"),
        ("presentation", "presenter", "author"),
        ("computerProgram", "programmer", "author"),
        ("patent", "inventor", "author"),
    ],
)
def test_people_who_are_no_authors_come_in(
    library: str, run_cli: Run, zotero: ZoteroServer, kind: str, role: str, field: str
) -> None:
    people = [{"creatorType": role, "firstName": "Felix", "lastName": "Klein"}]
    zotero.add(THESIS, itemType=kind, title="A work of others", creators=people, date="1926")
    assert run_cli("zotero", "pull", THESIS).status == 0
    assert run_cli("show", 1, "--json").json["authors"] == ["Felix Klein"]
    assert f"{field} = {{Klein, Felix}}" in run_cli("export").out
