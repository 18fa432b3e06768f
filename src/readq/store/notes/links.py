"""Find the papers that a note links to, and the papers whose notes link to a paper.

Links are not stored. The full-text index finds the notes that may have a link, and these notes are then parsed. So the
links are correct after every import, merge and undo.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from readq.model.note_links import linked_keys
from readq.store.papers import queries
from readq.store.papers.field_states import IS_KEY
from readq.store.papers.key_lookup import ids_by_key

_MOST_IN_AN_EXPRESSION = 200
"""The maximum number of keys that are searched in the full-text index. For more keys, all notes with links are read."""


class LinkedPaper(NamedTuple):
    """A paper at one end of a link between notes."""

    key: str
    """For the target of a link, the key as it stands in the link. It can be a former citation key of the paper.

    For a paper whose note has the link, the present citation key of this paper.
    """
    id: int | None
    """The id of the paper, or None if the library has no paper with the key `key`."""
    title: str
    """The title of the paper, or "" if the library has no paper with the key `key`."""


def linked_papers(connection: sqlite3.Connection, keys: Sequence[str]) -> list[LinkedPaper]:
    """Return a LinkedPaper for each of `keys`, in the same order. `keys` are present or former citation keys.

    For a key that no paper of the library has, the LinkedPaper has None as its `id`.
    """
    if not keys:
        return []
    ids = ids_by_key(connection, keys)
    titles = queries.titles(connection, list(ids.values()))
    return [LinkedPaper(key, number := ids.get(key), titles.get(number, "") if number else "") for key in keys]


def linking_papers(connection: sqlite3.Connection, paper_id: int) -> list[LinkedPaper]:
    """Return the papers whose notes link to the paper `paper_id`, ordered by citation key."""
    names = names_of(connection, paper_id)
    folded = {name.casefold() for name in names}
    return [
        LinkedPaper(key, number, title)
        for number, key, title, text in _texts_with(connection, names)
        if number != paper_id and folded & {link.casefold() for link in linked_keys(text)}
    ]


def names_of(connection: sqlite3.Connection, paper_id: int) -> list[str]:
    """Return all texts by which links can name a paper.

    These are its citation key and its former citation keys.
    """
    rows = connection.execute(
        f"SELECT key FROM paper WHERE id = :id UNION ALL SELECT key FROM alias WHERE paper_id = :id AND {IS_KEY}",
        {"id": paper_id},
    )
    return [key for (key,) in rows]


def notes_with_links(connection: sqlite3.Connection, keys: Sequence[str]) -> list[tuple[int, str]]:
    """Return pairs (paper id, text) of the notes that possibly link to one of `keys`.

    The full-text index finds them. The caller must parse the texts to tell which notes have such a link.
    """
    return [(number, text) for number, _, _, text in _texts_with(connection, keys)]


def _texts_with(connection: sqlite3.Connection, keys: Iterable[str]) -> Iterator[tuple[int, str, str, str]]:
    """Yield (id, key, title, note) for each paper with a note that may have a link to one of `keys`."""
    keys = list(keys)
    if len(keys) > _MOST_IN_AN_EXPRESSION:
        yield from connection.execute(
            "SELECT p.id, p.key, p.title, n.text FROM note n JOIN paper p ON p.id = n.paper_id"
            " WHERE n.text LIKE '%[[%' ORDER BY p.key"
        )
        return
    words = [key for key in keys if any(map(str.isalnum, key))]
    # A key without a letter or digit is in no index.
    others = "" if len(words) == len(keys) else " OR n.text LIKE '%[[%'"
    # The index has no other characters, and NUL would end the expression.
    phrases = " OR ".join(f'"{"".join(char if char.isalnum() else " " for char in key)}"' for key in words)
    matches = "n.paper_id IN (SELECT rowid FROM paper_search WHERE paper_search MATCH ?)" if words else "0"
    yield from connection.execute(
        "SELECT p.id, p.key, p.title, n.text FROM note n JOIN paper p ON p.id = n.paper_id"
        f" WHERE {matches}{others} ORDER BY p.key",
        (f"note : ({phrases})",) if words else (),
    )
