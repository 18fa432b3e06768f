"""The examples of `readq help contributing`, carried out: they are applied to a copy of readq, and used there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import readq
from readq.cli.setup.help import page
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

PAGE = page("contributing")
_CODE = r"\n\n((?:    .*\n|\n)+)"
NEW = re.findall(rf"(?m)^new (src/\S+):{_CODE}", PAGE)
ADDED = re.findall(rf"(?m)^(src/\S+),\s+after `([^`]*)`:{_CODE}", PAGE)

_SCRIPT = """
import asyncio, contextlib, json, sqlite3, sys
from readq.cli.main import main
from readq.config import Config
from readq.net.endpoints import Endpoints
from readq.feeds import spec
from readq.tui.app.start import build

library = sys.argv[1]

async def keys():
    app = build(library, Config(sync_at_start=False))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("W")
        await pilot.pause()
        said = app.screen.status_message
        await pilot.press("T")
        await pilot.pause()
        name = type(app.screen).__name__
        await app.shutdown.leave()
    app.session.library.close()
    return said, name

source = spec.source("club:Paris", Endpoints())
print('=>', json.dumps([source.spec, source.name, spec.public_address("club:paris")]))
print('=>', json.dumps(main(["oldest"])))
print('=>', json.dumps(main(["help", "oldest"])))
print('=>', json.dumps(main(["export", "--format", "titles", "key:lovelace2026decay"])))
print('=>', json.dumps(main(["star", "1"])))
with contextlib.closing(sqlite3.connect(library)) as connection:
    print('=>', json.dumps(connection.execute("SELECT name FROM pragma_table_info('shelf')").fetchall()))
    print('=>', json.dumps(connection.execute("PRAGMA user_version").fetchone()))
print('=>', json.dumps(asyncio.run(keys())))
"""


def code(block: str) -> str:
    return re.sub(r"(?m)^    ", "", block).strip("\n") + "\n"


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of readq in which every example of the page is applied."""
    folder = tmp_path_factory.mktemp("extended")
    shutil.copytree(Path(readq.__file__).parent, folder / "src/readq", ignore=shutil.ignore_patterns("__pycache__"))
    for name, block in NEW:
        path = folder / name
        assert not path.exists(), f"{name} is there already"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code(block))
    for name, anchor, block in ADDED:
        lines = (folder / name).read_text().splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if line.startswith(anchor)]
        assert len(found) == 1, f"{name} has {len(found)} lines that begin with {anchor!r}"
        lines.insert(found[0] + 1, code(block))
        (folder / name).write_text("".join(lines))
    return folder


def test_there_is_an_example_of_each_extension() -> None:
    headings = re.findall(r"(?m)^AN? ([A-Z ]+)$", PAGE)
    assert headings == ["COMMAND", "KEY", "SCREEN", "FEED", "EXPORT FORMAT", "MIGRATION"]
    assert (len(NEW), len(ADDED)) == (8, 13)


def test_the_examples_work(extended: Path, six_papers: str) -> None:
    environ = {**os.environ, "PYTHONPATH": str(extended / "src"), "READQ_DB": six_papers}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, six_papers],
        env={**environ, "READQ_NOW": "2026-11-23T08:00:00Z", "TEXTUAL_ANIMATIONS": "none"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    results: list[Any] = [json.loads(line[2:]) for line in printed if line.startswith("=>")]
    feed, oldest, helped, exported, starred, shelf, schema, ui = results
    assert feed == ["club:paris", "club-paris", "https://clubs.example/paris.rss"]
    assert (oldest, helped, exported, starred) == (0, 0, 0, 0)
    assert any(line.startswith("Example:  readq oldest") for line in printed)
    assert any(line.startswith("lovelace2026decay: ") for line in printed)
    assert shelf == [["paper_id"], ["name"]]
    assert schema == [SCHEMA_VERSION + 1]
    assert re.fullmatch(r"the abstract has [\d,]+ words?", ui[0])
    assert ui[1] == "AbstractScreen"


def test_the_examples_are_written_as_the_rest(extended: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    shutil.copy(root / "pyproject.toml", extended)
    names = {*(name for name, _ in NEW), *(name for name, _, _ in ADDED)}
    ruff = Path(sys.executable).with_name("ruff")
    for words in (["check", "--ignore", "I001"], ["format", "--check"]):
        # The lines that are added to an import are sorted by ruff.
        done = subprocess.run([ruff, *words, *names], cwd=extended, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
