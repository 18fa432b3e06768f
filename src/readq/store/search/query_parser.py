"""Parse a query to a tree, which `readq.store.search.compiler` translates to SQL.

    query    = or_expr
    or_expr  = and_expr { "OR" and_expr }
    and_expr = term { [ "AND" ] term }
    term     = { "NOT" | "-" } ( "(" or_expr ")" | words | field )
    words    = word [ "*" ] | '"' text '"' [ "*" ]
    field    = name ":" words { "," words }             also `year>2020` and the like, for ORDERED_FIELDS

Operators are in upper case; names of fields are case-insensitive. `\\"` is LaTeX's umlaut, not a quotation mark.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias, Union

from readq.errors import UsageError
from readq.nearest_name import suggestion
from readq.store.search.fts_terms import has_token, split_words
from readq.text import quoted

TEXT_FIELDS = ("author", "title", "note", "pdf", "key", "tag", "feed")
"""The fields whose values can end in `*`. Such a value matches any text that begins with the part before `*`."""

ORDERED_FIELDS = ("year", "upvotes", "interest", "added", "noted", "decided", "published", "due")
"""The fields whose values can be ranges, such as `2020..2024`, or comparisons with `<` or `>`."""

VIEW = "view"
"""The name of the field whose values are names of saved views. `view:NAME` matches the papers in the view NAME."""

FIELDS = ("status", *TEXT_FIELDS, *ORDERED_FIELDS, "is", "has", "links", VIEW)

MAX_LENGTH = 4000
MAX_TERMS = 200
MAX_DEPTH = 20
"""The maximum depth of nested parentheses in a query.

MAX_LENGTH is the maximum number of characters, and MAX_TERMS the maximum number of words and values. The three limits
keep a compiled query within the limits of SQLite.
"""

_SPACE = re.compile(r"\s+")
_MINUS = re.compile(r"-(?=[^\s)-])")
_NAME = re.compile(r"([A-Za-z_]+):")
_COMPARED = re.compile(rf"({'|'.join(ORDERED_FIELDS)})(?=[<>])", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:\\"|[^"])*)"(\*?)')
_WORD = re.compile(r'(?:\\"|[^\s()"])+')
_VALUE = re.compile(r'(?:\\"|[^\s()",])+')

_MOST_SHOWN = 150


class QueryError(UsageError):
    """Raised for an invalid query. `at` is the offset of the error in the query, in characters."""

    def __init__(self, query: str, at: int, what: str, hint: str | None = None) -> None:
        place = f"at {query[at : at + 20]!r}, column {at + 1}" if at < len(query) else "at the end"
        super().__init__(f"{what[:_MOST_SHOWN]}: {place} of the query", hint)
        self.at = at


class Words(NamedTuple):
    """Text to search for."""

    text: str
    quoted: bool
    """Whether the text must be found as a phrase."""
    prefix: bool
    """Whether the last word also matches longer words that begin with it."""
    at: int
    """The offset of the text in the query, in characters."""


class Field(NamedTuple):
    """A field in a query, such as `status:queued,reading`. It matches papers with any of `values`."""

    name: str
    """The name of the field, one of FIELDS."""
    values: tuple[Words, ...]
    at: int
    """The offset of the field in the query, in characters."""


class Not(NamedTuple):
    """A NOT in a query. It matches the papers that do not match `inner`."""

    inner: "Node"


class And(NamedTuple):
    """An AND in a query. It matches the papers that match every one of `parts`. There are at least two parts."""

    parts: tuple["Node", ...]


class Or(NamedTuple):
    """An OR in a query. It matches the papers that match at least one of `parts`. There are at least two parts."""

    parts: tuple["Node", ...]


Node: TypeAlias = Union[Words, Field, Not, And, Or]  # noqa: UP007 the names are still strings to `|`


class _Mark(NamedTuple):
    """An operator or a parenthesis; the empty sign marks the end of the query."""

    sign: str
    at: int


_Token: TypeAlias = Words | Field | _Mark


def parse(query: str, *, typing: bool = False) -> Node | None:
    """Parse a query and return its tree. Return None for a blank query.

    If `typing` is true, a word at the very end of `query`, which the user is still typing, also matches longer words
    that begin with it. Words without a letter or digit are ignored. Raises QueryError for a syntax error, an unknown
    field, a query above the limits, or a query in which all words are ignored.
    """
    _check_length_and_encoding(query)
    tokens = list(_tokens(query))
    if len(tokens) == 1:
        return None
    if typing:
        _mark_unfinished(tokens, query)
    return _Parser(query, tokens).parse()


def fields_in(node: Node | None) -> Iterator[Field]:
    """Yield the fields in the tree of a query, including fields inside a NOT."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from fields_in(part)
    elif isinstance(node, Not):
        yield from fields_in(node.inner)
    elif isinstance(node, Field):
        yield node


def count_terms(node: Node | None) -> int:
    """Return the number of words, phrases and field values in the tree of a query."""
    if isinstance(node, And | Or):
        return sum(map(count_terms, node.parts))
    if isinstance(node, Not):
        return count_terms(node.inner)
    return len(node.values) if isinstance(node, Field) else int(node is not None)


def join_arguments(arguments: Sequence[str]) -> str:
    """Join command-line arguments to a query.

    An argument of several words is put in quotation marks, so that it is searched as a phrase. But an argument with an
    operator, a field, a `*` or quotation marks is not changed.
    """
    return " ".join(_quoted(argument) if _is_phrase(argument) else argument for argument in arguments)


def _quoted(argument: str) -> str:
    # A backslash at the end would escape the quotation mark.
    return '"' + argument.rstrip("\\") + '"'


