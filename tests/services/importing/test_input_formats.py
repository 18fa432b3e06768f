"""What people have comes in, recognised by its content; ordinary text files are no papers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.services.importing import input_formats

Run = Callable[..., Any]

TITLE, DOI = "Herons wait", "10.1000/lake.1"
CSL = [
    {
        "id": "heron2026",
        "type": "article-journal",
        "title": TITLE,
        "author": [{"family": "Heron", "given": "Ada"}],
        "container-title": "Lake Letters",
        "issued": {"date-parts": [[2026, 3]]},
        "DOI": DOI,
    }
]
OPENALEX = {"results": [{"id": "https://openalex.org/W1", "title": TITLE, "doi": f"https://doi.org/{DOI}"}]}
SEMANTIC = {"data": [{"paperId": "0" * 40, "title": TITLE, "externalIds": {"DOI": DOI}}]}
OPENREVIEW = {"notes": [{"id": "AbCdEf123", "forum": "AbCdEf123", "invitation": "X", "content": {"title": TITLE}}]}
RIS = f"TY  - JOUR\nTI  - {TITLE}\nAU  - Heron, Ada\nDO  - {DOI}\nID  - heron2026\nER  -\n"
NBIB = f"PMID- 31000001\nTI  - {TITLE}.\nFAU - Heron, Ada\nLID - {DOI} [doi]\nJT  - Lake letters\nDP  - 2026\n"
ACL = (
    '<collection id="2026.acl"><volume id="long"><meta/>'
    f'<paper id="1"><title>{TITLE}</title></paper></volume></collection>'
)
DBLP = f'<dblp><article key="j/x"><author>Ada Heron</author><title>{TITLE}.</title></article></dblp>'
MAIL = (
    "From: no-reply@arxiv.org\nSubject: daily\nDate: Fri, 20 Nov 2026 05:00:00 +0000\n\n\\\\\narXiv:2611.00001\n"
    "Title: Herons wait\nAuthors: Ada Heron\n\\\\\n  We wait.\n\\\\ ( https://arxiv.org/abs/2611.00001 ,  1kb)\n"
)
BOOKMARKS = (
    "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><DT>"
    '<A HREF="https://arxiv.org/abs/2611.00001">[2611.00001] Herons wait</A></DL>'
)
LIST = "# to read\n- 2611.00001 Herons wait\n"
RUSSIAN = (
    '<?xml version="1.0" encoding="{0}"?><rss version="2.0"><channel><title>F</title>'
    "<item><title>Статья</title></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("text", "form", "status"),
    [
        (json.dumps(CSL), "csl-json", "done"),
        (json.dumps({"items": CSL}), "csl-json", "done"),
        (json.dumps(OPENALEX), "openalex", "inbox"),
        (json.dumps(SEMANTIC), "semanticscholar", "inbox"),
        (json.dumps(OPENREVIEW), "openreview", "inbox"),
        (RIS, "ris", "done"),
        (NBIB, "nbib", "done"),
        (ACL, "acl", "inbox"),
        (DBLP, "dblp", "inbox"),
        (MAIL, "mail", "inbox"),
        (BOOKMARKS, "bookmarks", "queued"),
        (LIST, "list", "queued"),
    ],
)
def test_every_form_is_recognised_and_comes_in(run_cli: Run, tmp_path: Path, text: str, form: str, status: str) -> None:
    path = tmp_path / "saved"
    path.write_text(text, encoding="utf-8")
    for arguments in ((), ("--format", form)):
        report = run_cli("import", "--json", *arguments, path)
        assert (report.status, report.json["found"], report.json["rejected"]) == (0, 1, [])
    (paper,) = run_cli("list", "--json").json
    assert (paper["title"], paper["status"]) == ("Herons wait", status)


@pytest.mark.parametrize("text", [RIS, json.dumps(CSL)])
def test_a_bibliography_keeps_its_keys(run_cli: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "saved"
    path.write_text(text, encoding="utf-8")
    run_cli("import", path)
    (paper,) = run_cli("list", "--json").json
    assert (paper["key"], paper["key_frozen"]) == ("heron2026", True)


def test_the_papers_of_a_list_wait_for_their_metadata(run_cli: Run, tmp_path: Path, connection: Any) -> None:  # noqa: ANN401
    path = tmp_path / "list.md"
    path.write_text("- 2611.00001\n- 10.1000/lake.1 Herons wait\n- 2611.00002\n", encoding="utf-8")
    assert run_cli("import", path).status == 0
    papers = run_cli("list", "--json", "--sort", "title").json
    assert [paper["title"] for paper in papers] == ["arXiv:2611.00001", "arXiv:2611.00002", "Herons wait"]
    pending = connection.execute("SELECT reference FROM pending ORDER BY 1").fetchall()
    assert [row[0] for row in pending] == ["10.1000/lake.1", "2611.00001", "2611.00002"]


def test_bookmarks_that_name_no_paper_are_counted(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.html"
    path.write_text(BOOKMARKS.replace("</DL>", '<DT><A HREF="https://example.org/">News</A></DL>'), encoding="utf-8")
    report = run_cli("import", "--json", path)
    number = BOOKMARKS.count("<A ") + 1
    why = "its URL contains no id of a paper"
    assert report.json["left_out"] == [{"where": f"{path}: bookmark {number}", "why": why}]
    assert (report.status, report.json["found"], report.json["unchanged"]) == (0, number, 1)


def test_entries_of_a_bib_keep_their_numbers_after_those_that_are_no_works(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    parts = ["@string{x = {y}}", "@IEEEtranBSTCTL{c, a={b}}", "a remark", "@misc{one, title={Ponds}}", "@comment{z}"]
    parts += ["@xdata{d, year={2020}}", "@set{s, entryset={one}}", "@misc{two, year={2020}}", "@preamble{x}"]
    parts += ["@misc{three"]
    path.write_text("\n".join(parts), encoding="utf-8")
    report = run_cli("import", "--json", path).json
    assert [one["where"] for one in report["left_out"]] == [f"{path}: entry {n}" for n in ("1 (c)", "3 (d)", "4 (s)")]
    assert [one["where"].split(",")[0] for one in report["rejected"]] == [
        f"{path}: entry 5 (two)",
        f"{path}: entry 6 (three)",
    ]
    assert (report["found"], report["new"], report["unchanged"]) == (6, 1, 3)


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "iso-8859-5"])
def test_the_encoding_that_xml_declares_counts(run_cli: Run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(RUSSIAN.format(encoding).encode(encoding))
    assert run_cli("import", path).status == 0
    (paper,) = run_cli("list", "--json").json
    assert paper["title"] == "Статья"


def test_a_day_is_recognised_whatever_stands_in_front(
    run_cli: Run, tmp_path: Path, daily_entry: Callable[..., Any]
) -> None:
    entry = daily_entry(1)
    entry["paper"] = {
        "authors": [{"name": f"Author {number} of the Collaboration"} for number in range(3_000)],
        **entry["paper"],
    }
    path = tmp_path / "2026-11-20.json"
    path.write_text(json.dumps([{"paper": entry.pop("paper"), **entry}]), encoding="utf-8")
    assert run_cli("import", "--json", path).json["new"] == 1


def test_a_folder_gives_its_papers_and_a_line_for_each_other_file(
    run_cli: Run, tmp_path: Path, daily_file: Callable[..., str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    Path(daily_file(2)).rename(folder / "daily.json")
    (folder / "LICENSE").write_text("Permission is hereby granted, free of charge, to any person.\n" * 9)
    (folder / "ci.yml").write_text("on: push\njobs:\n  test:\n    runs-on: ubuntu\n")
    report = run_cli("import", "--json", folder)
    assert (report.status, report.json["new"]) == (1, 2)
    assert [Path(part["where"]).name for part in report.json["rejected"]] == ["LICENSE", "ci.yml"]
    assert all("RIS, BibTeX" in part["why"] for part in report.json["rejected"])


UNTITLED = [{"title": None}, {"title": " "}, {}]


@pytest.mark.parametrize(
    ("form", "wrapper", "paper", "fixed"),
    [
        ("openalex", "results", OPENALEX["results"][0], {"id": "https://openalex.org/W2"}),
        ("semanticscholar", "data", SEMANTIC["data"][0], {"paperId": "1" * 40}),
        ("csl-json", "items", CSL[0], {"id": "otter2026", "type": "book"}),
    ],
)
@pytest.mark.parametrize("untitled", UNTITLED)
def test_a_record_without_a_title_is_rejected_by_its_number(
    run_cli: Run,
    tmp_path: Path,
    form: str,
    wrapper: str,
    paper: object,
    fixed: dict[str, object],
    untitled: dict[str, object],
) -> None:
    path = tmp_path / "saved.json"
    path.write_text(json.dumps({wrapper: [{**fixed, **untitled}, paper, None, "text"]}), encoding="utf-8")
    report = run_cli("import", "--json", "--format", form, path).json
    assert (report["found"], report["new"]) == (4, 1)
    why = [(part["where"].removeprefix(f"{path}: "), part["why"]) for part in report["rejected"]]
    other = "not an object with the fields of a paper"
    assert why == [("entry 1", "no title"), ("entry 3", other), ("entry 4", other)]


@pytest.mark.parametrize("content", [{}, {"title": ""}, {"title": {"value": None}}])
def test_a_note_without_a_title_is_rejected_and_a_review_is_left_out_by_their_numbers(
    run_cli: Run, tmp_path: Path, content: object
) -> None:
    note = OPENREVIEW["notes"][0]
    review = {**note, "id": "Review0001"}
    path = tmp_path / "saved.json"
    untitled = {**note, "id": "Zz9876543", "forum": "Zz9876543", "content": content}
    path.write_text(json.dumps({"notes": [untitled, review, note]}), encoding="utf-8")
    report = run_cli("import", "--json", path).json
    assert (report["found"], report["new"]) == (3, 1)
    assert report["rejected"] == [{"where": f"{path}: entry 1", "why": "no title"}]
    assert report["left_out"] == [{"where": f"{path}: entry 2", "why": "a review or comment, not a paper"}]


@pytest.mark.parametrize("others", [1, 2, 30])
def test_the_known_objects_of_a_csl_list_come_in_and_the_others_are_named(
    run_cli: Run, tmp_path: Path, others: int
) -> None:
    path = tmp_path / "saved.json"
    unknown = [{"type": "hologram", "title": "milk"}] * others
    path.write_text(json.dumps([*unknown, CSL[0]]), encoding="utf-8")
    report = run_cli("import", "--json", path).json
    assert (report["new"], len(report["rejected"])) == (1, others)
    assert report["rejected"][0]["where"] == f"{path}: entry 1"


def test_objects_without_a_name_or_date_of_csl_are_no_papers(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "saved.json"
    path.write_text(json.dumps([{"type": "book", "title": "x"}, {"size": 3}, {"size": 4}]), encoding="utf-8")
    assert run_cli("import", path).status == 65


@pytest.mark.parametrize("form", ["openalex", "semanticscholar", "csl-json", "openreview"])
def test_broken_json_of_a_named_form_is_an_error(run_cli: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / "saved.json"
    path.write_text('[{"title": ', encoding="utf-8")
    report = run_cli("import", "--format", form, path)
    assert report.status != 0
    assert "broken JSON" in report.err


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("PMID: 31452104", "PMID:31452104"),
        ("- pmid 31452104", "PMID:31452104"),
        ("1. PMID: 31452104 Herons wait", "Herons wait"),
        ("Herons wait. PMID: 31452104", "Herons wait."),
        ("PMID: 31452104; Herons wait", "Herons wait"),
        ("https://pubmed.ncbi.nlm.nih.gov/31452104/", "PMID:31452104"),
    ],
)
def test_a_line_with_a_pubmed_id_waits_for_the_metadata_of_this_id(
    run_cli: Run,
    tmp_path: Path,
    connection: Any,  # noqa: ANN401
    line: str,
    title: str,
) -> None:
    path = tmp_path / "list.md"
    path.write_text(f"- 2611.00001\n{line}\n", encoding="utf-8")
    assert run_cli("import", path).status == 0
    papers = run_cli("list", "--json").json
    assert {paper["title"] for paper in papers} == {"arXiv:2611.00001", title}
    rows = connection.execute("SELECT scheme, value FROM identifier WHERE scheme = 'pmid'").fetchall()
    assert [tuple(row) for row in rows] == [("pmid", "31452104")]
    assert ("pmid:31452104",) in [tuple(row) for row in connection.execute("SELECT reference FROM pending")]


@pytest.mark.parametrize("piece", ["<!---->", "<!-- -->\n", " ", "\n", "\r\n", " \n", "| "])
def test_a_long_beginning_of_comments_or_white_space_is_recognised_at_once(piece: str) -> None:
    # Each of these took a time that grew with the square of the number, the cube, or exponentially.
    assert input_formats.recognise(piece * 20_000 + "prose") is None


def test_a_byte_order_mark_hides_no_entry(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "saved"
    path.write_bytes(b"\xef\xbb\xbf@book{heron1, title = {Herons wait}, author = {Heron, Ada}, year = 2020}\n")
    assert run_cli("import", "--json", path).json["new"] == 1


@pytest.mark.parametrize(
    "text",
    [f"@misc{{a, title={{One\0{TITLE}}}}}\n", RIS.replace("Herons", "He\0rons"), NBIB.replace("Herons", "He\0rons")],
)
def test_a_nul_costs_no_file_its_other_records(run_cli: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "refs.txt").write_text(f"{text}\n", encoding="utf-8")
    report = run_cli("import", "--json", tmp_path / "refs.txt")
    assert (report.status, report.json["new"]) == (0, 1)
    (paper,) = run_cli("list", "--json").json
    assert TITLE in paper["title"]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n@misc{a, title={One}}\n", b"@misc{a, title={One}}\n" + b"\0" * 40])
def test_a_binary_file_is_no_text(data: bytes) -> None:
    assert input_formats.text_of_head(data) is None
