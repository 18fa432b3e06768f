"""Write the file of an export, completely or not at all, and refuse to replace text that readq did not write."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence

from readq.errors import ReadqError, write_error
from readq.paths import replace_file
from readq.spool import Spool
from readq.text import counted, pattern

_KEY = pattern(r"@\s*[A-Za-z]+\s*[{(]\s*([^,\s]+)")
_ENTRY = re.compile(rb"@(?!comment|string|preamble)", re.IGNORECASE)
_CHUNK = 1 << 16


class ForeignFileError(ReadqError):
    """Raised if the file to export to has text that readq did not write. The file was not replaced."""


def refuse_library(path: str, library: str) -> None:
    """Raise ReadqError if `path` is the file of the library at the path `library`.

    If `library` is "", the library is in memory and nothing is raised.
    """
    if library and os.path.exists(path) and os.path.samefile(path, library):
        raise ReadqError(f"{path} is the library itself", "choose another file")


def refuse_foreign(path: str, text: Spool, last_digest: str | None) -> None:
    """Raise ForeignFileError if the file at `path` has text that readq did not write.

    `text` is the text that is to replace the file. `last_digest` is the SHA-256 of the text that readq last wrote to
    the file, or None. No error is raised in these cases:

    - the SHA-256 of the file equals `last_digest`
    - the file has entries, and `text` has all of them
    - the file is blank, or equals `text`
    """
    if not os.path.isfile(path):
        return
    with open(path, "rb") as file:
        if _digest(iter(lambda: file.read(_CHUNK), b"")) == last_digest:
            return
        file.seek(0)
        has_entries, number, example = False, 0, ""
        own = {_hash(entry) for entry in _entries(text.lines())}
        for entry in _entries(file):
            has_entries = True
            if _hash(entry) not in own:
                number += 1
                example = example or entry
        file.seek(0)
        if not has_entries and _stripped_digest(file) not in (_digest(()), _stripped_digest(text.lines())):
            raise ForeignFileError(f"{path} holds text that readq did not write", "--force replaces the file")
    if number:
        key = _KEY.match(example)
        named = f", {key[1][:80]} for one" if key else ""
        counts = counted(number, "entry", "entries")
        raise ForeignFileError(f"{path} holds {counts} that readq did not write{named}", "--force replaces the file")


def write(path: str, text: Spool) -> str | None:
    """Write `text` to the file at `path`. If the file exists, it is replaced.

    Return the SHA-256 of `text` in hexadecimal. If `path` is a pipe or a device, the text is written to it, and None is
    returned. Raises ReadqError if the file cannot be written.
    """
    try:
        replace_file(path, text.data())
    except OSError as error:
        raise write_error(path, error, "choose another file, or make room") from error
    return _digest(text.data()) if os.path.isfile(path) else None


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _hash(entry: str) -> bytes:
    """Return a short hash of an entry. The hashes of all entries stay in memory."""
    return hashlib.blake2b(entry.encode(errors="surrogatepass"), digest_size=16).digest()


def _stripped_digest(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of a text without the white space at its ends."""
    return _digest(_stripped(lines))


def _stripped(lines: Iterable[bytes]) -> Iterator[bytes]:
    held: list[str] = []
    has_begun = False
    for line in lines:
        text = line.decode("utf-8", errors="replace")
        text = text if has_begun else text.lstrip()
        end = len(text.rstrip())
        if end:
            yield "".join([*held, text[:end]]).encode()
            held, has_begun = [text[end:]], True
        else:
            held.append(text)


def _entries(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the text of each entry of a .bib file, up to the next entry. Text before the first entry is left out."""
    entry: list[bytes] = []
    for line in lines:
        if _ENTRY.match(line):
            yield from _joined(entry)
            entry = [line]
        elif entry:
            entry.append(line)
    yield from _joined(entry)


def _joined(lines: Sequence[bytes]) -> Iterator[str]:
    if lines:
        yield b"".join(lines).decode("utf-8", errors="replace").strip()
