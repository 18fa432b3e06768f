"""`readq mcp` lives long: each call of a tool sees the library and the folder of notes as they are then."""

import argparse
import contextlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq.cli.context import Context
from readq.mcp.server import CAPABILITIES_KEY, VERSION_KEY, Server
from readq.mcp.tool import Environment
from readq.mcp.tool_table import offered
from readq.services import interest
from readq.store.library import open_for_reading

Call = Callable[..., Any]
Run = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "notes"


@pytest.fixture
def call(six_papers: str, folder: Path, tmp_path: Path, now: datetime) -> Call:
    """Call a tool of one server, as `readq mcp --write` runs it, and return its answer."""
    config = tmp_path / "config.toml"
    config.write_text(f"[notes]\nfolder = {json.dumps(str(folder))}\n")
    context = Context(argparse.Namespace(json=False, verbose=False, db=six_papers, config=str(config)))
    reports: list[str] = []
    server = Server(offered(True), Environment(context, lambda: now), reports.append)
    meta = {VERSION_KEY: "2026-07-28", CAPABILITIES_KEY: {}}

    def run(tool: str, **arguments: object) -> Any:  # noqa: ANN401 - any JSON
        params = {"_meta": meta, "name": tool, "arguments": arguments}
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
        answer: Any = server.answer(line)
        assert reports == []
        assert not answer["result"].get("isError"), answer
        return json.loads(answer["result"]["content"][0]["text"])

    return run


def test_files_of_notes_follow_each_call_and_are_read_before_it(call: Call, folder: Path) -> None:
    call("append_note", ref="1", text="from the agent")
    (file,) = folder.glob("*.md")
    assert file.read_text().endswith("from the agent\n")
    file.write_text(f"{file.read_text()}\nfrom the reader\n")
    assert "from the reader" in call("get_paper", ref="1")["untrusted"]["note"]
    call("append_note", ref="1", text="again")
    assert file.read_text().endswith("from the reader\nagain\n")


def test_a_kept_file_is_renewed_after_each_call(call: Call, run_cli: Run, tmp_path: Path) -> None:
    bib = tmp_path / "refs.bib"
    assert run_cli("export", "status:queued", "-o", bib, "--keep").status == 0
    for number in (1, 2):
        call("queue_paper", ref=str(number))
        assert bib.read_text().count("@") == number


@pytest.mark.parametrize("arguments", [{"sort": "interest"}, {"query": "interest:0.."}])
def test_papers_are_found_by_the_interest_of_now(
    call: Call, run_cli: Run, six_papers: str, arguments: dict[str, str]
) -> None:
    def is_current() -> bool:
        with contextlib.closing(open_for_reading(six_papers)) as connection:
            return interest.is_current(connection)

    run_cli("mark", "done", "1", "2")
    call("find_papers", query="recurrent")
    assert not is_current()
    call("find_papers", **arguments)
    assert is_current()
