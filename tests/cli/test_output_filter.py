"""No command prints or writes control characters or direction controls, whatever the reader types or the library holds.

JSON has them as escapes, and keeps the values.
"""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from papers_web import PapersWeb

from readq.cli.command_table import COMMANDS
from readq.cli.setup.completion import KINDS
from readq.services.citing.export_formats import FORMATS

Run = Callable[..., Any]

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = f"\x1b[31mred\x1b]0;title\x07 a\x9b1mb\x90c\x9cd\x85e\rf\x0bg\x7fh \u2028{DIRECTIONS}\n#forged"
NAME = HOSTILE.replace("/", "")
"""A name for files and hosts."""

IN_STORE = f"{HOSTILE}\x00\x08"
"""Text of the library may also contain NUL, which no argument can."""

# The command lines of each command; HOSTILE stands for what the reader types.
LINES: Mapping[str, Sequence[Sequence[str]]] = {
    "import": [
        [HOSTILE],
        ["--format", HOSTILE, "-"],
        ["--feed", HOSTILE, "daily.json"],
        ["--status", HOSTILE, "daily.json"],
        ["--tag", HOSTILE, "daily.json"],
        ["-"],
        [f"daily{HOSTILE}.bib"],
        ["--dry-run", f"daily{HOSTILE}.bib"],
        ["--with-config", "hostile-dump"],
    ],
    "add": [
        [HOSTILE],
        ["2611.00001"],
        [f"10.1/{HOSTILE}"],
        [f"https://arxiv.org/abs/{HOSTILE}"],
        ["1"],
        ["Some title"],
    ],
    "feed": [
        ["list"],
        ["export"],
        ["list", "--with-secrets"],
        [HOSTILE],
        ["add", HOSTILE],
        ["add", f"http://127.0.0.1:1/{HOSTILE}"],
        ["add", "hf:daily", "--name", HOSTILE, "--no-sync"],
        ["add", f"arxiv:{HOSTILE}"],
        ["add", f"hf:search?q={HOSTILE}", "--no-sync"],
        ["import", HOSTILE],
        ["import", "hostile.opml"],
        ["remove", HOSTILE],
    ],
    "sync": [[], [HOSTILE], ["--since", HOSTILE], ["--quiet"], ["--progress", "json"], ["--progress", "plain"]],
    "digest": [
        *(["--since", "2020-01-01", "--format", form] for form in ("text", "markdown", "html", "line")),
        ["--since", HOSTILE],
        ["--format", HOSTILE],
        ["--email", HOSTILE],
        ["--email", "ada@example.org"],
        ["--since", "2020-01-01", "--email", "ada@example.org", "--dry-run"],
    ],
    "enrich": [[], [HOSTILE], ["1", "--as", HOSTILE], ["--dry-run"]],
    "list": [
        [],
        ["-0"],
        ["--count"],
        [HOSTILE],
        [f"tag:{HOSTILE}"],
        [f"{HOSTILE}:x"],
        [f'"{HOSTILE}'],
        ["--sort", HOSTILE],
        ["--limit", HOSTILE],
        ["--format", f"{HOSTILE}{{title}}{{authors}}{{abstract}}{{key}}{{tags}}{{note}}\\n"],
        ["-0", "--format", f"{HOSTILE}{{title}}{{authors}}{{tags}}"],
        ["--format", f"{{{HOSTILE}}}"],
        [f"--{HOSTILE}"],
    ],
    "show": [["1"], ["2"], [HOSTILE]],
    "open": [["1"], ["2"], [HOSTILE]],
    "pdf": [
        ["1", "--no-open"],
        ["1"],
        [HOSTILE],
        ["1", "--attach", HOSTILE],
        ["1", "--progress", HOSTILE],
        ["--index"],
    ],
    "mark": [["queued", HOSTILE], [HOSTILE, "1"], ["queued", "--query", HOSTILE], ["queued", "1"]],
    "star": [["1"], [HOSTILE], ["--query", f"{HOSTILE}:x"]],
    "snooze": [[HOSTILE, "1"], ["3d", HOSTILE], ["3d", "1", "2"]],
    "tag": [["1", "--add", HOSTILE], ["1", "--remove", HOSTILE], [HOSTILE, "--add", "x"], ["1", "-r", "x"]],
    "note": [["1"], [HOSTILE], ["1", "--set", HOSTILE], ["1", "--append", HOSTILE], ["1"], ["1", "--edit"]],
    "view": [["list"], ["save", HOSTILE, "tag:x"], ["save", "x", HOSTILE], ["remove", HOSTILE], [HOSTILE]],
    "edit": [["1"], [HOSTILE], ["1", "--set", HOSTILE]],
    "key": [["1"], [HOSTILE], ["1", HOSTILE]],
    "rekey": [["--dry-run", "--frozen"], [HOSTILE], ["--frozen"]],
    "remove": [[HOSTILE], ["3"], ["3", "--yes"]],
    "doubles": [[], ["--apart", HOSTILE, "1"], ["--apart", "1", "2"]],
    "merge": [[HOSTILE, "1"], ["4", "5"]],
    "undo": [["--list"], [], [HOSTILE], ["1"]],
    "redo": [[]],
    "due": [[], [HOSTILE], [f"{HOSTILE}:x"]],
    "review": [[], [HOSTILE]],
    "rate": [[HOSTILE, "1"], ["good", HOSTILE], ["good", "1"]],
    "enrol": [["1"], [HOSTILE]],
    "suspend": [["1"], [HOSTILE]],
    "unsuspend": [["1"], [HOSTILE]],
    "unenrol": [["1"], [HOSTILE]],
    "notes": [[], ["sync"], [HOSTILE], ["--prune"]],
    "highlights": [["1"], [HOSTILE]],
    "retire": [["1", "--dry-run"], [HOSTILE], ["1"], ["--off", "1"], ["--unrecalled"]],
    "cards": [["1"], [HOSTILE]],
    "stats": [[]],
    "postpone": [["1", "3d", "--dry-run"], [HOSTILE, "3d"], ["1", HOSTILE], ["1", "3d"]],
    "export": [
        *([f"--format={name}"] for name in FORMATS),
        *(["--format", name, "-o", f"export-{name}"] for name in FORMATS),
        ["--format", HOSTILE],
        [HOSTILE],
        ["-o", f"no/{HOSTILE}/refs.bib"],
        ["-o", "foreign.bib"],
        *(["--format", name, "--fields", "+abstract,+note,+keywords,+file"] for name in FORMATS),
        ["--fields", HOSTILE],
        ["--omit", HOSTILE],
        ["--aux", HOSTILE],
        ["--aux", "hostile.aux"],
        ["--tex", "hostile.aux"],
        ["--update", "foreign.bib"],
        ["--update", f"no/{HOSTILE}/refs.bib", "--take", HOSTILE],
        ["-o", f"kept{NAME}.bib", "--keep"],
        ["--kept"],
        ["--forget", HOSTILE],
    ],
    "zotero": [["push"], ["pull", HOSTILE], [HOSTILE]],
    "mcp": [[], ["--write"], [HOSTILE]],
    "skill": [[], [HOSTILE]],
    "verify": [
        ["--offline"],
        [],
        [HOSTILE],
        ["--bib", HOSTILE],
        ["--bib", "foreign.bib"],
        ["--bib", "foreign.bib", "--offline"],
    ],
    "where": [["1"], ["1", "."], [HOSTILE], ["1", HOSTILE]],
    "backup": [[], [f"{HOSTILE}.db"], [f"{HOSTILE}.db"], [f"no/{HOSTILE}"]],
    "restore": [[HOSTILE], ["daily.json", "--yes"], [f"broken{HOSTILE}.db", "--yes"]],
    "check": [[], ["--repair"], [HOSTILE]],
    "dump": [["dumped"], ["."], [f"dumped{HOSTILE}"], ["hostile-dump"]],
    "share": [[HOSTILE], ["init", HOSTILE], ["status"]],
    "merge-dump": [[HOSTILE, HOSTILE, HOSTILE], ["a", "b", "c", HOSTILE]],
    "demo": [[]],
    "serve": [["--port", HOSTILE], [HOSTILE], ["--port", "99999"]],
    "config": [["path"], ["show"], ["edit"], [HOSTILE], ["set", HOSTILE, "x"], ["set", "theme", HOSTILE]],
    "completion": [["bash"], [HOSTILE], ["--values", HOSTILE], *(["--values", kind] for kind in KINDS)],
    "man": [[]],
    "help": [["interest"], [HOSTILE], []],
}


