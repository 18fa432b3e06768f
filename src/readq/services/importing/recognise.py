"""Recognise files, folders and standard input by their content, and read the papers in them. Stores nothing."""

import contextlib
import io
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO, NamedTuple, cast

from readq.errors import ReadqError
from readq.feeds.huggingface import json_api
from readq.feeds.parsed_feed import ParsedFeed, day_of
from readq.formats import json_array
from readq.formats.bibtex.charset import Charset, detect
from readq.model.values import Rejected
from readq.services.importing.input_formats import FORMATS, LARGE_TEXTS, recognise, text_of, text_of_head
from readq.services.importing.json_formats import JSON_FORMATS, read_items, recognise_json

_HEAD = 64 * 1024
"""The number of bytes at the beginning of a file by which its format is recognised.

So a huge file of an unknown format is refused without reading all of it. The kind of a JSON file is recognised later,
by its records.
"""

_LARGE = 2 << 20
"""The size in bytes above which a file is parsed in parts, if `input_formats.LARGE_TEXTS` has its format."""

_LARGEST_JSON = 1 << 30
_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_HINT = "save it as RIS, BibTeX or CSL-JSON, or name its format with --format"
_LIST_OF_FEEDS = "a list of feeds, not of papers: readq feed import takes it"
_PDF = "a PDF, not a list of papers: readq add takes it, and finds its paper by the id inside"
_EMPTY_FOLDER = "a folder without files, hidden ones aside: name a file, or a folder that holds some"


_JSON = "json"


class Input(NamedTuple):
    """An input, such as a file."""

    name: str
    """The name of the input in messages."""
    form: str
    """The name of its format."""
    parts: Iterable[ParsedFeed | Rejected]
    """The papers in parts. Read all parts before you take the next input.

    If the last part is a `Rejected`, the end of the input could not be read, and all other parts must be ignored.
    """
    charset: Charset
    """The charset of its text. Formats that declare their charset themselves, such as XML, do not use it."""


class Unopened(NamedTuple):
    """An input that does not exist or cannot be opened: its name, and the reason."""

    name: str
    why: str


def read_all(paths: Sequence[str], form: str | None, today: date) -> Iterator[Input | Unopened | Rejected]:
    """Read the files at all paths. Yield one value for each file:

    - an `Input` for a file of a known format
    - an `Unopened` for a file or folder that cannot be opened
    - a `Rejected` for a file without any readable part, or for an empty folder

    The files of a folder and of its subfolders are read in the order of their names, without hidden files. `form` is
    the format of the files. If it is None, the format of each file is recognised by its content.
    """
    for path in paths:
        if path != "-" and os.path.isdir(path):
            yield from _read_below(path, form, today)
        else:
            yield from _read(path, form, today)


def _read_below(folder: str, form: str | None, today: date) -> Iterator[Input | Unopened | Rejected]:
    locked: list[OSError] = []
    is_empty = True
    for name in _files_below(folder, locked.append):
        is_empty = False
        if os.path.exists(name) and not os.path.isfile(name):
            # To open a named pipe would wait for a writer.
            yield Unopened(name, "not a regular file")
        else:
            yield from _read(name, form, today)
    for error in locked:
        yield Unopened(error.filename, f"cannot be read: {error.strerror}")
    if is_empty and not locked:
        yield Rejected(folder, _EMPTY_FOLDER)


def _files_below(folder: str, on_error: Callable[[OSError], None]) -> Iterator[str]:
    for place, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield os.path.join(place, name)


def _read(path: str, form: str | None, today: date) -> Iterator[Input | Unopened | Rejected]:
    name = "standard input" if path == "-" else path
    with contextlib.ExitStack() as stack:
        try:
            file = sys.stdin.buffer if path == "-" else stack.enter_context(open(path, "rb"))
            form, file = _take(stack, file, form)
            found: Input | Unopened | Rejected = _input(stack, name, form, file, today)
        except OSError as error:
            found = Unopened(name, f"cannot be read: {error.strerror}")
        except Exception as error:
            found = Rejected(name, _why(error))
        yield found


def _why(error: Exception) -> str:
    if isinstance(error, ReadqError):
        return str(error)
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    # A fault of a parser must not keep the other files out.
    return f"readq fails on it ({type(error).__name__}): please report this"


class _RefusedError(ReadqError):
    """An input of which nothing can be read."""


