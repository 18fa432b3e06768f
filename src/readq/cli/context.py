"""The environment in which a command runs: its options, the config, the library, and the papers that it acts on."""

import argparse
import contextlib
import copy
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from readq import config_file, paths
from readq.cli.arguments import expand_standard_input
from readq.cli.output.reports import report_outcome
from readq.cli.output.streams import say
from readq.config import Config
from readq.errors import LibraryError, UsageError
from readq.paths import log_path
from readq.services.safety import automatic_backup, location_warnings
from readq.store import bib_files, library
from readq.store.connection import damage_mark, lock_wait, sqlite_errors

if TYPE_CHECKING:
    from readq.services.history.steps import Outcome

Action = Callable[[sqlite3.Connection, Sequence[int]], "Outcome"]
"""A function that changes papers as one undo step, and returns how many were changed.

Its arguments are a connection to the library, and the ids of the papers.
"""


_NOTES_WAIT = 2.0
"""The longest wait, in seconds, for a lock when a command compares the folder of notes with the library.

If the library, or the folder, is still locked by another process after this wait, the command runs without the
comparison.
"""


class Chosen(NamedTuple):
    """The ids of the papers that a command acts on, and the REFs that name no paper."""

    ids: tuple[int, ...]
    missing: tuple[str, ...]


