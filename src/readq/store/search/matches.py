"""Find the words in a text that match a query, so that the UI can highlight them.

The text is put into an FTS5 table in memory with the tokenizer of the library's index. So stems, diacritics, prefixes,
phrases and other spellings match here as they do in a search.
"""

import sqlite3
from collections.abc import Iterator
from functools import lru_cache

from readq.store.search.fts_terms import match_expression, split_words
from readq.store.search.query_parser import And, Field, Node, Not, Or, Words, parse

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""The tokenizer of the library's index. A test compares it with the schema."""

COLUMNS = ("title", "abstract", "authors", "note")
"""The parts of a paper in which a search looks for a word such as `graph`.

A word with a field, such as `title:graph`, is looked for in this field only.
"""

_FIELDS = {"title": "title", "author": "authors", "note": "note"}
_START, _END = "\x01", "\x02"
_MOST_CACHED = 2048

Span = tuple[int, int]
"""A match in a text: the index of its first character, and the index after its last character."""


class MatchFinder:
    """A finder of the words in a text that match the query `query`. Words after NOT match nothing.

    If `typing` is true, the user is still typing, so the last word of the query also matches longer words. Raises
    QueryError for an invalid query. A finder must be used by one thread only.
    """

    def __init__(self, query: str, *, typing: bool = False) -> None:
        tree = parse(query, typing=typing)
        terms = list(_terms(tree)) if tree else []
        self._expressions = {
            column: " OR ".join(dict.fromkeys(term for name, term in terms if name in (None, column)))
            for column in COLUMNS
        }
        self._connection: sqlite3.Connection | None = None
        self.spans = lru_cache(_MOST_CACHED)(self._spans)
        """A function that returns the matching spans of a text: `spans(column, text)`. `column` is one of COLUMNS."""

    def close(self) -> None:
        """Close the finder's database in memory. A later call of `spans` opens another one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _spans(self, column: str, text: str) -> tuple[Span, ...]:
        expression = self._expressions[column]
        if not expression or not text or _START in text or _END in text:
            return ()
        if self._connection is None:
            self._connection = sqlite3.connect(":memory:", isolation_level=None)
            self._connection.execute(f"CREATE VIRTUAL TABLE part USING fts5 (text, tokenize = '{TOKENIZER}')")
        self._connection.execute("BEGIN")
        self._connection.execute("INSERT INTO part (text) VALUES (?)", (text,))
        found = self._connection.execute(
            "SELECT highlight(part, 0, ?, ?) FROM part WHERE part MATCH ?", (_START, _END, expression)
        ).fetchall()
        # Cheaper than to delete the text: FTS5 never writes its index.
        self._connection.execute("ROLLBACK")
        return tuple(_marked(found[0][0])) if found else ()


def _terms(node: Node) -> Iterator[tuple[str | None, str]]:
    """Yield the column and the FTS5 expression of each text to find. The column is None for all columns."""
    if isinstance(node, Words):
        yield from ((None, term) for term in _expressions(node))
    elif isinstance(node, Field):
        if column := _FIELDS.get(node.name):
            yield from ((column, term) for value in node.values for term in _expressions(value))
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _terms(part)
    else:
        assert isinstance(node, Not)


def _expressions(words: Words) -> Iterator[str]:
    """Yield the FTS5 expressions of a text to find: the whole text, and each of its words if it is no phrase.

    A search finds the parts of `load-balancing` wherever they stand.
    """
    yield match_expression(words.text, prefix=words.prefix)
    parts = split_words(words.text)
    if len(parts) > 1 and not words.quoted:
        yield from map(match_expression, parts[:-1])
        yield match_expression(parts[-1], prefix=words.prefix)


def _marked(text: str) -> Iterator[Span]:
    start = at = 0
    for character in text:
        if character == _START:
            start = at
        elif character == _END:
            yield start, at
        else:
            at += 1
