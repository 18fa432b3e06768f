"""Fake registries, indexes and pages on 127.0.0.1, with responses like the real ones."""

import json
from typing import Any

from arxiv_search import ArxivApi, Record
from loopback import Loopback, Reply, Route, Seen

ENDPOINTS = ("ARXIV_API", "CROSSREF", "DATACITE", "DOI", "SEMANTICSCHOLAR", "OPENALEX", "OPENREVIEW", "ACL")
"""The services that a `PapersWeb` stands in for, as the environment names them."""

NOT_FOUND = Reply(b"Resource not found.", 404, content_type="text/plain")


class PapersWeb:
    """All services on one server."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.arxiv = ArxivApi([])
        self.works: dict[str, dict[str, Any]] = {}
        self.graph: dict[str, dict[str, Any]] = {}
        self.search: list[dict[str, Any]] = []
        server.routes["/api/query"] = lambda seen: self.arxiv(seen)
        server.routes["/works"] = self._works
        server.routes["/graph/v1/paper/batch"] = self._batch
        server.routes["/graph/v1/paper/search"] = self._search

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that make readq use this server."""
        return {f"READQ_{name}_URL": self.server.url for name in ENDPOINTS}

    def route(self, path: str, what: Route) -> None:
        """Set the reply for a path."""
        self.server.routes[path] = what

    def has(self, *records: Record) -> None:
        """Add papers to arXiv."""
        self.arxiv = ArxivApi([*self.arxiv.records, *records])

    def registers(self, doi: str, **facts: object) -> None:
        """Add a DOI to Crossref."""
        self.works[doi] = {"DOI": doi, "type": "journal-article", **facts}
        self.server.routes[f"/works/{doi}"] = json_reply({"status": "ok", "message": self.works[doi]})

    def _works(self, seen: Seen) -> Reply:
        query = seen.query
        if query.get("filter", "").startswith("title.search:"):
            return json_reply({"results": []})
        wanted = [name.removeprefix("doi:") for name in query["filter"].split(",")]
        return json_reply({"message": {"items": [self.works[name] for name in wanted if name in self.works]}})

    def _batch(self, seen: Seen) -> Reply:
        return json_reply([self.graph.get(name) for name in json.loads(seen.body)["ids"]])

    def _search(self, seen: Seen) -> Reply:
        return json_reply({"total": len(self.search), "data": self.search})


def json_reply(value: object) -> Reply:
    """Return a successful JSON reply."""
    return Reply(json.dumps(value).encode(), content_type="application/json")
