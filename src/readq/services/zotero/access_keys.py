"""Keep the keys that Zotero grants, in a file of the state folder that only the reader can read.

A key is good for the local API of one Zotero, which programs of the same user reach anyway; it is no password.
"""

import contextlib
import json
import os

from readq.paths import state_folder, write_atomically


class KeyFile:
    """The keys by the id of the instance. A file that cannot be read counts as empty: Zotero is then asked again."""

    def __init__(self, path: str | None = None) -> None:
        self._path = path or os.path.join(state_folder(), "zotero.json")

    def load(self, server: str) -> str | None:
        """Return the key for an instance, or None."""
        key = self._read().get(server)
        return key if isinstance(key, str) else None

    def save(self, server: str, key: str) -> None:
        """Keep a key. If the file cannot be written, Zotero asks again the next time."""
        self._write({**self._read(), server: key})

    def forget(self, server: str) -> None:
        """Delete the key for an instance."""
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