class Context:
    """The options that all commands share, and the config and library that these options select.

    The methods `reading`, `writing` and `creating` raise LibraryError or a subclass if the library cannot be opened.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.wants_json: bool = arguments.json
        self.verbose: bool = arguments.verbose
        self._db: str | None = arguments.db
        self._config: str | None = arguments.config
        self._fingerprint: tuple[int, ...] | None = None
        # The fingerprint after the first comparison of the notes, which may be all that wrote to the library.
        self._compared: tuple[int, ...] | None = None
        self._has_opened_for_writing = False
        # Whether the library has kept .bib files. None if it is not known. To open the library again takes time.
        self._keeps_files: bool | None = None
        self.has_warned = False
        """Whether the command has printed the warnings about the library's location, so that this class must not."""
        self._has_warned_of_damage = False
        self._has_compared = False
        self._told: set[str] = set()
        self.has_notes_folder = True
        """Whether the folder of notes, if one is set, is compared before and after the command."""
        self.is_demo = False
        """Whether the library is the temporary one of `readq demo`, for which nothing is downloaded."""
        lock_wait.set_listener(say)

    @cached_property
    def config_path(self) -> str:
        """The path of the config file. The file need not exist."""
        return config_file.config_path(self._config, os.environ)

    @cached_property
    def config(self) -> Config:
        """The settings of the config file. A setting that the file does not contain has its default.

        Raises ConfigError if the file is invalid, or if `--config` names a missing file.
        """
        return config_file.load(self.config_path, required=bool(self._config))

    @cached_property
    def library_path(self) -> str:
        """The path of the library file. The file need not exist."""
        path = config_file.library_path(self._db, os.environ, self.config)
        self._fingerprint = automatic_backup.fingerprint(path)
        if self.verbose:
            say(f"library: {path}")
        return path

    @property
    def cache_folder(self) -> str:
        """The path of the cache folder. The folder need not exist."""
        return paths.expand(self.config.cache) if self.config.cache else paths.default_cache()

    def name_files(self) -> None:
        """Print the paths of the config file and of the log, if `--verbose` is given.

        The path of the library is printed later, when it is first used, because it can depend on the config file.
        """
        if self.verbose:
            say(f"config: {self.config_path}")
            say(f"log: {log_path()}")

    def narrate(self, line: str) -> None:
        """Print a line about progress to standard error if standard error is a terminal, or if `--verbose` is given."""
        if self.verbose or sys.stderr.isatty():
            say(line)

    def finish(self) -> None:
        """Do the work that follows every command.

        Print a warning if the library's location is not safe, for example on a network file system or in a folder that
        a service syncs. Each warning is printed once, not after every command.

        If the command wrote to the library, bring the folder of notes up to date. Also renew the kept files, which are
        .bib files that readq updates after each change. Then start an automatic backup in another process, if the
        config allows backups.
        """
        path = self.__dict__.get("library_path")
        if path and os.path.exists(path):
            if self._fingerprint is not None and self._has_changed_since_comparison(path):
                self._compare_notes()
            new_warnings = location_warnings.new_warnings(path, os.environ, paths.state_folder())
            for warning in () if self.has_warned else new_warnings:
                say(f"warning: {warning}")
            if self._fingerprint is None or automatic_backup.fingerprint(path) == self._fingerprint:
                return
            self._renew_kept_files(path)
            if self.config.automatic_backup:
                from readq.clock import now

                automatic_backup.start(path, self.config_path, os.environ, now())

    def _has_changed_since_comparison(self, path: str) -> bool:
        """Return whether the command may have written to the library at `path` since the folder of notes was compared.

        A fingerprint alone does not tell: two writes in one tick of the system's clock may have the same time.
        """
        present = automatic_backup.fingerprint(path)
        return present != self._fingerprint and (present != self._compared or self._has_opened_for_writing)

    @contextlib.contextmanager
    def call(self) -> Iterator[None]:
        """Return a context manager for one command in a process that runs many commands, such as a server.

        Each command works as if it were the only command of its process. For example, each command compares the folder
        of notes with the library. At the end of the `with` block, `finish` is called.
        """
        self._has_compared, self._has_opened_for_writing, self._keeps_files = False, False, None
        self._fingerprint = automatic_backup.fingerprint(self.library_path)
        try:
            yield
        finally:
            self.finish()
            self._fingerprint = automatic_backup.fingerprint(self.library_path)

    def _renew_kept_files(self, path: str) -> None:
        """Renew the .bib files that are kept in step with the library. Print a warning for each failure."""
        if self._keeps_files is False:
            return
        with (
            contextlib.suppress(LibraryError, sqlite3.Error),
            contextlib.closing(library.open_for_changing(path, self.config.busy_timeout)) as connection,
        ):
            if not bib_files.kept(connection):
                return
            from readq.clock import now
            from readq.services.manuscripts.kept_files import renew_after_change

            for line in renew_after_change(connection, now()):
                say(f"warning: {line}")

    def compare_notes(self) -> None:
        """Bring the notes in the library and the folder of Markdown notes into agreement. A second call does nothing.

        `reading`, `writing` and `creating` call this method before they open the library. A command that opens the
        library in another way, such as `readq backup`, must call this method itself.
        """
        if not self._has_compared:
            self._has_compared = True
            self._compare_notes()

    def _compare_notes(self) -> None:
        """Bring the folder of notes in step, if one is set. If this fails, print a warning and go on."""
        if not (self.has_notes_folder and self.config.notes_folder):
            return
        from readq.clock import now
        from readq.services.notes import session

        waits = session.Waits(library=_NOTES_WAIT, lock=_NOTES_WAIT)
        report, lines = session.sync_quietly(self.library_path, self.config, now(), waits)
        self._compared = automatic_backup.fingerprint(self.library_path) if report else None
        for line in lines:
            if line not in self._told:
                say(f"warning: {line}")
        self._told |= set(lines)

    def with_temporary_library(self, path: str) -> "Context":
        """Return a copy of this context for the demo library at `path`.

        A command that gets the copy makes no automatic backups, no syncs and no downloads.
        """
        other = copy.copy(self)
        other.is_demo = True
        other.__dict__["library_path"] = path
        other.__dict__["config"] = self.config._replace(
            automatic_backup=False, sync_at_start=False, notes_folder=None, pdf_search=False
        )
        return other

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a read-only connection to the library.

        If there is no library, the connection is to an empty library in memory.
        """
        self.warn_of_damage()
        yield from self._open(library.open_for_reading)

    @contextlib.contextmanager
    def reading_or_writing(self) -> Iterator[tuple[sqlite3.Connection, str | None]]:
        """Yield a connection to the library, and the reason why it is read-only, or None if it can write.

        The connection is read-only if the library file is read-only, is damaged, or has an older schema. The reason is
        a text for a message, such as `the library has an older schema …`.
        """
        obstacle = library.write_obstacle(self.library_path, self.config.busy_timeout)
        with self.reading() if obstacle else self.writing() as connection:
            yield connection, obstacle

    def prepare_to_write(self) -> None:
        """Upgrade the library if it has an older schema.

        Call this before long work that ends with a change, such as downloads. Raises LibraryError or a subclass if the
        library is damaged or cannot be upgraded.
        """
        library.prepare_to_write(self.library_path, self.config.busy_timeout)

    def warn_of_damage(self) -> None:
        """Print a warning if a check found the library damaged. Further calls do not repeat the warning."""
        found = None if self._has_warned_of_damage else damage_mark.damage_of(self.library_path)
        if found and os.path.lexists(self.library_path):
            self._has_warned_of_damage = True
            say(f"warning: the library is damaged ({found}): readq only reads it; {damage_mark.REMEDY}")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for changing papers. If there is no library, the connection is to an empty one in memory.

        From time to time, old steps of the undo history are deleted at the end of the `with` block.
        """
        from readq.store.journal.steps import newest_number

        with contextlib.contextmanager(self._open)(library.open_for_changing) as connection:
            first = newest_number(connection)
            yield connection
            self._keeps_files = bool(bib_files.kept(connection))
            if (last := newest_number(connection)) > first:
                from readq.clock import now
                from readq.services.history import retention

                retention.prune_periodically(connection, self.config, first, last, now())

    def index_new_pdfs(self) -> None:
        """Start a process that reads the texts of new PDFs in the background, if the setting `pdf.search` is on."""
        if self.config.pdf_search:
            from readq.services.pdf import text_index

            text_index.start(self.library_path, self.config, self.config_path, os.environ)

    def prepare_query(self, query: str, connection: sqlite3.Connection | None = None) -> None:
        """Prepare the library for the evaluation of `query`. Call this method before the query is evaluated.

        If the query uses interest scores, update the scores of the papers. If the query searches the texts of PDFs
        while the setting `pdf.search` is off, print a warning. The queries of the saved views that `query` names count
        as parts of `query`. For an invalid query, do nothing, because the evaluation reports the error. Saved views are
        read from `connection`. If `connection` is None, this method opens the library itself.
        """
        from readq.services.views import INTEREST, PDF, may_name, names

        if not may_name((INTEREST, f"{PDF}:"), query):
            return
        from readq.clock import now

        with contextlib.suppress(LibraryError, UsageError, sqlite3.Error), contextlib.ExitStack() as stack:
            if connection is None:
                opened = library.open_for_reading(self.library_path, 0)
                connection = stack.enter_context(contextlib.closing(opened))
            if names(INTEREST, query, now(), connection):
                self.refresh_interest()
            if not self.config.pdf_search and names(PDF, query, now(), connection):
                say("warning: the setting pdf.search is off, so pdf: finds only what was read before")

    def refresh_interest(self) -> None:
        """Update the papers' interest scores. Do nothing if the library is locked or cannot be written to.

        The method does not wait for locks, because the calling command only reads.
        """
        if not os.path.lexists(self.library_path):
            return
        from readq.services import interest

        # A program that was killed leaves a journal. Until it is rolled back, the library is locked for readers too.
        with contextlib.suppress(LibraryError, sqlite3.Error):
            with contextlib.closing(library.open_for_reading(self.library_path, 0)) as connection:
                if interest.is_current(connection) or library.write_obstacle(self.library_path, 0):
                    return
            with contextlib.closing(library.open_for_changing(self.library_path, 0)) as connection:
                interest.refresh(connection)

    @contextlib.contextmanager
    def creating(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for adding papers to the library. If there is no library, create one."""
        yield from self._open(library.open_for_writing)

    def _open(self, opener: library.Opener) -> Iterator[sqlite3.Connection]:
        self.compare_notes()
        self._has_opened_for_writing |= opener is not library.open_for_reading
        connection = opener(self.library_path, self.config.busy_timeout)
        try:
            yield connection
        except sqlite3.Error as error:
            raise sqlite_errors.library_error(error, self.library_path) from error
        finally:
            connection.close()

    def choose(self, connection: sqlite3.Connection, references: Sequence[str], query: str | None = None) -> Chosen:
        """Return the papers that `references` name, or that `query` finds.

        For the REF `-`, read REFs from standard input. Raises UsageError if REFs and a query are both given, or both
        missing. Raises UsageError as well if the query is blank or cannot be parsed, or if a REF names a review card. A
        command that accepts cards must remove their REFs from `references` first.
        """
        if query is not None:
            if references:
                raise UsageError("REFs and --query together", "give one of them")
            if not query.strip():
                raise UsageError("--query is empty", "it would find the whole library; say which papers")
            from readq.clock import now
            from readq.services.views import list_selection
            from readq.store.papers.queries import list_ids

            self.prepare_query(query, connection)
            return Chosen(tuple(list_ids(connection, list_selection(query, now(), connection))), ())
        if not references:
            raise UsageError("which paper?", "name it by number, key, arXiv id, DOI or URL")
        from readq.store.references import resolve

        chosen = Chosen(*resolve(connection, expand_standard_input(references)))
        if chosen.missing:
            from readq.services.review import card_names

            names, _ = card_names.split(chosen.missing)
            if names:
                raise UsageError(f"{names[0]!r} names a card", "name its paper; readq rate and retire take cards")
        return chosen

    def change_papers(self, arguments: argparse.Namespace, action: Action) -> int:
        """Apply `action` to the papers that REFs or `--query` name, and print the number of changed papers.

        `arguments` must have the arguments that `add_references` declares. The change is one undo step. Return the exit
        status: 1 if a REF names no paper, else 0.
        """
        with self.writing() as connection:
            chosen = self.choose(connection, arguments.references, arguments.query)
            outcome = action(connection, chosen.ids)
        return report_outcome(outcome, chosen.missing, self.wants_json)