ROWS = (
    "INSERT INTO paper_tag (paper_id, tag) VALUES (1, 'x'), (2, 'x')",
    "INSERT INTO note (paper_id, text, version, created, updated) VALUES (1, 'a note', 1, {AT}, {AT})",
    "INSERT INTO view (name, query, position) VALUES ('mine', 'tag:x', 1)",
    "INSERT INTO card (paper_id, kind, due, created) VALUES (1, 'paper', '2026-11-20', {AT})",
    "INSERT INTO card (paper_id, kind, question, due, created) VALUES (1, 'question', 'q', '2026-11-20', {AT})",
    "INSERT INTO feed (id, name, spec, added) VALUES (70, 'arxiv-cs.LG', 'arxiv:cs.LG', {AT})",
    "INSERT INTO pull (feed_id, error) VALUES (70, 'failed')",
    "INSERT INTO look_alike (paper_id, other_id, why) VALUES (1, 2, 'same title')",
    "INSERT INTO pending (paper_id, reference, since, error) VALUES (3, 'x', {AT}, 'y')",
    "INSERT INTO pdf (paper_id, path, added) VALUES (1, 'x', {AT})",
    "UPDATE paper SET status = 'dropped', decided = {AT} WHERE id = 6",
)
"""Rows for the tables that an import leaves empty."""


