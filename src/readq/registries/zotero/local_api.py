"""Read from and write to a running Zotero through its local API.

Format: https://www.zotero.org/support/dev/web_api/v3, on http://localhost:23119/api/ with the user 0. Only Zotero 10
and later accept writes. Each write needs the server id, which identifies the Zotero installation, and an access key
that the user grants in a dialog of Zotero.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import quote

from readq.errors import ReadqError
from readq.net.fetcher import Fetcher, FetchError, Request, Response
from readq.registries.json_record import Object, decoded, object_in, objects_in, text_in

MOST_AT_ONCE = 50
"""The maximum number of items in one write, which is Zotero's limit."""

WAIT_FOR_PERSON = 330.0
"""The timeout of a request in seconds. Zotero replies to a request for a key only after the user has clicked."""

_SERVICE = "zotero"
_SERVER = "zotero-server-id"
_KEY = re.compile(r"[0-9A-Z]{8}")
_VERSION = ("Zotero-API-Version", "3")
_ATTEMPTS = 3
_SETTINGS = "in Zotero's settings, Advanced, let other applications communicate with Zotero"


class Item(NamedTuple):
    """An item of Zotero. `data` are its fields. `links` are its links, for example from an attachment to its file."""

    key: str
    version: int
    data: Object
    links: Object


class Collection(NamedTuple):
    """A collection of Zotero: its key and its name."""

    key: str
    name: str


class Written(NamedTuple):
    """The result of a write. The keys of both mappings are indexes of objects in the request.

    `items` has the new item for each object that was written. `failed` has the reason for each object that was not.
    """

    items: Mapping[int, Item]
    failed: Mapping[int, str]


class AccessKeys(Protocol):
    """The interface of a store for the permanent access keys that Zotero grants.

    `server` is the id that identifies a Zotero installation.
    """

    def load(self, server: str) -> str | None:
        """Return the access key for the Zotero with the id `server`. Return None if no key is stored."""

    def save(self, server: str, key: str) -> None:
        """Store the access key for the Zotero with the id `server`."""

    def forget(self, server: str) -> None:
        """Delete the access key for the Zotero with the id `server`."""


