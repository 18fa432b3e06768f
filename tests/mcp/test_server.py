"""Scripted sessions of both eras, with faults."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from readq import __version__
from readq.mcp import tool_table
from readq.mcp.messages import LONGEST_LINE
from readq.mcp.server import CAPABILITIES_KEY, LEGACY, VERSION_KEY
from readq.mcp.tool import Tool

Agents = Callable[..., Any]


def request(method: str, number: object = 1, **params: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


INITIALIZED = b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'


@pytest.mark.parametrize("version", LEGACY)
def test_a_session_of_the_earlier_era(agents: Agents, version: str) -> None:
    answers = agents().send(
        request("initialize", protocolVersion=version, capabilities={}, clientInfo={"name": "x", "version": "1"})
        + INITIALIZED
        + request("ping", 2)
        + request("tools/list", 3)
        + request("tools/call", 4, name="find_papers", arguments={"query": "graph"})
        + request("logging/setLevel", 5)
    )
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4, 5]
    first, ping, tools, found, logging = answers
    assert first["result"]["protocolVersion"] == version
    assert first["result"]["serverInfo"] == {"name": "readq", "version": __version__}
    assert "tools" in first["result"]["capabilities"]
    assert ping["result"] == {}
    assert set(tools["result"]) == {"tools"}
    assert json.loads(found["result"]["content"][0]["text"])["found"] == 1
    assert logging["error"]["code"] == -32601


def test_an_unknown_version_is_answered_with_the_newest_of_the_era(agents: Agents) -> None:
    (answer,) = agents().send(request("initialize", protocolVersion="1999-01-01"))
    assert answer["result"]["protocolVersion"] == LEGACY[0]
    (answer,) = agents().send(request("initialize"))
    assert answer["error"]["code"] == -32602


def test_requests_of_the_present_era(agents: Agents) -> None:
    agent = agents()
    found = agent.ask("server/discover")["result"]
    assert found["supportedVersions"][0] == "2026-07-28"
    assert found["resultType"] == "complete"
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "readq"
    listed = agent.ask("tools/list")["result"]
    assert (listed["resultType"], listed["cacheScope"]) == ("complete", "private")
    assert listed["ttlMs"] > 0
    called = agent.ask("tools/call", name="get_paper", arguments={"ref": "1"})["result"]
    assert called["resultType"] == "complete"
    assert agent.ask("ping")["error"]["code"] == -32601
    assert agent.ask("resources/list")["error"]["code"] == -32601


def test_both_eras_in_one_process(agents: Agents) -> None:
    agent = agents()
    agent.send(request("initialize", protocolVersion=LEGACY[0]))
    assert agent.ask("server/discover")["result"]["resultType"] == "complete"
    (answer,) = agent.send(request("tools/list", "b"))
    assert answer["id"] == "b"
    assert "resultType" not in answer["result"]


def test_a_request_without_a_version_before_a_session_is_refused(agents: Agents) -> None:
    (answer,) = agents().send(request("tools/list"))
    assert answer["error"]["code"] == -32602
    assert "2026-07-28" in answer["error"]["data"]["supported"]
    (answer,) = agents().send(request("ping"))
    assert answer["result"] == {}


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ({VERSION_KEY: "1900-01-01", CAPABILITIES_KEY: {}}, -32022),
        ({VERSION_KEY: "2026-07-28"}, -32602),
        ({VERSION_KEY: 3, CAPABILITIES_KEY: {}}, -32602),
        ({VERSION_KEY: "2026-07-28", CAPABILITIES_KEY: []}, -32602),
        ({}, -32602),
        (None, -32602),
        ([], -32602),
    ],
)
def test_faulty_metadata(agents: Agents, meta: object, code: int) -> None:
    (answer,) = agents().send(request("tools/list", _meta=meta))
    assert answer["error"]["code"] == code
    if code == -32022:
        assert answer["error"]["data"]["requested"] == "1900-01-01"
        assert "2026-07-28" in answer["error"]["data"]["supported"]


def test_garbage_is_answered_and_the_session_goes_on(agents: Agents) -> None:
    agent = agents()
    garbage = b"\n  \n\x00\xff\n{\n[]\n" + b"x" * (LONGEST_LINE + 5) + b"\n" + b"[" * 50_000 + b"\n"
    answers = agent.send(garbage + request("initialize", 9, protocolVersion=LEGACY[0]))
    assert [answer.get("error", {}).get("code") for answer in answers] == [
        *(-32700, -32700, -32600, -32600, -32700),
        None,
    ]
    assert all(answer["id"] is None for answer in answers[:-1])
    assert answers[-1]["id"] == 9


def test_notifications_and_responses_are_not_answered(agents: Agents) -> None:
    sent = [
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "tag_paper"}},
        {"jsonrpc": "2.0", "id": 4, "result": {}},
    ]
    assert agents().send(b"".join(json.dumps(one).encode() + b"\n" for one in sent)) == []


def test_a_client_that_leaves_in_the_middle_of_a_line(agents: Agents) -> None:
    assert agents().send(b"") == []
    answers = agents().send(request("ping") + b'{"jsonrpc": "2.0", "id"')
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32700]


def test_batches_where_the_version_has_them(agents: Agents) -> None:
    batch = json.dumps([json.loads(request("ping", 1)), json.loads(INITIALIZED), 5]).encode() + b"\n"
    answers = agents().send(request("initialize", 0, protocolVersion="2025-03-26") + batch)
    assert [answer.get("id") for answer in answers[1]] == [1, None]
    assert agents().send(request("initialize", 0, protocolVersion="2025-06-18") + batch)[1]["error"]["code"] == -32600
    many = json.dumps([json.loads(request("ping"))] * 51).encode() + b"\n"
    assert agents().send(request("initialize", 0, protocolVersion="2025-03-26") + many)[1]["error"]["code"] == -32600
    only = json.dumps([json.loads(INITIALIZED)]).encode() + b"\n"
    assert len(agents().send(request("initialize", 0, protocolVersion="2025-03-26") + only)) == 1


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, -32602),
        ({"name": "remove_paper"}, -32602),
        ({"name": ["find_papers"]}, -32602),
        ({"name": "find_papers", "arguments": []}, -32602),
        ({"name": "queue_paper", "arguments": {"ref": "1"}}, -32602),
    ],
)
def test_faulty_calls(agents: Agents, params: dict[str, object], code: int) -> None:
    assert agents().ask("tools/call", **params)["error"]["code"] == code


def test_a_cursor_is_refused(agents: Agents) -> None:
    assert agents().ask("tools/list", cursor="x")["error"]["code"] == -32602


def test_the_list_of_tools_is_short(agents: Agents) -> None:
    for writes in (False, True):
        answer = json.dumps(agents(writes=writes).ask("tools/list"), ensure_ascii=False, separators=(",", ":"))
        assert len(answer.encode()) <= 2500


def test_tools_say_what_they_do(agents: Agents) -> None:
    tools = {tool["name"]: tool for tool in agents(writes=True).ask("tools/list")["result"]["tools"]}
    reading = {name for name, tool in tools.items() if tool["annotations"].get("readOnlyHint")}
    assert reading == {"find_papers", "get_paper", "due_reviews", "cite"}
    assert all(tools[name]["annotations"] == {"destructiveHint": False} for name in tools.keys() - reading)
    assert {tool["name"] for tool in agents().ask("tools/list")["result"]["tools"]} == reading


def test_a_defect_is_reported_and_the_session_goes_on(agents: Agents, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_environment: object) -> dict[str, object]:
        raise RuntimeError("secret\nof the house")

    monkeypatch.setattr(tool_table, "TOOLS", (Tool("broken", "", {}, broken),))
    agent = agents()
    answer = agent.ask("tools/call", name="broken")
    assert answer["error"]["code"] == -32603
    assert "secret" not in json.dumps(answer)
    assert len(agent.reports) == 1
    assert agent.ask("tools/list")["result"]["tools"]


def test_an_answer_that_would_be_too_long_is_an_error(agents: Agents, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = Tool("long", "", {}, lambda _environment: {"text": "x" * 100_000})
    monkeypatch.setattr(tool_table, "TOOLS", (tool,))
    assert "ask for less" in agents().call("long")