def _take(stack: contextlib.ExitStack, file: BinaryIO, form: str | None) -> tuple[str, BinaryIO]:
    """Return the format of an open file, and the file, to be read from its beginning.

    A pipe is copied to a temporary file. Raises _RefusedError if the format is unknown or the file is too large.
    """
    head = file.read(_HEAD)
    if not head.strip():
        raise _RefusedError("empty")
    form = form or _recognised(head)
    limit = _LARGEST_JSON if form == _JSON else FORMATS[form].max_size
    if file is sys.stdin.buffer or not file.seekable():
        copy = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_LARGE, prefix="readq-"))  # noqa: SIM115 - the stack closes it
        copy.write(head)
        while copy.tell() <= limit and (more := file.read(_HEAD)):
            copy.write(more)
        file = cast(BinaryIO, copy)
    if file.seek(0, os.SEEK_END) > limit:
        raise _RefusedError(f"larger than {limit >> 20} MiB")
    file.seek(0)
    return form, file


def _recognised(head: bytes) -> str:
    text = text_of_head(head)
    form = recognise(text) if text is not None else None
    if form is None:
        raise _RefusedError(_way_in(head))
    return form


def _way_in(head: bytes) -> str:
    """Return why a file is refused, and what to do with it instead."""
    if head.startswith(b"%PDF-"):
        return _PDF
    return _LIST_OF_FEEDS if b"<opml" in head.lower() else f"no format that readq reads: {_HINT}"


def _input(stack: contextlib.ExitStack, name: str, form: str, file: BinaryIO, today: date) -> Input:
    is_large = file.seek(0, os.SEEK_END) > _LARGE
    file.seek(0)
    charset = detect(file)
    file.seek(0)
    if is_large and (found := _large(stack, name, form, file, charset.name)):
        return Input(name, found[0], _guarded(name, found[1]), charset)
    file.seek(0)
    form, parsed = _parsed(name, form, file.read(), today)
    return Input(name, form, (parsed,), charset)


def _guarded(name: str, parts: Iterable[ParsedFeed]) -> Iterator[ParsedFeed | Rejected]:
    """Yield the parts of a large file. If its parser fails, yield a Rejected as the last part."""
    try:
        yield from parts
    except Exception as error:
        yield Rejected(name, _why(error))


def _large(
    stack: contextlib.ExitStack, name: str, form: str, file: BinaryIO, charset: str
) -> tuple[str, Iterable[ParsedFeed]] | None:
    """Return the format of a large file, and its content in parts. Return None if it must be read as a whole."""
    if form in LARGE_TEXTS:
        return form, LARGE_TEXTS[form](file, charset)
    if form not in (_JSON, "huggingface", *JSON_FORMATS):
        return None
    text = io.TextIOWrapper(file, charset, "replace", newline="")
    parts = json_array.parts(text.read, _LARGE >> 2)
    if parts is None:
        text.detach()
        return None
    stack.callback(text.detach)
    guarded = _json_parts(parts)
    first: list[Any] = next(guarded, [])
    recognised = recognise_json(first)
    if form == _JSON:
        form = recognised or ""
    if not form or (form == "huggingface" != recognised):
        raise _RefusedError(f"JSON, but not a list of papers: {_HINT}")
    return form, _json_feeds(name, form, itertools.chain([first], guarded))


def _json_parts(parts: Iterator[list[Any]]) -> Iterator[list[Any]]:
    try:
        yield from parts
    except (ValueError, RecursionError) as error:
        raise _RefusedError(json_array.fault(error)) from error


def _json_feeds(name: str, form: str, parts: Iterable[list[Any]]) -> Iterator[ParsedFeed]:
    first = 1
    for items in parts:
        yield _daily(name, items, first) if form == "huggingface" else read_items(form, items, first)
        first += len(items)


def _parsed(name: str, form: str, data: bytes, today: date) -> tuple[str, ParsedFeed]:
    if form == _JSON:
        value = _json_value(data)
        form = recognise_json(value) or ""
        if not form:
            raise _RefusedError(f"JSON, but not a list of papers: {_HINT}")
        if form != "huggingface":
            # Read again by the service's own reader: none of these files is large.
            return form, FORMATS[form].read(data, today)
        return form, _daily(name, value)
    if form == "huggingface":
        value = _json_value(data)
        if value != [] and not json_api.recognise(value):
            raise _RefusedError(f"JSON, but not a list of papers: {_HINT}")
        return form, _daily(name, value)
    return form, FORMATS[form].read(data, today)


def _json_value(data: bytes) -> object:
    import json

    try:
        value: object = json.loads(text_of(data).lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise _RefusedError(json_array.fault(error)) from error
    return value


def _daily(name: str, value: object, first: int = 1) -> ParsedFeed:
    days = [day for found in _DAY_IN_NAME.findall(os.path.basename(name)) if (day := day_of(found))]
    return json_api.parse_daily(value, day=days[-1] if days else None, first=first)
