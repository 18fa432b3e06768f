"""A newcomer follows the README from the first line to the last; nothing but its own lines is typed.

Only names stand in for what a newcomer has: the addresses of servers, a git repository, a manuscript.
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from arxiv_search import Record
from documented_lines import shown_lines
from hugging_face import PATH, DailyPapers, made_up
from loopback import Loopback
from mail_server import MailServer
from papers_web import PapersWeb

from readq.config import Config
from readq.tui.app.start import build

ROOT = Path(__file__).resolve().parents[1]
LINES = shown_lines((ROOT / "README.md").read_text(), "readq")
GIT_ADDRESS = "git@example.org:me/reading.git"

Run = Callable[..., Any]

DOCUMENT = r"""
\documentclass{article}
\begin{document}
As shown \cite{vaswani2017attention}.
\bibliographystyle{plain}
\bibliography{refs}
\end{document}
"""


@pytest.fixture
def web(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> PapersWeb:
    """The services that the README's lines ask: Hugging Face with a day of papers, arXiv, registries."""
    services = PapersWeb(loopback)
    services.has(Record("1706.03762", "Attention Is All You Need", ("Ashish Vaswani",), published="2017-06-12"))
    services.route(PATH, DailyPapers({date(2026, 11, 20): made_up(date(2026, 11, 20), 5)}, date(2026, 11, 23)))
    for name, url in {**services.environ, "READQ_HUGGINGFACE_URL": loopback.url}.items():
        monkeypatch.setenv(name, url)
    return services


@pytest.fixture
def follow(run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a line of the README in the folder of the newcomer."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("papers.bib").write_text(
        "@book{knuth1984texbook, title={The {\\TeX}book}, author={Knuth, Donald}, year={1984}}\n"
    )
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "reading.git")], check=True)

    def run(words: list[str]) -> Any:  # noqa: ANN401 - the result of a command line
        words = [str(tmp_path / "reading.git") if word == GIT_ADDRESS else word for word in words]
        # A terminal asks before it replaces a library. Here is none.
        return run_cli(*words, *(["--yes"] if words[0] == "restore" else []))

    return run


def lines_with(*commands: str) -> list[list[str]]:
    return [words for words in LINES if words and words[0] in commands]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_every_line_of_the_readme_works_in_its_order(
    web: PapersWeb,
    follow: Run,
    run_cli: Run,
    library: str,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    failed = {}
    # A line without words is `readq` alone: the UI.
    for words in LINES:
        if not words:
            asyncio.run(_triage(library))
        elif (result := follow(words)).status != 0:
            failed[" ".join(words)] = result.err
    assert failed == {}
    _check_library(run_cli)
    _check_document()
    monkeypatch.setenv("READQ_NOW", (now + timedelta(days=8)).isoformat())
    _check_review(run_cli, library)
    _check_second_machine(follow, run_cli, monkeypatch, tmp_path)


async def _triage(library: str) -> None:
    """Press the keys that the README names in its morning."""
    await _press(library, "a", "d", "u", "2", "b", "slash", "escape", "1")


async def _press(library: str, *keys: str) -> None:
    """Press keys in the UI over the library, one after the other, and leave it."""
    app = build(library, Config(sync_at_start=False))
    async with app.run_test(size=(100, 30)) as pilot:
        for key in keys:
            await pilot.press(key)
            await app.workers.wait_for_complete()
        await app.shutdown.leave()
    app.session.library.close()


def _check_library(run_cli: Run) -> None:
    """The restored library is that of the backup: what the lines before it made, without the step that was undone."""
    paper = run_cli("show", "1706.03762", "--json").json
    assert paper["key"] == "vaswani2017attention"
    assert (paper["status"], paper["tags"], paper["enrolled"]) == ("done", ["thesis"], True)
    assert paper["note"].startswith("claim: attention alone")
    assert run_cli("list", "--count", "status:reading").out == "1\n"
    assert run_cli("list", "--count", "key:knuth1984texbook").out == "1\n"
    assert "vaswani2017attention" in Path("refs.bib").read_text()


def _check_review(run_cli: Run, library: str) -> None:
    """A week after a paper was finished, a review asks for it, by the keys that the README names."""
    (due,) = run_cli("due", "--json").json
    assert due["paper"]["key"] == "vaswani2017attention"
    asyncio.run(_press(library, "v", "space", "3", "q"))
    assert run_cli("due", "--json").json == []
    assert run_cli("undo", "--list", "--json").json[0]["papers"] == 1


def _check_document() -> None:
    if not shutil.which("pdflatex") or not shutil.which("bibtex"):
        return
    Path("main.tex").write_text(DOCUMENT)
    for command in (["pdflatex", "-interaction=batchmode", "main"], ["bibtex", "-terse", "main"]):
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout
    assert "Attention" in Path("main.bbl").read_text()


def _check_second_machine(follow: Run, run_cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = _listed(run_cli)
    assert run_cli("share").status == 0
    for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / "second" / kind))
    monkeypatch.setenv("READQ_DB", str(tmp_path / "second.db"))
    for words in lines_with("share"):
        assert follow(words).status == 0
    assert _listed(run_cli) == first


def _listed(run_cli: Run) -> Mapping[str, tuple[str, str]]:
    return {paper["key"]: (paper["status"], paper["note"]) for paper in json.loads(run_cli("list", "--json").out)}


def test_the_digest_is_sent_with_the_settings_that_its_help_shows(run_cli: Run, six_papers: str) -> None:
    text = run_cli("digest", "--help").out
    assert "[mail]" in text
    with MailServer().running() as server:
        for name, value in (("host", "127.0.0.1"), ("port", server.port), ("security", "none")):
            assert f"\n  {name} = " in text or name == "port"
            assert run_cli("config", "set", f"mail.{name}", value).status == 0
        assert run_cli("config", "set", "mail.from", "ada@example.org").status == 0
        sent = run_cli("digest", "--since", "2026-11-01", "--email", "ada@example.org")
    assert (sent.status, len(server.accepted)) == (0, 1)


def test_a_newcomer_is_told_of_every_part() -> None:
    """What the tests above do stands in the README, so that it needs no guess."""
    commands = {words[0] for words in LINES if words}
    wanted = {"feed", "import", "sync", "add", "note", "tag", "mark", "due", "rate", "export", "verify", "digest"}
    assert wanted | {"share", "backup", "restore", "undo", "list"} <= commands
    assert [] in LINES
    assert "readq demo" in (ROOT / "README.md").read_text()
