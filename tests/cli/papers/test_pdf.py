"""`readq pdf` and `readq open`: their output, the programs they start, and the files they refuse."""

import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Loopback, Reply
from pdf_writer import pdf

Run = Callable[..., Any]

PDF = b"%PDF-1.7\n" + b"a page " * 5000


@pytest.fixture(autouse=True)
def _arxiv(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READQ_ARXIV_URL", loopback.url)
    loopback.routes["/pdf/2611.00001"] = Reply(PDF, content_type="application/pdf")


def test_without_a_display_the_path_is_printed(six_papers: str, run_cli: Run, loopback: Loopback) -> None:
    done = run_cli("pdf", "2611.00001")
    assert (done.status, done.err) == (0, "")
    assert Path(done.out.strip()).read_bytes() == PDF
    again = run_cli("pdf", "2611.00001", "--json")
    assert again.json["path"] == done.out.strip()
    assert len(loopback.log) == 1
    assert run_cli("list", "has:pdf", "--count").out == "1\n"


def test_the_configured_viewer_is_started_without_a_shell(six_papers: str, readq: Run, tmp_path: Path) -> None:
    told = tmp_path / "told"
    viewer = (
        f"{shlex.quote(sys.executable)} -c 'import sys; open(sys.argv[1], \"w\").write(sys.argv[2])' {told} {{file}}"
    )
    config = tmp_path / "config.toml"
    config.write_text(
        f"pdf_dir = {json.dumps(str(tmp_path / 'a $(touch x) folder'))}\n[open]\npdf = {json.dumps(viewer)}\n"
    )
    done = readq("pdf", "2611.00001", "--config", str(config))
    assert (done.returncode, done.stderr) == (0, b"")
    # The viewer runs detached, so its file may appear later.
    for _ in range(200):
        if told.exists() and told.read_text():
            break
        readq("--version")
    assert told.read_text().startswith(str(tmp_path / "a $(touch x) folder"))
    assert not Path("x").exists()


def test_progress_for_programs(six_papers: str, run_cli: Run) -> None:
    lines = [json.loads(line) for line in run_cli("pdf", "2611.00001", "--progress", "json").out.splitlines()]
    assert lines[-1]["event"] == "end"
    assert {line["event"] for line in lines[:-1]} == {"progress"}
    assert lines[-2]["size"] == lines[-2]["total"] == len(PDF)


def test_row_52_a_download_goes_on_when_nobody_reads_its_progress(six_papers: str, readq: Run, run_cli: Run) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = readq("pdf", "2611.00001", "--progress", "json", stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert run_cli("list", "has:pdf", "--count").out == "1\n"


def test_a_file_is_attached(six_papers: str, run_cli: Run, tmp_path: Path, loopback: Loopback) -> None:
    mine = tmp_path / "mine.pdf"
    mine.write_bytes(PDF)
    assert run_cli("pdf", "2", "--attach", mine).out == f"{mine}\n"
    assert run_cli("pdf", "2").out == f"{mine}\n"
    assert loopback.log == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("pdf", "nowhere"), 1),
        (("pdf", "2611.00002"), 1),
        (("pdf", "1", "--attach", "/nowhere.pdf"), 74),
        (("pdf", "1", "--progress", "loud"), 2),
        (("pdf", "1", "--progress", "json", "--attach", "x.pdf"), 2),
        (("pdf", "--index", "--progress", "none"), 2),
        (("open", "nowhere"), 1),
    ],
    ids=str,
)
def test_wrong_files_are_refused_in_one_line(
    six_papers: str, run_cli: Run, words: tuple[str, ...], status: int
) -> None:
    done = run_cli(*words)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1


def test_open_prints_the_address_without_a_display(six_papers: str, run_cli: Run) -> None:
    assert run_cli("open", "2611.00001").out == "https://arxiv.org/abs/2611.00001\n"
    assert run_cli("open", "2611.00001", "--json").json["opened"] is False


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ("eprint = {2611.00009}, archiveprefix = {arXiv}, doi = {10.5555/1}", "https://arxiv.org/abs/2611.00009"),
        (
            "doi = {10.1002/(SICI)1097<1::AID-X>3.0.CO;2-Q}",
            "https://doi.org/10.1002/(sici)1097%3C1::aid-x%3E3.0.co;2-q",
        ),
    ],
)
def test_a_paper_without_a_url_opens_at_the_address_of_its_id(
    library: str, run_cli: Run, fields: str, address: str
) -> None:
    run_cli("import", "-", stdin=f"@article{{own, title = {{Of Gardens}}, {fields}}}")
    assert run_cli("open", "own").out == f"{address}\n"


def test_texts_of_pdfs_are_indexed_when_the_setting_is_on(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("an intrepid zebra"))
    run_cli("pdf", "1", "--attach", tmp_path / "a.pdf")
    off = run_cli("pdf", "--index")
    assert (off.status, "pdf.search" in off.err) == (2, True)
    found = run_cli("list", "pdf:zebra", "--count")
    assert (found.out, "pdf.search is off" in found.err) == ("0\n", True)
    assert run_cli("list", "has:pdf", "--count").err == ""
    config = tmp_path / "config.toml"
    config.write_text("[pdf]\nsearch = true\n")
    on = ("--config", str(config))
    assert run_cli("pdf", "--index", *on).out == "1 PDF read\n"
    assert run_cli("pdf", "--index", "--json", *on).json == {"indexed": 0, "cut": [], "failed": []}
    assert run_cli("pdf", "1", "--index", *on).out == "1 PDF read\n"
    found = run_cli("list", "pdf:zebra", "--count", *on)
    assert (found.out, found.err) == ("1\n", "")
    assert run_cli("dump", tmp_path / "dumped").status == 0
    assert not [file for file in (tmp_path / "dumped").rglob("*") if file.is_file() and b"zebra" in file.read_bytes()]


def test_the_texts_of_pdfs_are_asked_for_in_one_way(six_papers: str, run_cli: Run) -> None:
    assert run_cli("pdf").status == 2
    assert run_cli("pdf", "1", "--index", "--attach", "x.pdf").status == 2
