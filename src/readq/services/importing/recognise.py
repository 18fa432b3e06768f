"""Recognise files, folders and standard input by their content, and read the papers in them. Stores nothing."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import BinaryIO, NamedTuple

from readq.errors import ReadqError
from readq.feeds.huggingface import json_api
from readq.feeds.parsed_feed import ParsedFeed, day_of
from readq.model.values import Rejected
from readq.services.importing.input_formats import FORMATS, recognise, text_of, text_of_head
from readq.services.importing.json_formats import recognise_json

_HEAD = 64 * 1024
"""Bytes by which a file is recognised, so that a huge foreign one is refused unread. JSON is read whole for it."""

_LARGEST_JSON = 1 << 30
_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_HINT = "save it as RIS, BibTeX or CSL-JSON, or name its format with --format"
_LIST_OF_FEEDS = "a list of feeds, not of papers: readq feed import takes it"
_PDF = "a PDF, not a list of papers: readq add takes it, and finds its paper by the id inside"
_EMPTY_FOLDER = "a folder without files, hidden ones aside: name a file, or a folder that holds some"


_JSON = "json"


class Input(NamedTuple):
    """One input that was read: its name for messages, the name of its format, and the papers in it."""

    name: str
    form: str
    parsed: ParsedFeed


class Unopened(NamedTuple):
    """An input that does not exist or cannot be opened, and the reason."""

    name: str
    why: str


def read_all(paths: Sequence[str], form: str | None, today: date) -> Iterator[Input | Unopened | Rejected]:
    """Read the files at all paths. Yield an `Input` for each file.

    The files of a folder are read in the order of their names. For a file or folder that cannot be opened, yields
    `Unopened`. For a file without any readable part, and for an empty folder, yields `Rejected`. If `form` is None, the
    format of each file is recognised by its content.
    """
    for path in paths:
        if path != "-" and os.path.isdir(path):
            yield from _read_below(path, form, today)
        else:
            yield _read(path, form, today)


def _read_below(folder: str, form: str | None, today: date) -> Iterator[Input | Unopened | Rejected]:
    locked: list[OSError] = []
    is_empty = True
    for name in _files_below(folder, locked.append):
        is_empty = False
        yield _read(name, form, today)
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


def _read(path: str, form: str | None, today: date) -> Input | Unopened | Rejected:
    name = "standard input" if path == "-" else path
    try:
        if path == "-":
            return _parsed(name, *_take(sys.stdin.buffer, form), today)
        with open(path, "rb") as file:
            return _parsed(name, *_take(file, form), today)
    except OSError as error:
        return Unopened(name, f"cannot be read: {error.strerror}")
    except ReadqError as error:
        return Rejected(name, str(error))
    except Exception as error:
        # A fault of a parser must not keep the other files out.
        return Rejected(name, f"readq fails on it ({type(error).__name__}): please report this")


class _RefusedError(ReadqError):
    """An input of which nothing can be read."""


def _take(file: BinaryIO, form: str | None) -> tuple[str, bytes]:
    """Return the format of an open file and all its bytes. Raises _RefusedError for unknown and for large files."""
    head = file.read(_HEAD)
    if not head.strip():
        raise _RefusedError("empty")
    form = form or _recognised(head)
    limit = _LARGEST_JSON if form == _JSON else FORMATS[form].max_size
    data = head + file.read(limit - len(head) + 1)
    if len(data) > limit:
        raise _RefusedError(f"larger than {limit >> 20} MiB")
    return form, data


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


def _parsed(name: str, form: str, data: bytes, today: date) -> Input:
    if form == _JSON:
        value = _json_value(data)
        form = recognise_json(value) or ""
        if not form:
            raise _RefusedError(f"JSON, but no list of papers: {_HINT}")
        if form != "huggingface":
            # Read again by the service's own reader: none of these files is large.
            return Input(name, form, FORMATS[form].read(data, today))
        return Input(name, form, _daily(name, value))
    if form == "huggingface":
        value = _json_value(data)
        if value != [] and not json_api.recognise(value):
            raise _RefusedError(f"JSON, but no list of papers: {_HINT}")
        return Input(name, form, _daily(name, value))
    return Input(name, form, FORMATS[form].read(data, today))


def _json_value(data: bytes) -> object:
    import json

    try:
        value: object = json.loads(text_of(data).lstrip("\ufeff"))
    except RecursionError:
        raise _RefusedError("nested too deeply to be a feed") from None
    except ValueError as error:
        raise _RefusedError(f"broken JSON: {error}") from error
    return value


def _daily(name: str, value: object) -> ParsedFeed:
    days = [day for found in _DAY_IN_NAME.findall(os.path.basename(name)) if (day := day_of(found))]
    return json_api.parse_daily(value, day=days[-1] if days else None)
