"""Store the access keys that Zotero grants, in a file of the state folder that only the reader can read.

A key is no password. It is valid only for the local API of one Zotero, to which all programs of the user have access.
"""

import contextlib
import json
import os

from readq.paths import state_folder, write_atomically


class KeyFile:
    """The file with the access keys. Each belongs to one Zotero, named by the id of its server.

    A file that cannot be read counts as empty. Zotero then asks the reader again whether it may grant a key.
    """

    def __init__(self, path: str | None = None) -> None:
        self._path = path or os.path.join(state_folder(), "zotero.json")

    def load(self, server: str) -> str | None:
        """Return the key for the Zotero with the id `server`. Return None if there is none."""
        key = self._read().get(server)
        return key if isinstance(key, str) else None

    def save(self, server: str, key: str) -> None:
        """Store the key for the Zotero with the id `server`. No error is raised if the file cannot be written."""
        self._write({**self._read(), server: key})

    def forget(self, server: str) -> None:
        """Delete the key for the Zotero with the id `server`, if there is one."""
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
