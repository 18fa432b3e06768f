"""Read from and write to a running Zotero by its local API.

Format: https://www.zotero.org/support/dev/web_api/v3, on http://localhost:23119/api/ with the user 0. Zotero 10 and
later take writes. Each write needs the id of the instance, and a key that Zotero's user grants in a dialog.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import quote

from readq.errors import ReadqError
from readq.net.fetcher import Fetcher, FetchError, Request, Response
from readq.registries.json_record import Object, decoded, object_in, objects_in, text_in

MOST_AT_ONCE = 50
"""The most items that Zotero takes in one write."""

WAIT_FOR_PERSON = 330.0
"""The seconds that a request may take. Zotero answers a request for a key when its user has clicked."""

_SERVICE = "zotero"
_SERVER = "zotero-server-id"
_KEY = re.compile(r"[0-9A-Z]{8}")
_VERSION = ("Zotero-API-Version", "3")
_ATTEMPTS = 3
_SETTINGS = "in Zotero's settings, Advanced, let other applications communicate with Zotero"


class Item(NamedTuple):
    """An item of Zotero: its key, its version, its fields, and its links, of which an attachment has its file."""

    key: str
    version: int
    data: Object
    links: Object


class Collection(NamedTuple):
    """A collection of Zotero: its key and its name."""

    key: str
    name: str


class Written(NamedTuple):
    """The result of a write. Both mappings are by the index of the object.

    `items` are the written items, and `failed` the reasons why objects were not written.
    """

    items: Mapping[int, Item]
    failed: Mapping[int, str]


class AccessKeys(Protocol):
    """Where the keys are kept that Zotero grants for good, by the id of the instance."""

    def load(self, server: str) -> str | None:
        """Return the key for an instance, or None."""

    def save(self, server: str, key: str) -> None:
        """Keep a key."""

    def forget(self, server: str) -> None:
        """Delete the key for an instance."""


class Zotero:
    """A running Zotero at `origin`. `announce` is called with a line before Zotero's user must click.

    `server` is the id of the instance, "" for a Zotero that takes no writes. All methods raise ReadqError if Zotero
    does not answer, or refuses.
    """

    def __init__(self, fetcher: Fetcher, origin: str, keys: AccessKeys, announce: Callable[[str], None]) -> None:
        self._fetcher = fetcher
        self._api = f"{origin}/api"
        self._keys = keys
        self._announce = announce
        self._once: str | None = None
        self.server = ""

    async def connect(self) -> None:
        """Find the running instance. Call this first."""
        self.server = (await self._get("/")).headers.get(_SERVER, "")

    async def items(self, keys: Sequence[str]) -> dict[str, Item]:
        """Return the items with these keys, by key. Leaves out items that Zotero does not have."""
        found: dict[str, Item] = {}
        for start in range(0, len(keys), MOST_AT_ONCE):
            listed = ",".join(keys[start : start + MOST_AT_ONCE])
            response = await self._get(f"/users/0/items?format=json&includeTrashed=1&itemKey={listed}")
            found |= {item.key: item for item in _items(response.body)}
        return found

    async def children(self, key: str) -> list[Item]:
        """Return the notes and attachments of an item."""
        return _items((await self._get(f"/users/0/items/{key}/children?format=json")).body)

    async def search(self, text: str) -> list[Item]:
        """Return the items in which Zotero finds `text`."""
        response = await self._get(f"/users/0/items/top?format=json&qmode=everything&q={quote(text, safe='')}")
        return _items(response.body)

    async def collections(self) -> list[Collection]:
        """Return all collections."""
        body = decoded((await self._get("/users/0/collections?format=json")).body)
        found = ((text_in(one.get("key")), text_in(object_in(one.get("data")).get("name"))) for one in objects_in(body))
        return [Collection(key, name) for key, name in found if _KEY.fullmatch(key)]

    async def items_in(self, collection: str | None) -> list[Item]:
        """Return all items of a collection, with notes and attachments; of the whole library if it is None."""
        path = f"/collections/{collection}" if collection else ""
        return _items((await self._get(f"/users/0{path}/items?format=json")).body)

    async def write(self, objects: Sequence[Mapping[str, object]]) -> Written:
        """Create or change at most MOST_AT_ONCE items. An object with a key and a version changes this item."""
        for _ in range(_ATTEMPTS):
            key = self._once or self._keys.load(self.server) or await self._authorize()
            headers = (_VERSION, ("Zotero-Server-ID", self.server), ("Zotero-API-Key", key))
            try:
                response = await self._send("/users/0/items", headers, list(objects))
            except FetchError as error:
                if error.status == 401:
                    self._forget()
                    continue
                if error.status in (412, 428):
                    await self._require_same_instance()
                    continue
                raise _explained(error) from error
            # A key for one time is used up by the first write.
            self._once = None
            return _written(response.body, len(objects))
        raise ReadqError("Zotero takes none of the keys that it gave", "clear the authorizations in its settings")

    async def _authorize(self) -> str:
        """Ask Zotero's user for a key, and return it."""
        if not self.server:
            raise ReadqError("this Zotero takes no changes from other programs", "Zotero 10 and later do")
        self._announce("Zotero asks whether readq may change its library: click Always Allow there")
        headers = (_VERSION, ("Zotero-Server-ID", self.server))
        try:
            response = await self._send("/local/authorize", headers, {"appName": "readq"})
        except FetchError as error:
            if error.status == 403 and object_in(decoded(error.body)).get("denied") is True:
                raise ReadqError("Zotero's user denied the change", "nothing was sent") from error
            raise _explained(error) from error
        granted = object_in(decoded(response.body))
        key = text_in(granted.get("key"))
        if not key:
            raise ReadqError("Zotero gave no key")
        if granted.get("remember") is True:
            self._keys.save(self.server, key)
        else:
            self._once = key
        return key

    def _forget(self) -> None:
        if self._once is None:
            self._keys.forget(self.server)
        self._once = None

    async def _require_same_instance(self) -> None:
        before = self.server
        await self.connect()
        if self.server != before:
            raise ReadqError("another Zotero has been started in the meantime", "run the command again")

    async def _send(self, path: str, headers: tuple[tuple[str, str], ...], body: object) -> Response:
        url = f"{self._api}{path}"
        request = Request(url, _SERVICE, "application/json", json=body, user_url=url, headers=headers)
        return await self._fetcher.fetch(request._replace(is_repeatable=False))

    async def _get(self, path: str) -> Response:
        url = f"{self._api}{path}"
        request = Request(url, _SERVICE, "*/*", user_url=url, headers=(_VERSION,), wanted_headers=(_SERVER,))
        try:
            return await self._fetcher.fetch(request)
        except FetchError as error:
            raise _explained(error) from error


