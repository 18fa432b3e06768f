"""Resolve REFs to paper ids. A REF is the text by which the user names a paper, such as a citation key or a DOI."""

import sqlite3
from typing import NamedTuple

from readq.errors import ReadqError
from readq.model.identifiers import identifiers_in

MAX_DIGITS = 18
"""The maximum number of digits of the id of a paper, card or step. Such an id always fits into an SQLite integer."""


class RemovedError(ReadqError):
    """Raised if a paper is requested that another process has removed from the library."""


class ResolvedRefs(NamedTuple):
    """The result of `resolve`."""

    ids: tuple[int, ...]
    """The ids of the papers, each only once."""
    missing: tuple[str, ...]
    """The REFs that name no paper."""


def resolve(connection: sqlite3.Connection, references: "list[str] | tuple[str, ...]") -> ResolvedRefs:
    """Resolve REFs to the ids of their papers. A REF is the text by which the user names a paper. These are REFs:

    - the id of a paper, such as `12` or `#12`
    - a citation key or a former citation key
    - `key:KEY` for the citation key KEY, even if KEY looks like an id
    - `.` for the paper that was opened last
    - text with an identifier, such as an arXiv id, a DOI or the URL of a paper
    """
    ids: dict[int, None] = {}
    missing: list[str] = []
    for reference in references:
        found = find(connection, reference)
        if found is None:
            missing.append(reference)
        else:
            ids[found] = None
    return ResolvedRefs(tuple(ids), tuple(missing))


def find(connection: sqlite3.Connection, reference: str) -> int | None:
    """Return the id of the paper that the REF `reference` names. Return None if it names no paper.

    `resolve` explains the forms of a REF.
    """
    # Bytes of the command line that are not valid text arrive as lone surrogates, which SQLite refuses.
    text = reference.strip().encode(errors="replace").decode()
    if text == ".":
        return _one(connection, "SELECT paper_id FROM last_opened", ())
    if text.startswith("key:") and (found := _by_key(connection, text.removeprefix("key:").strip())) is not None:
        return found
    number = text.removeprefix("#")
    is_number = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
    # A key of digits may begin with 0; a number is written so at most by mistake.
    if is_number and not (text.startswith("0") and _by_key(connection, text)):
        found = _one(connection, "SELECT id FROM paper WHERE id = ?", (int(number),)) or _one(
            # The numbers of papers that were merged into others are aliases, such as `#5`.
            connection,
            "SELECT paper_id FROM alias WHERE key = ?",
            (f"#{int(number)}",),
        )
        if found is not None or text.startswith("#"):
            return found
    return _by_key(connection, text) or _by_identifier(connection, text)


def reference_to_key(key: str) -> str:
    """Return a REF that names the paper with the citation key `key`: the key itself, or `key:KEY`.

    The second form is needed for keys that `find` takes for something else. For example, `find` takes `2001` for the id
    of a paper, so the result for the key `2001` is `key:2001`.
    """
    return f"key:{key}" if key == "." or key.startswith("key:") or (key.isascii() and key.isdigit()) else key


def current_id(connection: sqlite3.Connection, paper_id: int) -> int:
    """Return `paper_id`. If this paper was merged into another paper, return the id of the other paper.

    Raises RemovedError if the paper was removed.
    """
    found = find(connection, f"#{paper_id}")
    if found is None:
        raise RemovedError(f"paper {paper_id} was removed in the meantime")
    return found


def _by_key(connection: sqlite3.Connection, key: str) -> int | None:
    return _one(connection, "SELECT id FROM paper WHERE key = ?", (key,)) or _one(
        connection, "SELECT paper_id FROM alias WHERE key = ?", (key,)
    )


def _by_identifier(connection: sqlite3.Connection, text: str) -> int | None:
    for identifier in identifiers_in(text):
        found = _one(connection, "SELECT paper_id FROM identifier WHERE scheme = ? AND value = ?", identifier)
        if found is not None:
            return found
    return None


def _one(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> int | None:
    row = connection.execute(statement, values).fetchone()
    return None if row is None else int(row[0])
