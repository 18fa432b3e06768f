"""Mark a library as damaged if a check found it damaged. Nothing is written to a library that has this mark.

The mark is a small text file next to the library, `LIBRARY.damaged`, so that it survives restarts and every process
finds it. The mark belongs to the path, not to the content: if another library is copied over a damaged one, the path
stays marked until `readq check` finds the library sound.
"""

import contextlib
import os

from readq.errors import LibraryError

_SUFFIX = ".damaged"

_LONGEST = 300
"""The maximum number of characters that are read from a mark file, which may have been written by another program."""

REMEDY = "readq restore FILE replaces it by a backup, readq check --repair repairs what it can"
"""A hint for messages: what the user can do if the library is damaged."""


def damage_of(library: str) -> str | None:
    """Return the damage that a check found in the library at the path `library`, as one line of text.

    Return None if the library is not marked as damaged.
    """
    try:
        with open(_path(library), encoding="utf-8", errors="replace") as file:
            return " ".join(file.read(_LONGEST).split()) or "see readq check"
    except FileNotFoundError:
        return None
    except OSError:
        return "see readq check"


def refuse_damaged(library: str) -> None:
    """Raise LibraryError if the library at the path `library` is marked as damaged."""
    if found := damage_of(library):
        raise LibraryError(f"the library is damaged, so nothing is written to it: {library}: {found}", REMEDY)


def mark(library: str, damage: str) -> None:
    """Mark the library at the path `library` as damaged. `damage` says what is wrong, in one line.

    Raises OSError if the mark cannot be written.
    """
    from readq.paths import write_atomically

    if damage_of(library) != damage:
        write_atomically(_path(library), f"{damage}\n", mode=0o600)


def clear(library: str) -> None:
    """Remove the damage mark of the library at the path `library`. Does nothing if there is no mark.

    Raises OSError if the mark cannot be removed.
    """
    # A read-only file system refuses to remove even a file that does not exist.
    if os.path.lexists(_path(library)):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_path(library))


def _path(library: str) -> str:
    return os.path.realpath(library) + _SUFFIX