def _explained(error: FetchError) -> ReadqError:
    if error.status is None:
        return ReadqError(f"Zotero does not answer: {error.message}", "start Zotero, or set READQ_ZOTERO_URL")
    if error.status == 403:
        return ReadqError("Zotero lets no other program in", _SETTINGS)
    if error.status == 404:
        return ReadqError("no Zotero answers there", "Zotero 7 and later have a local API; see READQ_ZOTERO_URL")
    return ReadqError(f"Zotero refuses: {error.message}", error.hint)


def _items(body: bytes) -> list[Item]:
    return [item for one in objects_in(decoded(body)) if (item := _item(one))]


def _item(one: Object) -> Item | None:
    key, version = text_in(one.get("key")), one.get("version")
    if not _KEY.fullmatch(key):
        return None
    number = version if isinstance(version, int) else 0
    return Item(key, number, object_in(one.get("data")), object_in(one.get("links")))


def _written(body: bytes, number: int) -> Written:
    """Return what a write did. An object that the answer does not mention counts as failed."""
    answer = object_in(decoded(body))
    done = dict(_by_index(answer.get("successful")))
    items = {place: item for place, one in done.items() if (item := _item(object_in(one)))}
    unchanged = {place for place, _ in _by_index(answer.get("unchanged"))}
    failed = {place: text_in(object_in(one).get("message")) for place, one in _by_index(answer.get("failed"))}
    silent = set(range(number)) - items.keys() - unchanged - failed.keys()
    return Written(items, {**dict.fromkeys(silent, "Zotero did not say what it did"), **failed})


def _by_index(value: object) -> Iterable[tuple[int, object]]:
    return ((int(place), one) for place, one in object_in(value).items() if place.isascii() and place.isdigit())
