"""`readq share`: what it prints, and one line for each thing that cannot be."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.cli.safety import share
from readq.model.import_report import ImportReport
from readq.model.values import Rejected
from readq.services.share.exchange import ShareReport

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

Run = Callable[..., Any]


def test_begin_share_and_look_at_the_state(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    remote = tmp_path / "reading.git"
    first = run_cli("share", "init", remote)
    assert (first.status, first.out, first.err) == (0, "0 new, 0 papers changed; sent\n", "")
    run_cli("star", "1")
    shared = run_cli("share", "--json").json
    assert (shared["new"], shared["updated"], shared["sent"], shared["offline"]) == (0, 0, True, False)
    assert shared["remote"] == str(remote)
    state = run_cli("share", "status", "--json").json
    assert (state["branch"], state["to_send"], state["to_take"], state["changed"]) == ("main", 0, 0, [])
    assert run_cli("share").out == "0 new, 0 papers changed; nothing to send\n"
    assert "shared through" in run_cli("share", "status").out


def test_a_library_is_cloned(six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_cli("share", "init", tmp_path / "reading.git")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    other = str(tmp_path / "other.db")
    assert run_cli("share", "init", tmp_path / "reading.git", "--db", other, "--json").json["new"] == 6
    assert run_cli("list", "--count", "--db", other).out == "6\n"


def test_a_key_that_was_renamed_elsewhere_is_no_problem(
    library: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cli("import", "-", stdin="@article{own:1, title = {A Title of Its Own}, author = {Heron, Ada}, year = 1980}")
    run_cli("share", "init", tmp_path / "reading.git")
    run_cli("key", 1, "another")
    run_cli("share")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    other = ("--db", str(tmp_path / "other.db"))
    run_cli("share", "init", tmp_path / "reading.git", *other)
    assert run_cli("show", "own:1", "--json", *other).json["key"] == "another"
    assert run_cli("check", *other).status == 0
    # Both machines rename it, and one name wins.
    run_cli("key", 1, "mine", *other)
    run_cli("share", *other)
    assert run_cli("check", *other).status == 0


def test_after_a_wrong_address_the_right_one_is_taken(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    subprocess.run(["git", "init", "-q", foreign], check=True)
    subprocess.run(
        ["git", "-C", foreign, "-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "--allow-empty", "-m", "x"],
        check=True,
    )
    first = run_cli("share", "init", foreign)
    assert (first.status, first.out) == (1, "")
    assert "without a dump of readq" in first.err
    # A repository that this machine alone has may get its remote later.
    assert run_cli("share", "init").out == "0 new, 0 papers changed; committed here\n"
    remote = tmp_path / "my stick" / "reading.git"
    assert run_cli("share", "init", remote).out == "0 new, 0 papers changed; sent\n"
    other = run_cli("share", "init", foreign)
    assert other.status == 1
    assert f"remote set-url origin {foreign}" in other.err
    assert run_cli("share", "status", "--json").json["remote"] == str(remote)


def test_the_first_machine_makes_a_folder_that_is_named_as_a_url(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    remote = f"file://{tmp_path}/my%20stick/reading.git"
    assert run_cli("share", "init", remote).out == "0 new, 0 papers changed; sent\n"
    assert (tmp_path / "my stick" / "reading.git" / "HEAD").exists()
    run_cli("star", "1")
    assert run_cli("share").out == "0 new, 0 papers changed; sent\n"


@pytest.mark.parametrize("address", ["no-such-host.invalid:x.git", "foreign"])
def test_after_a_refused_beginning_nothing_is_shared(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("x")
    assert run_cli("share", "init", address if ":" in address else foreign).status == 1
    for words in ((), ("status",)):
        after = run_cli("share", *words)
        assert (after.status, "is not shared yet" in after.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "status"),
    [([], 1), (["status"], 1), (["init", "-x"], 2), (["status", "x"], 2), (["--anew"], 2), (["wrong"], 2)],
)
def test_what_cannot_be_is_one_line(six_papers: str, run_cli: Run, words: list[str], status: int) -> None:
    result = run_cli("share", *words)
    assert (result.status, result.out) == (status, "")
    assert result.err.count("\n") == 1


def test_without_git_it_says_so(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run_cli("share", "init")
    assert (result.status, result.out) == (1, "")
    assert "git is not installed" in result.err


def test_the_merge_driver_merges_a_note_and_leaves_files_it_does_not_know(run_cli: Run, tmp_path: Path) -> None:
    base, ours, theirs = (tmp_path / name for name in ("base", "ours", "theirs"))
    base.write_text("claim: a\n")
    ours.write_text("claim: a\nhow: b\n")
    theirs.write_text("")
    assert run_cli("merge-dump", base, ours, theirs, "notes/x.md").status == 0
    assert ours.read_text() == "how: b\n"
    assert run_cli("merge-dump", base, ours, theirs, "main.tex").status == 2
    ours.write_text("{broken\n")
    assert run_cli("merge-dump", base, ours, theirs, "papers.jsonl").status == 1
    assert ours.read_text() == "{broken\n"


def test_a_rejected_part_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    taken = ImportReport(rejected=(Rejected("papers.jsonl line 3", "not JSON"),))
    status = share._print(ShareReport(taken, False, False, None, "0" * 40), False)
    assert (status, capsys.readouterr().err) == (1, "error: papers.jsonl line 3: not JSON\n")