class Zotero:
    """A client of the running Zotero at the URL `origin`.

    `announce` is called with a line of text before the user must click in Zotero. `server` is the id of the Zotero
    installation, or "" if it accepts no writes. All methods raise ReadqError if Zotero does not reply or refuses a
    request.
    """

    def __init__(self, fetcher: Fetcher, origin: str, keys: AccessKeys, announce: Callable[[str], None]) -> None:
        self._fetcher = fetcher
        self._api = f"{origin}/api"
        self._keys = keys
        self._announce = announce
        self._once: str | None = None
        self.server = ""

    async def connect(self) -> None:
        """Connect to Zotero, and set `server`. Call this method before all others."""
        self.server = (await self._get("/")).headers.get(_SERVER, "")

    async def items(self, keys: Sequence[str]) -> dict[str, Item]:
        """Return a dict from keys to the items that have these keys. Items that Zotero does not have are left out."""
        found: dict[str, Item] = {}
        for start in range(0, len(keys), MOST_AT_ONCE):
            listed = ",".join(keys[start : start + MOST_AT_ONCE])
            response = await self._get(f"/users/0/items?format=json&includeTrashed=1&itemKey={listed}")
            found |= {item.key: item for item in _items(response.body)}
        return found

    async def children(self, key: str) -> list[Item]:
        """Return the notes and attachments of the item with the key `key`."""
        return _items((await self._get(f"/users/0/items/{key}/children?format=json")).body)

    async def notes(self) -> list[Item]:
        """Return all notes of the user's library in Zotero."""
        return _items((await self._get("/users/0/items?format=json&itemType=note")).body)

    async def search(self, text: str) -> list[Item]:
        """Return the items that Zotero finds in a full-text search for `text`.

        Notes and attachments of items are left out.
        """
        response = await self._get(f"/users/0/items/top?format=json&qmode=everything&q={quote(text, safe='')}")
        return _items(response.body)

    async def collections(self) -> list[Collection]:
        """Return all collections of the user's library in Zotero."""
        listed = _listed((await self._get("/users/0/collections?format=json")).body)
        found = ((text_in(one.get("key")), text_in(object_in(one.get("data")).get("name"))) for one in listed)
        return [Collection(key, name) for key, name in found if _KEY.fullmatch(key)]

    async def items_in(self, collection: str | None) -> list[Item]:
        """Return all items of the collection with the key `collection`, including notes and attachments.

        If `collection` is None, return all items of the user's library in Zotero.
        """
        path = f"/collections/{collection}" if collection else ""
        return _items((await self._get(f"/users/0{path}/items?format=json")).body)

    async def write(self, objects: Sequence[Mapping[str, object]]) -> Written:
        """Create or change at most MOST_AT_ONCE items, and return the result.

        An object with the fields `key` and `version` changes the item with this key. Any other object becomes a new
        item.
        """
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
        raise ReadqError("Zotero rejects every key that it issued", "clear the authorizations in its settings")

    async def _authorize(self) -> str:
        """Request a key, which the user must grant in Zotero, and return it."""
        if not self.server:
            raise ReadqError("this version of Zotero accepts no changes from other programs", "Zotero 10 and later do")
        self._announce("Zotero asks whether readq may change its library: click Always Allow there")
        headers = (_VERSION, ("Zotero-Server-ID", self.server))
        try:
            response = await self._send("/local/authorize", headers, {"appName": "readq"})
        except FetchError as error:
            if error.status == 403 and object_in(decoded(error.body)).get("denied") is True:
                raise ReadqError("the change was denied in Zotero", "nothing was sent") from error
            raise _explained(error) from error
        granted = object_in(decoded(response.body))
        key = text_in(granted.get("key"))
        if not key:
            raise ReadqError("Zotero issued no key")
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
    if error.status is None and error.retry_after is not None:
        return error  # nothing was sent: Zotero has asked to wait, and the message says until when
    if error.status is None:
        return ReadqError(f"Zotero does not answer: {error.message}", "start Zotero, or set READQ_ZOTERO_URL")
    if error.status == 403:
        return ReadqError("Zotero does not let other programs access it", _SETTINGS)
    if error.status == 404:
        return ReadqError("no Zotero answers at this URL", "Zotero 7 and later have a local API; see READQ_ZOTERO_URL")
    return ReadqError(f"Zotero refuses: {error.message}", error.hint)


def _listed(body: bytes) -> list[Object]:
    """Return the objects of an answer that is a list. Raises ReadqError for another answer.

    Such an answer must not count as an empty list: a push would create all items once more.
    """
    value = decoded(body)
    if not isinstance(value, list):
        raise ReadqError("Zotero answered with no list of items", "nothing was changed; see READQ_ZOTERO_URL")
    return objects_in(value)


def _items(body: bytes) -> list[Item]:
    return [item for one in _listed(body) if (item := _item(one))]


def _item(one: Object) -> Item | None:
    key, version = text_in(one.get("key")), one.get("version")
    if not _KEY.fullmatch(key):
        return None
    number = version if isinstance(version, int) else 0
    return Item(key, number, object_in(one.get("data")), object_in(one.get("links")))


def _written(body: bytes, number: int) -> Written:
    """Return the result of a write. An object that the answer does not mention counts as failed."""
    answer = object_in(decoded(body))
    done = dict(_by_index(answer.get("successful")))
    items = {place: item for place, one in done.items() if (item := _item(object_in(one)))}
    unchanged = {place for place, _ in _by_index(answer.get("unchanged"))}
    failed = {place: text_in(object_in(one).get("message")) for place, one in _by_index(answer.get("failed"))}
    silent = set(range(number)) - items.keys() - unchanged - failed.keys()
    return Written(items, {**dict.fromkeys(silent, "Zotero did not say what it did"), **failed})


def _by_index(value: object) -> Iterable[tuple[int, object]]:
    return ((int(place), one) for place, one in object_in(value).items() if place.isascii() and place.isdigit())
