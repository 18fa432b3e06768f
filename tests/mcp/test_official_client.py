"""The client of the protocol's makers talks to the real program, in both eras. It is skipped where it is absent."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

mcp = pytest.importorskip("mcp")

NOW = "2026-11-23T09:00:00+01:00"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["legacy", "auto", "2026-07-28"])
async def test_a_session_with_the_real_program(six_papers: str, mode: str) -> None:
    server = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "readq", "mcp", "--write"],
        env={**os.environ, "READQ_DB": six_papers, "READQ_NOW": NOW},
    )
    async with mcp.Client(server, mode=mode, read_timeout_seconds=60) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert len(tools) == 7
        assert tools["find_papers"].annotations.read_only_hint
        found = await client.call_tool("find_papers", {"query": "recurrent"})
        assert not found.is_error
        assert json.loads(found.content[0].text)["papers"][0]["number"] == 1
        tagged = await client.call_tool("tag_paper", {"ref": "1", "tags": ["agent"]})
        assert json.loads(tagged.content[0].text)["undo"].startswith("readq undo ")
        failed = await client.call_tool("get_paper", {"ref": "nothing"})
        assert failed.is_error


def test_the_program_ends_with_its_input(readq: Callable[..., Any]) -> None:
    done = readq("mcp", input=b"not JSON\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["error"]["code"] == -32700
    assert done.stderr == b""