def _check_length_and_encoding(query: str) -> None:
    if len(query) > MAX_LENGTH:
        raise QueryError(query, MAX_LENGTH, f"more than {MAX_LENGTH} characters")
    try:
        query.encode()
    except UnicodeEncodeError as error:
        raise QueryError(query, error.start, "this is not Unicode text") from error


def _is_phrase(argument: str) -> bool:
    if not _SPACE.search(argument.strip()):
        return False
    try:
        *words, _ = _tokens(argument)
    except QueryError:
        return False
    return all(isinstance(word, Words) and not word.quoted and not word.prefix for word in words)


def _tokens(query: str) -> Iterator[_Token]:
    at = 0
    while at < len(query):
        if space := _SPACE.match(query, at):
            at = space.end()
        elif query[at] in "()":
            yield _Mark(query[at], at)
            at += 1
        elif _MINUS.match(query, at):
            yield _Mark("NOT", at)
            at += 1
        elif name := _NAME.match(query, at) or _COMPARED.match(query, at):
            field, at = _field(query, name)
            yield field
        else:
            words, at = _words(query, at, _WORD)
            operator = not words.quoted and words.text in ("AND", "OR", "NOT")
            yield _Mark(words.text, words.at) if operator else words
    yield _Mark("", len(query))


def _field(query: str, name: re.Match[str]) -> tuple[Field, int]:
    field = name[1].lower()
    if field not in FIELDS:
        hint = suggestion(field, FIELDS, f"known: {', '.join(FIELDS)}; in quotes it is text")
        raise QueryError(query, name.start(), f"there is no field {quoted(name[1])}", hint)
    values: list[Words] = []
    at = name.end() - 1
    while not values or query[at : at + 1] == ",":
        at = name.end() if not values else at + 1
        value, at = _words(query, at, _VALUE)
        if value.prefix and field not in TEXT_FIELDS:
            raise QueryError(query, at - 1, f"{field} takes no `*`")
        values.append(value)
    if at < len(query) and not query[at].isspace() and query[at] != ")":
        raise QueryError(query, at, "a space is missing here", "put the value in quotes if this belongs to it")
    return Field(field, tuple(values), name.start()), at


def _words(query: str, at: int, pattern: re.Pattern[str]) -> tuple[Words, int]:
    if quoted := _QUOTED.match(query, at):
        return Words(quoted[1], True, bool(quoted[2]), at), quoted.end()
    if query[at : at + 1] == '"':
        raise QueryError(query, at, "the quotation mark is not closed")
    word = pattern.match(query, at)
    if word is None:
        raise QueryError(query, at, "a value is missing")
    text = word[0].removesuffix("*")
    if "*" in text.lstrip("*") and has_token(text):
        raise QueryError(query, at + text.rindex("*"), "`*` is allowed only at the end of a word")
    return Words(text, False, text != word[0], at), word.end()


def _mark_unfinished(tokens: list[_Token], query: str) -> None:
    last = tokens[-2]
    if query[-1].isspace():
        return
    if isinstance(last, Words) and not last.quoted:
        tokens[-2] = last._replace(prefix=True)
    elif isinstance(last, Field) and last.name in TEXT_FIELDS and not last.values[-1].quoted:
        tokens[-2] = last._replace(values=(*last.values[:-1], last.values[-1]._replace(prefix=True)))


class _Parser:
    """A recursive-descent parser for the tokens of a query."""

    def __init__(self, query: str, tokens: list[_Token]) -> None:
        self._query = query
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def parse(self) -> Node:
        leaves = [token for token in self._tokens if not isinstance(token, _Mark)]
        terms = [term for leaf in leaves for term in (leaf.values if isinstance(leaf, Field) else (leaf,))]
        if len(terms) > MAX_TERMS:
            raise QueryError(self._query, terms[MAX_TERMS].at, f"more than {MAX_TERMS} words and values")
        node = self._or()
        if self._sign() == ")":
            raise self._error("this parenthesis was not opened")
        return node

    def _or(self) -> Node:
        parts = [self._and()]
        while self._sign() == "OR":
            self._next += 1
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Node:
        first = self._next
        parts = [self._term()]
        while self._sign() not in ("OR", ")", ""):
            if self._sign() == "AND":
                self._next += 1
            parts.append(self._term())
        searchable = [part for part in parts if not _is_unsearchable(part)]
        if not searchable:
            raise QueryError(self._query, self._tokens[first].at, "no letter or digit to search for")
        return searchable[0] if len(searchable) == 1 else And(tuple(searchable))

    def _term(self) -> Node:
        negated = False
        while self._sign() == "NOT":
            self._next += 1
            negated = not negated
        first = self._tokens[self._next]
        node = self._group() if self._sign() == "(" else self._leaf()
        if not negated:
            return node
        if _is_unsearchable(node):
            raise QueryError(self._query, first.at, "no letter or digit to search for")
        return Not(node)

    def _group(self) -> Node:
        opened = self._tokens[self._next].at
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} parentheses within each other")
        self._next += 1
        node = self._or()
        if self._sign() != ")":
            raise QueryError(self._query, opened, "the parenthesis is not closed")
        self._next += 1
        self._depth -= 1
        return node

    def _leaf(self) -> Words | Field:
        token = self._tokens[self._next]
        if isinstance(token, _Mark):
            raise self._error("a word or a field is missing")
        self._next += 1
        return token

    def _sign(self) -> str | None:
        token = self._tokens[self._next]
        return token.sign if isinstance(token, _Mark) else None

    def _error(self, what: str) -> QueryError:
        return QueryError(self._query, self._tokens[self._next].at, what)


def _is_unsearchable(node: Node) -> bool:
    return isinstance(node, Words) and not split_words(node.text)
