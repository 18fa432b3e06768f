"""Open a .bib file that is to be updated, and replace it completely or not at all."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

from readq.errors import ReadqError, UsageError, write_error
from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.blocks import scan
from readq.formats.bib_file.content import Content
from readq.formats.bib_file.splice import is_blank
from readq.paths import replace_file
from readq.services.citing.input_file import Stamp, changed_error, opened_input, stamp_of
from readq.services.citing.output_file import refuse_library
from readq.services.manuscripts.choice import Choice
from readq.store import bib_files
from readq.store.bib_files import BibFile
from readq.store.files.integrity import library_path


class TargetFile:
    """A .bib file that is to be updated. `known` is its row in the library, or None."""

    def __init__(self, path: str, content: Content, stamp: Stamp | None, known: BibFile | None) -> None:
        """Make the target with the content `content`. `stamp` is None if there is no file yet."""
        self.path = path
        self.content = content
        self.known = known
        self._stamp = stamp
        digest = hashlib.sha256()
        for piece in content.pieces():
            digest.update(piece)
        self.sha256 = digest.hexdigest()

    @cached_property
    def found(self) -> BlockList:
        """The blocks of the file."""
        return BlockList(scan(self.content))

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return self._stamp is not None

    @property
    def is_blank(self) -> bool:
        """Whether the file has nothing but white space."""
        return is_blank(self.content)

    @property
    def is_as_written(self) -> bool:
        """Whether the file has the bytes that readq last wrote."""
        return self.known is not None and self.known.sha256 == self.sha256

    def is_kept_as(self, choice: str) -> bool:
        """Return whether readq keeps the file up to date for `choice`, and the file is as readq last wrote it.

        `choice` is the text that `bib_update.as_json` returns.
        """
        known = self.known
        return known is not None and known.renewal is not None and self.is_as_written and known.choice == choice

    def write(self, parts: Iterable[bytes]) -> str:
        """Replace the file by the concatenation of `parts`. Return the SHA-256 of the new content in hexadecimal.

        Raises ReadqError if the file cannot be written, or if another program has changed it since it was opened.
        """
        digest = hashlib.sha256()
        try:
            replace_file(self.path, self._checked(parts, digest.update))
        except OSError as error:
            raise write_error(self.path, error, "choose another file, or make room") from error
        return digest.hexdigest()

    def _checked(self, parts: Iterable[bytes], note: Callable[[bytes], None]) -> Iterator[bytes]:
        """Yield the parts, and pass them to `note`. After the last, raise ReadqError if the file was changed."""
        for part in parts:
            note(part)
            yield part
        stamp = None
        with suppress(OSError):
            stamp = stamp_of(os.stat(self.path))
        if stamp != self._stamp:
            raise changed_error(self.path)


@contextmanager
def opened(connection: sqlite3.Connection, path: str, choice: Choice) -> Iterator[TargetFile]:
    """Open the .bib file at `path` for the body of the `with`, or begin a new file if there is none.

    Raises UsageError if the format of `choice` is neither BibTeX nor BibLaTeX. Raises ReadqError if the file cannot be
    read, or is the library.
    """
    if not choice.form.is_latex:
        raise UsageError(f"{choice.format} has no entries that could be updated one by one", "bibtex or biblatex")
    refuse_library(path, library_path(connection))
    if os.path.lexists(path) and not os.path.isfile(path):
        raise ReadqError(f"{path} is not a file", "choose another")
    known = bib_files.find(connection, os.path.realpath(path))
    if not os.path.exists(path):
        yield TargetFile(path, Content.of(b""), None, known)
        return
    with opened_input(path) as (content, stamp):
        yield TargetFile(path, content, stamp, known)
