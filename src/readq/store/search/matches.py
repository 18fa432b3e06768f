"""Find the words in a text that match a query, so that the UI can highlight them.

The text is put into an FTS5 table in memory with the tokenizer of the library's index. So stems, diacritics, prefixes,
phrases and other spellings match here as they do in a search. Words in a script without spaces, such as Chinese, are
found inside a sentence, as in a search, by a regular expression.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache

from readq.store.search.fts_terms import match_expression, split_words, unlatex
from readq.store.search.query_parser import And, Field, Node, Not, Or, Words, parse
from readq.store.search.unspaced_text import has_unspaced

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
        found = list(_words(tree)) if tree else []
        words = {column: [each for name, each in found if name in (None, column)] for column in COLUMNS}
        self._expressions = {column: _expression(words[column]) for column in COLUMNS}
        self._unspaced = {column: _unspaced(words[column]) for column in COLUMNS}
        self._connection: sqlite3.Connection | None = None
        self.spans = lru_cache(_MOST_CACHED)(self._spans)
        """A function that returns the matching spans of a text: `spans(column, text)`. `column` is one of COLUMNS."""

    def close(self) -> None:
        """Close the finder's database in memory. A later call of `spans` opens another one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _spans(self, column: str, text: str) -> tuple[Span, ...]:
        if not text or _START in text or _END in text:
            return ()
        indexed = self._indexed_spans(expression, text) if (expression := self._expressions[column]) else ()
        if not (unspaced := self._unspaced[column]):
            return tuple(indexed)
        return tuple(_joined([*indexed, *(match.span() for each in unspaced for match in each.finditer(text))]))

    def _indexed_spans(self, expression: str, text: str) -> Iterable[Span]:
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
        return _marked(found[0][0]) if found else ()


def _words(node: Node) -> Iterator[tuple[str | None, Words]]:
    """Yield the column of each text to find, and the text. The column is None for all columns."""
    if isinstance(node, Words):
        yield None, node
    elif isinstance(node, Field):
        if column := _FIELDS.get(node.name):
            yield from ((column, value) for value in node.values)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _words(part)
    else:
        assert isinstance(node, Not)


def _expression(found: Iterable[Words]) -> str:
    """Return the FTS5 expression of the texts to find, except those in scripts without spaces between words."""
    return " OR ".join(dict.fromkeys(term for words in found if not has_unspaced(words.text) for term in _terms(words)))


def _unspaced(found: Iterable[Words]) -> list[re.Pattern[str]]:
    """Return a pattern for each text to find in a script without spaces between words.

    As LIKE does in a search, a pattern ignores the case of ASCII letters only.
    """
    listed = [words for words in found if has_unspaced(words.text)]
    parts = {part for words in listed for part in ([unlatex(words.text)] if words.quoted else split_words(words.text))}
    return [re.compile(re.escape(part), re.IGNORECASE | re.ASCII) for part in sorted(parts)]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in ascending order. Spans that overlap become one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _terms(words: Words) -> Iterator[str]:
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