def unsafe(text: str) -> set[str]:
    return {
        char
        for char in text
        if (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char not in "\n\t") or char in DIRECTIONS
    }


def _poison(path: str) -> None:
    """Append IN_STORE to every text of the library that takes it."""
    poisoned = set()
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for statement in ROWS:
            connection.execute(statement.replace("{AT}", "'2026-11-20T08:00:00Z'"))
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'", (table,))
            for (column,) in () if "paper_search" in table else columns.fetchall():
                if column not in ("fields", "trusts", "said", "before", "after", "status", "field", "edited"):
                    with contextlib.suppress(sqlite3.IntegrityError):
                        there = f'WHERE "{column}" IS NOT NULL' if column == "spec" else ""
                        connection.execute(
                            f'UPDATE {table} SET "{column}" = coalesce("{column}", ?) || ? {there}', ("", IN_STORE)
                        )
                        poisoned.add((table, column))
        connection.execute("UPDATE paper SET fields = ?", (json.dumps({"note": IN_STORE, "file": IN_STORE}),))
    names = ("title", "key", "authors", "abstract", "venue", "url")
    expected = {*(("paper", name) for name in names), ("feed", "name"), ("view", "name"), ("note", "text"),
                ("paper_tag", "tag"), ("author", "name"), ("step", "what"), ("pull", "error")}  # fmt: skip
    assert poisoned >= expected


