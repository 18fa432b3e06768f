"""Read the citations of a LaTeX document from its main .aux or .tex file, and from the included files.

Files outside the folder of the document are read only if the caller allows it, because another person's document could
name any file.
"""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from readq.errors import ReadqError
from readq.formats.latex_document.document_part import EVERYTHING, DocumentPart

_LARGEST = 16_000_000
"""The maximum number of bytes that are read from a file."""

_MOST_FILES = 2_000


class Document(NamedTuple):
    """The citations of a LaTeX document."""

    keys: tuple[str, ...]
    """The cited keys, each once, in the order of their first citations."""
    cites_all: bool
    r"""Whether the document contains `\nocite{*}`."""
    unread: tuple[str, ...]
    """A line of text for each included file that was not read completely, with the reason."""


def read_aux(path: str, *, follow: bool = False) -> Document:
    """Return the citations in the .aux file at `path` and in the .aux files that it includes.

    Included files outside the folder of `path` are read only if `follow` is true. Raises ReadqError if the file at
    `path` cannot be read.
    """
    from readq.formats.latex_document import aux_file

    return _Reader(path, aux_file.read, ("", ".aux"), follow).document()


def read_tex(path: str, *, follow: bool = False) -> Document:
    """Return the citations in the .tex file at `path` and in the .tex files that it includes.

    Included files outside the folder of `path` are read only if `follow` is true. Raises ReadqError if the file at
    `path` cannot be read.
    """
    from readq.formats.latex_document import tex_file

    return _Reader(path, tex_file.read, (".tex", ""), follow).document()


class _Reader:
    def __init__(
        self, path: str, parse: Callable[[str], DocumentPart], suffixes: tuple[str, ...], follow: bool
    ) -> None:
        self._main = path
        self._parse = parse
        self._suffixes = suffixes
        self._follow = follow
        self._folder = os.path.dirname(os.path.abspath(path))
        self._seen: set[str] = set()
        self._keys: dict[str, None] = {}
        self._number_of_files = 0
        self._unread: dict[str, None] = {}

    def document(self) -> Document:
        waiting = [self._main]
        while waiting:
            path = waiting.pop(0)
            real = os.path.realpath(path)
            if real in self._seen:
                continue
            self._seen.add(real)
            waiting = [*self._read(path), *waiting]
        keys = tuple(key for key in self._keys if key != EVERYTHING)
        return Document(keys, EVERYTHING in self._keys, tuple(self._unread))

    def _read(self, path: str) -> list[str]:
        """Note the citations of one file. Return the paths of the files that it includes."""
        if self._number_of_files >= _MOST_FILES:
            self._unread[f"more than {_MOST_FILES:,} files: {path} was not read"] = None
            return []
        try:
            with open(path, "rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            if path == self._main:
                raise ReadqError(
                    f"cannot read {path}: {error.strerror}", "name the main file of the document"
                ) from error
            self._unread[f"{path} could not be read: {error.strerror}"] = None
            return []
        if len(data) > _LARGEST:
            self._unread[f"{path} is larger than {_LARGEST // 1_000_000} MB: its end was not read"] = None
        part = self._parse(_text(data[:_LARGEST]))
        self._number_of_files += 1
        self._keys.update(dict.fromkeys(citation.key for citation in part.citations))
        return [found for name in part.included if (found := self._located(name, path))]

    def _located(self, name: str, including: str) -> str | None:
        """Return the path of an included file. If the file must not be read, record the reason, and return None."""
        for candidate in self._candidates(name, including):
            if os.path.isfile(candidate):
                if self._follow or self._is_inside(candidate):
                    return candidate
                self._unread[f"{name} is outside the folder of the document: not followed without --follow"] = None
                return None
        # A file of TeX's own installation, which is included by its name alone, cites nothing.
        if not self._is_inside(os.path.join(self._folder, name)):
            self._unread[f"{name} is outside the folder of the document: not followed without --follow"] = None
        else:
            self._unread[f"{name}, which {os.path.basename(including)} includes, was not found"] = None
        return None

    def _candidates(self, name: str, including: str) -> Iterator[str]:
        beside = os.path.dirname(os.path.abspath(including))
        folders = (beside,) if name.startswith("./") else (self._folder, beside)
        for folder in folders:
            yield from (os.path.join(folder, name + suffix) for suffix in self._suffixes)

    def _is_inside(self, path: str) -> bool:
        root = os.path.realpath(self._folder)
        return os.path.commonpath([root, os.path.realpath(path)]) == root


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
