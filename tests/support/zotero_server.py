"""A Zotero on 127.0.0.1 with the local API of version 10: it grants keys, keeps items, and refuses as the real one."""

import itertools
import json
from typing import Any

from loopback import Loopback, Reply, Seen

_LETTERS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"


class ZoteroServer:
    """The server. `clicks` are what its user answers to the next requests for a key: `always`, `once` or `deny`.

    After them every answer is `always`. `faults` are statuses with which the next writes are refused. `prompts` counts
    the dialogs, `writes` has the objects of each write that was taken.
    """

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.id = "SERVER-ONE"
        self.is_on = True
        self.clicks: list[str] = []
        self.faults: list[int] = []
        self.prompts = 0
        self.writes: list[list[dict[str, Any]]] = []
        self.items: dict[str, dict[str, Any]] = {}
        self.names: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self.refuses: dict[str, str] = {}
        """The reasons for which items with these titles are refused."""
        self.loses_answer = False
        """Whether the next write is done, and the connection reset before the answer."""
        self._keys: dict[str, bool] = {}
        self._numbers = itertools.count(1)
        self._version = 100
        routes = server.routes
        routes["/api/"] = lambda seen: self._answer(b"Nothing to see here.")
        routes["/api/local/authorize"] = self._authorize
        routes["/api/users/0/items"] = self._items
        routes["/api/users/0/items/top"] = self._search
        routes["/api/users/0/collections"] = lambda seen: self._json(
            [{"key": key, "version": 1, "data": {"key": key, "name": name}} for key, name in self.names.items()]
        )

    def add(self, collection: str | None = None, links: object = None, **data: Any) -> str:  # noqa: ANN401
        """Add an item, as a person would, and return its key."""
        key = self._new(data)
        self.items[key]["links"] = links or {}
        if collection:
            self.names.setdefault(collection, f"Collection {collection}")
            self.members.setdefault(collection, []).append(key)
            path = f"/api/users/0/collections/{collection}/items"
            self.server.routes[path] = lambda seen: self._json([self.items[one] for one in self.members[collection]])
        return key

    def edit(self, key: str, **data: Any) -> None:  # noqa: ANN401
        """Change an item, as a person would."""
        self._version += 1
        self.items[key]["data"] |= data
        self.items[key]["version"] = self._version

    def revoke(self) -> None:
        """Take all keys back."""
        self._keys.clear()

    def data(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the fields of all items of a type; of all that are no notes without one."""
        found = [item["data"] for item in self.items.values()]
        return [one for one in found if one["itemType"] == kind or (not kind and one["itemType"] != "note")]

    def posted(self) -> int:
        """Return the number of writes that were tried."""
        return sum(seen.method == "POST" and seen.path.endswith("/items") for seen in self.server.log)

    def _new(self, data: dict[str, Any]) -> str:
        number = next(self._numbers)
        key = "".join(_LETTERS[number // 33**place % 33] for place in range(8))
        self._version += 1
        self.items[key] = {"key": key, "version": self._version, "data": {**data, "key": key}}
        self.server.routes[f"/api/users/0/items/{key}/children"] = lambda seen: self._json(
            [one for one in self.items.values() if one["data"].get("parentItem") == key]
        )
        return key

    def _answer(self, body: bytes, status: int = 200, **headers: str) -> Reply:
        if not self.is_on:
            return Reply(b"Local API is not enabled", 403)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Reply(body, status, {"Zotero-API-Version": "3", "Zotero-Server-ID": self.id, **named})

    def _json(self, value: object, status: int = 200, **headers: str) -> Reply:
        return self._answer(json.dumps(value).encode(), status, **headers)

    def _authorize(self, seen: Seen) -> Reply:
        if refused := self._wrong_instance(seen):
            return refused
        if self.prompts >= 5:
            return self._json({"retry_after": 60}, 429, Retry_After="60")
        assert json.loads(seen.body) == {"appName": "readq"}
        self.prompts += 1
        click = self.clicks.pop(0) if self.clicks else "always"
        if click == "deny":
            return self._json({"denied": True}, 403)
        key = f"{self.prompts:032}"
        self._keys[key] = click == "always"
        return self._json({"key": key, "remember": click == "always"})

    def _wrong_instance(self, seen: Seen) -> Reply | None:
        given = seen.headers.get("zotero-server-id")
        return None if given == self.id else self._answer(b"", 412 if given else 428)

    def _items(self, seen: Seen) -> Reply:
        if seen.method == "POST":
            return self._write(seen)
        keys = seen.query.get("itemKey", "")
        wanted = keys.split(",") if keys else list(self.items)
        return self._json([self.items[key] for key in wanted if key in self.items])

    def _search(self, seen: Seen) -> Reply:
        return self._json([one for one in self.items.values() if seen.query["q"] in json.dumps(one["data"])])

    def _write(self, seen: Seen) -> Reply:
        if self.faults:
            return self._answer(b"", self.faults.pop(0))
        if refused := self._wrong_instance(seen):
            return refused
        key = seen.headers.get("zotero-api-key", "")
        if key not in self._keys:
            return self._answer(b"POST /api/local/authorize to obtain one", 401)
        if not self._keys[key]:
            del self._keys[key]
        objects = json.loads(seen.body)
        if len(objects) > 50:
            return self._answer(b"", 413)
        self.writes.append(objects)
        answer = self._json(self._written(objects))
        if self.loses_answer:
            self.loses_answer = False
            return Reply(raw=b"", reset=True)
        return answer

    def _written(self, objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        result: dict[str, dict[str, Any]] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        for place, one in enumerate(objects):
            key = one.get("key")
            if reason := self.refuses.get(one.get("title", "")):
                result["failed"][str(place)] = {"code": 400, "message": reason}
                continue
            if key is None:
                key = self._new(one)
            elif self.items[key]["version"] != one["version"]:
                result["failed"][str(place)] = {"code": 412, "message": "Item has been modified since"}
                continue
            else:
                self.edit(key, **{name: value for name, value in one.items() if name not in ("key", "version")})
            data = self.items[key]["data"]
            if "note" in data and not data["note"].startswith("<div"):
                # Zotero tidies notes.
                data["note"] = f'<div data-schema-version="9">{data["note"].strip()}</div>'
            result["successful"][str(place)] = self.items[key]
            result["success"][str(place)] = key
        return result
