"""Read papers from files, folders and standard input. The format is recognised by the content. Stores nothing."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import BinaryIO, NamedTuple

from readq.errors import ReadqError
from readq.feeds.parsed_feed import ParsedFeed, day_of
from readq.model.values import Rejected

FORMATS = ("page", "huggingface", "rss", "atom", "jsonfeed", "bibtex")
"""The values of `import --format`. Without it, the content decides."""

_HEAD = 64 * 1024
"""The number of bytes read to recognise a file, so that a huge foreign file is rejected without reading all of it."""

_FEEDS = ("rss", "atom", "jsonfeed")

_LARGEST = {"page": 32 << 20, "huggingface": 1 << 30, "bibtex": 1 << 30, **dict.fromkeys(_FEEDS, 64 << 20)}
"""The size in bytes of the largest accepted input, by format."""

_BIBTEX_ENTRY = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
_EMPTY_LIST = re.compile(r"\[\s*\]\s*")
_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_UNKNOWN = "neither a saved feed page, nor Hugging Face JSON, nor RSS, Atom or a JSON Feed, nor BibTeX"
_LIST_OF_FEEDS = "a list of feeds, not of papers: readq feed import takes it"
_EMPTY_FOLDER = "a folder without files, hidden ones aside: name a file, or a folder that holds some"


class Input(NamedTuple):
    """A file that was read: its name for messages, its format, and its papers."""

    name: str
    form: str
    parsed: ParsedFeed


class Unopened(NamedTuple):
    """An input that does not exist or cannot be opened, and why."""

    name: str
    why: str


def read_all(paths: Sequence[str], form: str | None, today: date) -> Iterator[Input | Unopened | Rejected]:
    """Read every path, folders file by file in the order of names; `-` is standard input.

    Yields a Rejected for a file whose content cannot be read. `form` is the format, None to recognise it. `today` is
    the day of papers without a day of their own.
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


class _RefusedError(ReadqError):
    """Nothing can be read from an input."""


def _take(file: BinaryIO, form: str | None) -> tuple[str, bytes]:
    """Return the format of an open file, and its bytes. Raises _RefusedError if it is unknown or too large."""
    head = file.read(_HEAD)
    if not head.strip():
        raise _RefusedError("empty")
    form = form or _recognised(head)
    if form is None:
        raise _RefusedError(_LIST_OF_FEEDS if b"<opml" in head.lower() else _UNKNOWN)
    data = head + file.read(_LARGEST[form] - len(head) + 1)
    if len(data) > _LARGEST[form]:
        raise _RefusedError(f"larger than {_LARGEST[form] >> 20} MiB")
    return form, data


def _recognised(head: bytes) -> str | None:
    text = _text_of_head(head)
    if text is None:
        return None
    from readq.feeds import saved_files

    if (feed := saved_files.recognise(text)) is not None:
        return feed
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("[", "{"):
        # Every paper has a title, whatever other keys services use. A day without papers is an empty list.
        return "huggingface" if '"title"' in text or "'title'" in text or _EMPTY_LIST.fullmatch(start) else None
    if _BIBTEX_ENTRY.search(text):
        return "bibtex"
    from readq.feeds.huggingface import page

    return "page" if page.recognise(text) else None


def _text_of_head(head: bytes) -> str | None:
    """Decode the beginning of a file; None for binary data."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    if b"\x00" in head:
        return None
    # The end may have split a character; other encodings are decoded correctly later.
    text = head.decode("utf-8", errors="replace")
    return text if text.count("\ufffd") < len(text) / 10 else None


def _parsed(name: str, form: str, data: bytes, today: date) -> Input:
    if form == "page":
        from readq.feeds.huggingface import page

        return Input(name, form, page.parse(_utf8(data), today=today))
    if form == "bibtex":
        return Input(name, form, _parsed_bibtex(data))
    if form in _FEEDS:
        from readq.feeds import saved_files

        return Input(name, form, saved_files.parse(data, today=today))
    return Input(name, form, _parsed_json(name, data))


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _RefusedError(f"not UTF-8 text: {error.reason} at byte {error.start}") from error


def _parsed_bibtex(data: bytes) -> ParsedFeed:
    from readq.formats.bibtex.charset import decode
    from readq.formats.bibtex.reader import read

    papers, rejected = read(decode(data)[0])
    return ParsedFeed(papers, rejected)


def _parsed_json(name: str, data: bytes) -> ParsedFeed:
    import json

    from readq.feeds.huggingface import json_api

    try:
        value = json.loads(_utf8(data))
    except RecursionError:
        raise _RefusedError("nested too deeply to be a feed") from None
    except ValueError as error:
        raise _RefusedError(f"broken JSON: {error}") from error
    if value != [] and not json_api.recognise(value):
        raise _RefusedError("JSON, but no list of papers")
    days = [day for found in _DAY_IN_NAME.findall(os.path.basename(name)) if (day := day_of(found))]
    return json_api.parse_daily(value, day=days[-1] if days else None)