@pytest.fixture(scope="module")
def poisoned(_six_papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library with hostile text everywhere, once for all tests."""
    path = tmp_path_factory.mktemp("poisoned") / "library.db"
    shutil.copy(_six_papers, path)
    _poison(str(path))
    return path


@pytest.fixture
def hostile(poisoned: Path, library: str, web: PapersWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a library with hostile text everywhere; the working folder has hostile files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("READQ_HUGGINGFACE_URL", web.server.url)
    monkeypatch.setenv("READQ_ARXIV_RSS_URL", web.server.url)
    monkeypatch.setenv("READQ_ARXIV_URL", web.server.url)
    shutil.copy(poisoned, library)
    _write_files(tmp_path)
    return library


def _write_files(folder: Path) -> None:
    name = NAME
    (folder / "daily.json").write_text(json.dumps([{"paper": {"id": "x", "title": HOSTILE}}, {HOSTILE: 1}]))
    (folder / f"daily{name}.bib").write_text(f"@misc{{k{name}, title={{T {name}}}}}\n@book{{{name}", newline="")
    (folder / f"broken{name}.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    (folder / "foreign.bib").write_text(f"@misc{{k{name}, title={{Another}}}}\n", newline="")
    (folder / "hostile.opml").write_text(
        f'<opml version="2.0"><body><outline text="{DIRECTIONS}" xmlUrl="ftp://x/{DIRECTIONS}"/></body></opml>'
    )
    (folder / "hostile.aux").write_text(
        f"\\citation{{k{name},{name}}}\\cite{{x{name}}}\\input{{{name}}}\\@input{{{name}}}\n", newline=""
    )
    dump = folder / "hostile-dump"
    (dump / "notes").mkdir(parents=True)
    (dump / "readq-dump.json").write_text('{"format": 1}')
    (dump / "papers.jsonl").write_text(json.dumps({"key": HOSTILE, "title": HOSTILE}) + f"\n{{{HOSTILE}\n")
    (dump / "notes" / f"{name}.md").write_text(HOSTILE)
    (dump / "feeds.json").write_text(json.dumps([{"name": HOSTILE, "spec": HOSTILE}]))
    (dump / "views.json").write_text(json.dumps([{"name": HOSTILE, "query": HOSTILE, "sort": HOSTILE}]))
    (dump / "config.toml").write_text(f"theme = {json.dumps(HOSTILE)}\nnonsense = 1\n")


def test_every_command_is_tried() -> None:
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "JSON"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_no_control_characters(hostile: str, run_cli: Run, command: str, as_json: bool) -> None:
    for words in LINES[command]:
        result = run_cli(command, *words, *(["--json"] if as_json else ()), stdin=f"@misc{{{HOSTILE}, title={{x}}}}")
        allowed = {"\0"} if "-0" in words and not as_json else set()
        assert unsafe(result.out) <= allowed, words
        assert unsafe(result.err) == set(), words
        # A message is one line: no text can forge another.
        assert not any(line.startswith("#forged") for line in result.err.splitlines()), words
        if as_json and result.out and words != ["export"]:
            for document in result.out.splitlines() if words[-1:] == ["json"] or command == "mcp" else [result.out]:
                json.loads(document)


@pytest.mark.parametrize("command", COMMANDS)
def test_paths_that_are_hostile(run_cli: Run, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for options in (("--db", tmp_path / NAME / "x.db"), ("--config", tmp_path / NAME)):
        result = run_cli(command, *LINES[command][0], *options)
        assert unsafe(result.out + result.err) == set(), options


@pytest.mark.parametrize(
    ("settings", "environ"),
    [
        (f"{json.dumps(NAME)} = 1\n", {}),
        (f"theme = 1\nlibrary = {json.dumps(NAME)}\n", {}),
        (f"busy_timeout = {json.dumps(NAME)}\n", {}),
        (f"library = {json.dumps(NAME)}\n", {}),
        (f"[open]\npdf = {json.dumps(NAME)}\n", {"BROWSER": f'"{NAME}'}),
        (NAME, {}),
        (f"[endpoints]\nhuggingface = {json.dumps(NAME)}\n", {}),
        ("", {"READQ_NOW": NAME}),
        ("", {"READQ_DB": f"{NAME}/y.db"}),
        ("", {"READQ_HUGGINGFACE_URL": NAME, "READQ_ARXIV_API_URL": f"http://127.0.0.1:1/{NAME}", "BROWSER": NAME}),
        ("", {"HTTP_PROXY": f"http://{NAME}", "http_proxy": f"http://{NAME}"}),
    ],
)
def test_settings_and_variables_that_are_hostile(
    hostile: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, environ: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text(settings, newline="")
    monkeypatch.setenv("READQ_CONFIG", str(tmp_path / "config.toml"))
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    for words in (["config"], ["list", "-v"], ["sync"], ["open", "1"], ["pdf", "1"], ["add", "2611.7"], ["dump", "x"]):
        result = run_cli(*words)
        assert unsafe(result.out + result.err) == set(), words


@pytest.mark.parametrize("words", [[HOSTILE], [f"--{HOSTILE}"], ["list", "--" + HOSTILE.replace(" ", "")], ["--db"]])
def test_a_command_line_that_is_wrong(run_cli: Run, words: list[str]) -> None:
    result = run_cli(*words)
    assert result.status == 2
    assert unsafe(result.out + result.err) == set()
    assert result.err.count("\n") == 1


def test_files_have_no_control_characters(hostile: str, run_cli: Run, tmp_path: Path) -> None:
    for name in FORMATS:
        assert run_cli("export", "--format", name, "-o", f"export-{name}").status == 0
    assert run_cli("dump", "dumped").status == 0
    files = [tmp_path / f"export-{name}" for name in FORMATS]
    files += [path for path in (tmp_path / "dumped").rglob("*") if path.is_file()]
    assert len(files) > len(FORMATS) + 5
    for path in files:
        assert unsafe(path.read_bytes().decode()) == set(), path.name
        assert unsafe(str(path.relative_to(tmp_path))) == set()


def test_json_keeps_the_values(hostile: str, run_cli: Run, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(hostile)) as connection:
        title, abstract = connection.execute("SELECT title, abstract FROM paper WHERE id = 1").fetchone()
    assert title.endswith(IN_STORE)
    shown = run_cli("show", 1, "--json").json
    assert (shown["title"], shown["abstract"]) == (title, abstract)
    assert {paper["id"]: paper["title"] for paper in run_cli("list", "--json").json}[1] == title
    run_cli("dump", "dumped")
    papers = (tmp_path / "dumped" / "papers.jsonl").read_text(encoding="utf-8").splitlines()
    assert title in [json.loads(line)["title"] for line in papers]


def test_one_paper_is_one_line(hostile: str, run_cli: Run) -> None:
    assert run_cli("list").out.count("\n") == 5
    assert all(line.count("\t") == 3 for line in run_cli("list").out.splitlines())
    assert run_cli("list", "--format", "{title}{authors}{key}{tags}{note}").out.count("\n") == 5
    assert run_cli("list", "-0").out.count("\0") == 5


def test_the_real_program_on_a_terminal(hostile: str, tmp_path: Path) -> None:
    """On a terminal, lists are tables."""
    import pty

    for words in (["list"], ["feed", "list"], ["show", "1"], ["view", "list"], ["list", HOSTILE, HOSTILE]):
        received = bytearray()
        master, terminal = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "readq", *words],
            env={**os.environ, "READQ_DB": hostile},
            stdin=terminal, stdout=terminal, stderr=terminal, cwd=tmp_path,
        )  # fmt: skip
        os.close(terminal)
        with contextlib.suppress(OSError):
            while data := os.read(master, 65536):
                received += data
        process.wait(60)
        os.close(master)
        text = received.decode().replace("\r\n", "\n")
        assert text
        # Colors and styles, which a list has.
        text = re.sub(r"\x1b\[[0-9;]+m", "", text) if words[0] == "list" else text
        assert unsafe(text) == set(), words
