"""Store the access keys that Zotero grants, in a file of the state folder that only the user can read.

An access key is not a password. It is valid only for the local API of one Zotero program. All programs of the user can
reach this API.
"""

import contextlib
import json
import os

from readq.paths import state_folder, write_atomically


class KeyFile:
    """The file with the access keys. It maps the id of each Zotero program to the access key that this program granted.

    A file that cannot be read counts as empty. Zotero then asks the user again for permission.
    """

    def __init__(self, path: str | None = None) -> None:
        self._path = path or os.path.join(state_folder(), "zotero.json")

    def load(self, server: str) -> str | None:
        """Return the access key for the Zotero with the id `server`. Return None if the file has no such key."""
        key = self._read().get(server)
        return key if isinstance(key, str) else None

    def save(self, server: str, key: str) -> None:
        """Store the access key `key` for the Zotero with the id `server`.

        No error is raised if the file cannot be written.
        """
        self._write({**self._read(), server: key})

    def forget(self, server: str) -> None:
        """Delete the access key for the Zotero with the id `server`. Does nothing if the file has no such key."""
        keys = self._read()
        if keys.pop(server, None) is not None:
            self._write(keys)

    def _read(self) -> dict[str, object]:
        try:
            with open(self._path, encoding="utf-8") as file:
                found: object = json.load(file)
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, keys: dict[str, object]) -> None:
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            write_atomically(self._path, json.dumps(keys), mode=0o600)
