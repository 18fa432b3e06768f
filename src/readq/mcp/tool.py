"""Define what a tool is, and check the arguments of a call before the tool gets them."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from readq.config import Config
from readq.errors import UsageError
from readq.text import counted, quoted


class Library(Protocol):
    """Access to the user's library.

    Each call of a tool opens the library again, so no lock lasts longer than a call.
    """

    @property
    def config(self) -> Config:
        """The user's settings."""

    @property
    def library_path(self) -> str:
        """The path of the library file. The file need not exist."""

    def call(self) -> AbstractContextManager[None]:
        """Return a context manager for a `with` block in which one tool call runs.

        When the block begins and ends, readq does the same work as before and after a command. For example, it compares
        the folder of notes with the library, renews .bib files, and starts a backup.
        """

    def refresh_interest(self) -> None:
        """Update the stored interest scores of papers."""

    def prepare_query(self, query: str) -> None:
        """Update the stored interest scores of papers if `query` uses them."""

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a context manager that yields a read-only connection to the library."""

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a context manager that yields a connection for changing papers."""


class Environment(NamedTuple):
    """The objects that every tool uses: the library, and the clock."""

    library: Library
    clock: Callable[[], datetime]


Answer = Mapping[str, object]
"""The answer of a tool, a JSON object. Text that others wrote is only under the key `untrusted`."""


class Argument(NamedTuple):
    """An argument of a tool."""

    kind: str
    """The type of the value: `string`, `integer` or `strings` (a list of strings)."""
    description: str
    most: int
    """The maximum. Its meaning depends on `kind`:

    - `string`: the maximum number of characters.
    - `integer`: the maximum value.
    - `strings`: the maximum number of strings. Each of them has at most LONGEST_ITEM characters.
    """
    default: str | int | None = None
    """The value that the tool gets if a call leaves the argument out. If it is None, the argument is required."""

    @property
    def is_required(self) -> bool:
        """Whether each call must have the argument."""
        return self.default is None

    def schema(self) -> dict[str, object]:
        """Return the JSON Schema of the argument."""
        kind: dict[str, object] = {"type": self.kind}
        if self.kind == "strings":
            kind = {"type": "array", "items": {"type": "string"}, "maxItems": self.most}
        elif self.kind == "integer":
            kind["maximum"] = self.most
        return {**kind, "description": self.description} if self.description else kind


LONGEST_ITEM = 500
"""The maximum length, in characters, of each string in an argument of the kind `strings`."""


class Tool(NamedTuple):
    """A tool that an agent can call. No tool deletes or overwrites anything."""

    name: str
    description: str
    arguments: Mapping[str, Argument]
    """Maps the names of the tool's arguments to the arguments."""
    run: Callable[..., Answer]
    """The function that a call of the tool runs. It gets the environment and, as keywords, the arguments of the call.

    If the function raises a ReadqError, the message is shown to the agent.
    """
    writes: bool = False
    """Whether the tool changes the library."""

    def definition(self) -> dict[str, object]:
        """Return the entry for this tool in the list of tools that the server sends."""
        required = [name for name, argument in self.arguments.items() if argument.is_required]
        schema: dict[str, object] = {
            "type": "object",
            "properties": {name: argument.schema() for name, argument in self.arguments.items()},
        }
        if required:
            schema["required"] = required
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": schema,
            "annotations": {"destructiveHint": False} if self.writes else {"readOnlyHint": True},
        }

    def call(self, environment: Environment, given: Mapping[str, Any]) -> Answer:
        """Check the arguments `given`, run the tool, and return its answer.

        Raises UsageError if an argument is unknown, missing, of another type, or out of its range.
        """
        for name in given:
            if name not in self.arguments:
                raise UsageError(f"{self.name} has no argument {quoted(name)}", ", ".join(self.arguments))
        values = {name: _checked(name, argument, given.get(name)) for name, argument in self.arguments.items()}
        with environment.library.call():
            return self.run(environment, **values)


def _checked(name: str, argument: Argument, value: object) -> object:
    if value is None:
        if argument.default is None:
            raise UsageError(f"the argument {name} is missing")
        return argument.default
    if argument.kind == "integer":
        return _checked_number(name, argument, value)
    if argument.kind == "strings":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value) or not value:
            raise UsageError(f"{name} is not a list of strings")
        if len(value) > argument.most:
            raise UsageError(f"{name} has {counted(len(value), 'string')}", f"at most {argument.most}")
        return [_checked_text(name, one, LONGEST_ITEM) for one in value]
    return _checked_text(name, value, argument.most)


def _checked_number(name: str, argument: Argument, value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        # JSON Schema counts 5.0 as an integer, and some clients have no other numbers.
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UsageError(f"{name} is not a whole number")
    if not 0 <= value <= argument.most:
        raise UsageError(f"{name} is {quoted(value)}", f"from 0 to {argument.most}")
    return value


def _checked_text(name: str, value: object, most: int) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} is not a string")
    if len(value) > most:
        raise UsageError(f"{name} has {len(value):,} characters", f"at most {most:,}")
    return value
