"""A table of the user's choices for the UI, kept as JSON in a file of the user's state folder.

Such choices depend on the terminal and not on the library. The file is written only after a change.
"""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar

from readq.paths import write_atomically

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class StateFile(ABC, Generic[_Key, _Value]):
    """The user's choices of one kind, kept in the file at `path`. Several readq processes can write the same file.

    `problem` is the reason why an existing file could not be read, or "". After such a problem, no choices are known.
    """

    CONTENT: ClassVar[str]
    """The name of a choice in messages, such as `the layout`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problem = ""
        self._changed: dict[_Key, _Value] = {}
        self._lock = Lock()
        self._stored: Mapping[_Key, _Value] = {}
        try:
            self._stored = self._read()
        except (OSError, ValueError) as error:
            self.problem = (
                f"the file {path} cannot be read: {_reason(error)}; the next change of {self.CONTENT} replaces it"
            )

    def chosen(self, key: _Key) -> _Value | None:
        """Return the choice for `key`. Return None if the user has chosen none."""
        return self._changed.get(key) or self._stored.get(key)

    def choose(self, key: _Key, value: _Value) -> None:
        """Set the choice for `key`. To write the choice to the file, call `save`."""
        self._changed[key] = value

    def save(self) -> str:
        """Write the changed choices to the file. Return "", or the reason if the file cannot be written.

        This waits for the disk, so call it outside the UI thread. Other choices in the file are kept.
        """
        with self._lock:
            changed = dict(self._changed)
            try:
                stored = self._read()
            except (OSError, ValueError):
                stored = {}
            if changed.items() <= stored.items():
                return ""
            text = json.dumps(self._as_json(stored | changed), indent=2) + "\n"
            try:
                os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
                write_atomically(self.path, text, mode=0o600)
            except OSError as error:
                return f"{self.CONTENT} is not kept, {self.path} cannot be written: {error.strerror}"
        return ""

    def _read(self) -> dict[_Key, _Value]:
        try:
            with open(self.path, encoding="utf-8") as file:
                table = json.load(file)
        except FileNotFoundError:
            return {}
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(table, dict):
            raise ValueError("not a table")
        return self._parse(table)

    @abstractmethod
    def _parse(self, table: dict[str, Any]) -> dict[_Key, _Value]:
        """Return the choices in a JSON object. Raises ValueError if it has other content."""

    @abstractmethod
    def _as_json(self, choices: Mapping[_Key, _Value]) -> dict[str, Any]:
        """Return choices as the JSON object that `_parse` reads."""


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    return "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
