"""Write the file of an export, completely or not at all, and refuse to replace text that readq did not write."""

import hashlib
import os
import re
from itertools import pairwise

from readq.errors import ReadqError, write_error
from readq.paths import write_atomically
from readq.text import counted

_KEY = re.compile(r"@\s*[A-Za-z]+\s*[{(]\s*([^,\s]+)")
_ENTRY = re.compile(r"^@(?!comment|string|preamble)", re.IGNORECASE | re.MULTILINE)


class ForeignFileError(ReadqError):
    """Raised if the file to export to has text that readq did not write. The file was not replaced."""


def refuse_library(path: str, library: str) -> None:
    """Raise ReadqError if `path` is the file of the library at the path `library`.

    If `library` is "", the library is in memory and nothing is raised.
    """
    if library and os.path.exists(path) and os.path.samefile(path, library):
        raise ReadqError(f"{path} is the library itself", "choose another file")


def refuse_foreign(path: str, text: str, last_digest: str | None) -> None:
    """Raise ForeignFileError if the file at `path` has text that readq did not write.

    The file is accepted if it is unchanged since readq last wrote it. `last_digest` is the SHA-256 of the text written
    then, or None. The file is also accepted if `text`, which is to replace it, contains all its entries. A file with
    other text and without entries is refused.
    """
    if not os.path.isfile(path):
        return
    with open(path, "rb") as file:
        data = file.read()
    if _digest(data) == last_digest:
        return
    present = data.decode("utf-8", errors="replace")
    own = set(_entries(text))
    entries = _entries(present)
    if not entries and present.strip() not in ("", text.strip()):
        raise ForeignFileError(f"{path} holds text that readq did not write", "--force replaces the file")
    foreign = [entry for entry in entries if entry not in own]
    if foreign:
        key = _KEY.match(foreign[0])
        example = f", {key[1]} for one" if key else ""
        number = counted(len(foreign), "entry", "entries")
        raise ForeignFileError(f"{path} holds {number} that readq did not write{example}", "--force replaces the file")


def write(path: str, text: str) -> str | None:
    """Write `text` to the file at `path`. Return the SHA-256 of `text` in hexadecimal.

    Return None if `path` is a pipe or a device. Raises ReadqError if the file cannot be written.
    """
    try:
        write_atomically(path, text)
    except OSError as error:
        raise write_error(path, error, "choose another file, or make room") from error
    return _digest(text.encode()) if os.path.isfile(path) else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _entries(text: str) -> list[str]:
    """Return the entries of a .bib file, each up to the start of the next; text before the first is left out."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    return [text[start:end].strip() for start, end in pairwise([*starts, len(text)])]
