"""A server over a library, to which tests send messages as a client would."""

import contextlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pytest

from readq.config import Config
from readq.mcp.server import CAPABILITIES_KEY, VERSION_KEY, Server
from readq.mcp.tool import Environment
from readq.mcp.tool_table import offered
from readq.store import library


class _Library(NamedTuple):
    library_path: str
    config: Config = Config()

    def call(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def refresh_interest(self) -> None:
        pass

    def prepare_query(self, query: str) -> None:
        pass

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(library.open_for_reading(self.library_path)) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(library.open_for_changing(self.library_path)) as connection:
            yield connection


class Agent:
    """A client. `reports` has the failures that the server reported."""

    def __init__(self, path: str, now: datetime, *, writes: bool) -> None:
        self.reports: list[str] = []
        self._server = Server(offered(writes), Environment(_Library(path), lambda: now), self.reports.append)

    def send(self, data: bytes) -> list[Any]:
        """Send bytes, and return the answers."""
        sink = io.BytesIO()
        self._server.serve(io.BytesIO(data), sink)
        assert sink.getvalue().endswith(b"\n") or not sink.getvalue()
        return [json.loads(line) for line in sink.getvalue().splitlines()]

    def ask(self, method: str, **params: object) -> Any:  # noqa: ANN401 - any JSON
        """Send a request of the newest version, and return its response."""
        meta = {VERSION_KEY: "2026-07-28", CAPABILITIES_KEY: {}}
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": meta, **params}}
        (response,) = self.send(json.dumps(request).encode() + b"\n")
        return response

    def call(self, tool: str, **arguments: object) -> Any:  # noqa: ANN401 - any JSON
        """Call a tool, and return its answer; the text of its error if it failed."""
        result = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        (content,) = result["content"]
        assert content["type"] == "text"
        return content["text"] if result.get("isError") else json.loads(content["text"])


@pytest.fixture
def agents(six_papers: str, now: datetime) -> Callable[..., Agent]:
    """Return a function that makes an agent over the library of six papers."""
    return lambda *, writes=False: Agent(six_papers, now, writes=writes)
