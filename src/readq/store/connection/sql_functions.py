"""Define Python functions by which SQL statements find notes with links `[[key]]`, and ignore diacritics.

The functions and the rest of readq follow the same rules.
"""

import sqlite3

from readq.text import fold


def add_functions(connection: sqlite3.Connection) -> None:
    """Define the SQL functions `has_link`, `links_to` and `folded` on a connection. The first two return 0 or 1.

    `has_link(text)` tests whether the text of a note has any link `[[key]]`. `links_to(text, key)` tests whether the
    text has a link to the citation key `key`. `folded(text)` returns the text in lower case and without diacritics.
    """
    connection.create_function("has_link", 1, _has_link, deterministic=True)
    connection.create_function("links_to", 2, _links_to, deterministic=True)
    connection.create_function("folded", 1, fold, deterministic=True)


def alphabetical(text: str, column: str) -> str:
    """Return an SQL expression by which rows are sorted by `text` without regard to case and diacritics.

    `text` is an SQL expression for the column `column` or a part of it.
    """
    # The Python function takes far longer than the lengths, and most texts are ASCII.
    is_ascii = f"length({column}) = length(CAST({column} AS BLOB))"
    return f"CASE WHEN {is_ascii} THEN {text} ELSE folded({text}) END COLLATE NOCASE"


def _has_link(text: str) -> bool:
    # Imported here, because most commands search no links.
    from readq.model.note_links import linked_keys

    return bool(linked_keys(text))


def _links_to(text: str, key: str) -> bool:
    """Return whether a text links to a citation key. Case is ignored."""
    from readq.model.note_links import linked_keys

    folded = key.casefold()
    # The text is taken apart only if it has the key somewhere.
    return folded in text.casefold() and folded in map(str.casefold, linked_keys(text))
