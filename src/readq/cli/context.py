"""What every command stands on: the settings, the library, the papers that REFs name, and how results are shown."""

import argparse
import contextlib
import copy
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from readq import config as settings
from readq.config import Config
from readq.errors import UsageError
from readq.paths import state_folder
from readq.services.safety import automatic_backup as backing_up
from readq.services.safety import location_warnings as surroundings
from readq.store import library
from readq.store.connection import lock_wait as waiting
from readq.store.connection import sqlite_errors


class Chosen(NamedTuple):
    """The papers that a command is about, and the REFs that name none."""

    ids: tuple[int, ...]
    missing: tuple[str, ...]


class Context:
    """One command line: options and environment, and what follows from them, made when it is first asked for."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.wants_json: bool = arguments.json
        self.verbose: bool = arguments.verbose
        self._db: str | None = arguments.db
        self._config: str | None = arguments.config
        self.has_warned = False
        """Whether the command itself has said where its library lies."""
        self.fetches = True
        """Whether the UI may fetch anything."""
        waiting.set_listener(_say)

    @cached_property
    def config_path(self) -> str:
        """The config file in force, there or not."""
        return settings.config_path(self._config, os.environ)

    @cached_property
    def config(self) -> Config:
        """The settings in force."""
        return settings.load(self.config_path, required=bool(self._config))

    @cached_property
    def library_path(self) -> str:
        """The library in force, there or not."""
        path = settings.library_path(self._db, os.environ, self.config)
        self._stamp = backing_up.fingerprint(path)
        return path

    def leave(self) -> None:
        """What is to be done when a command is done: warn, once, of where its library lies; back up what it changed."""
        path = self.__dict__.get("library_path")
        if path and os.path.exists(path):
            untold = surroundings.new_warnings(path, os.environ, state_folder())
            for warning in () if self.has_warned else untold:
                _say(f"warning: {warning}")
            if self.config.automatic_backup and backing_up.fingerprint(path) != self._stamp:
                from readq.clock import now

                backing_up.start(path, self.config_path, os.environ, now())

    def over_throwaway(self, path: str) -> "Context":
        """The same command line over a library that is not worth a backup, and for which nothing is fetched."""
        other = copy.copy(self)
        other.fetches = False
        other.__dict__["library_path"] = path
        other.__dict__["config"] = self.config._replace(automatic_backup=False, sync_at_start=False)
        return other

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The library to look at; an empty one in memory when there is none yet."""
        yield from self._open(library.open_for_reading)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The library whose papers are to be changed; without one there are none, and none is made."""
        from readq.store.journal.steps import newest_number

        with contextlib.contextmanager(self._open)(library.open_for_changing) as connection:
            first = newest_number(connection)
            yield connection
            if (last := newest_number(connection)) > first:
                from readq.clock import now
                from readq.services.history import retention

                retention.prune_periodically(connection, self.config, first, last, now())

    @contextlib.contextmanager
    def creating(self) -> Iterator[sqlite3.Connection]:
        """The library to put something in; made when there is none yet."""
        yield from self._open(library.open_for_writing)

    def _open(self, opener: library.Opener) -> Iterator[sqlite3.Connection]:
        if self.verbose:
            _say(f"library: {self.library_path}")
            _say(f"config: {self.config_path}")
        connection = opener(self.library_path, self.config.busy_timeout)
        try:
            yield connection
        except sqlite3.Error as error:
            raise sqlite_errors.library_error(error, self.library_path) from error
        finally:
            connection.close()

    def choose(self, connection: sqlite3.Connection, references: Sequence[str], query: str | None = None) -> Chosen:
        """The papers that REFs name, `-` standing for REFs on standard input, or that a query finds.

        Raises UsageError when there is neither, or both.
        """
        if query is not None:
            if references:
                raise UsageError("REFs and --query together", "give one of them")
            if not query.strip():
                raise UsageError("--query is empty", "it would find the whole library; say which papers")
            from readq.clock import now
            from readq.services.views import list_selection
            from readq.store.papers.queries import list_ids

            return Chosen(tuple(list_ids(connection, list_selection(query, now()))), ())
        if not references:
            raise UsageError("which paper?", "name it by number, key, arXiv id, DOI or URL")
        from readq.store.references import resolve

        return Chosen(*resolve(connection, expand_standard_input(references)))


def _say(message: str) -> None:
    from readq.cli.output.streams import say

    say(message)


def expand_standard_input(references: Sequence[str]) -> list[str]:
    """The REFs with `-` replaced by the lines of standard input: of each the first tab-separated field."""
    expanded: list[str] = []
    for reference in references:
        if reference == "-":
            lines = (line.rstrip("\n").split("\t")[0] for line in sys.stdin)
            expanded += [line for line in lines if line.strip()]
        else:
            expanded.append(reference)
    return expanded


def whole_number(text: str) -> int:
    """A number given on the command line, for argparse."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
