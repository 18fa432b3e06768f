"""Compile a query to an SQL condition on table `paper p`.

Words become MATCH expressions for the full-text index. All such words of one AND or OR become a single expression.
Words in a script without spaces, such as Chinese, become LIKE conditions, because the index does not find them inside a
sentence. Fields become SQL conditions. The text of the query is always bound as values, never part of the SQL. Every
condition is 0 or 1, never NULL, so that NOT selects all other papers.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from readq.errors import UsageError
from readq.model.values import Status
from readq.nearest_name import suggestion
from readq.store.search import ranges
from readq.store.search.fts_terms import match_expression, split_words, unlatex
from readq.store.search.query_parser import (
    MAX_TERMS,
    VIEW,
    And,
    Field,
    Node,
    Not,
    Or,
    QueryError,
    Words,
    count_terms,
    fields_in,
    parse,
)
from readq.store.search.ranges import Scale, Span
from readq.store.search.unspaced_text import has_unspaced
from readq.text import fold, normalise_tag, quoted


class Condition(NamedTuple):
    """An SQL condition on table `paper p`, with the values to bind."""

    sql: str
    params: tuple[object, ...] = ()
    fields: frozenset[str] = frozenset()
    """The names of all fields in the query, such as `status`, and in the queries of the views that it names."""


class QueryTime(NamedTuple):
    """The time `now` and its local day `today`, from which ages in a query, such as `7d`, are counted."""

    today: date
    now: datetime


class _Views:
    """The saved views that a query may name. Each may name others, so a limit holds for all their queries together.

    `queries` maps the names of the views to their queries.
    """

    def __init__(self, queries: Mapping[str, str]) -> None:
        self.queries = queries
        self.terms_left = MAX_TERMS

    def take(self, node: Node | None) -> bool:
        """Count the terms of the query of a view. Return whether the limit allows them."""
        self.terms_left -= count_terms(node)
        return self.terms_left >= 0


def newest_matches(sql: str, most: int) -> str | None:
    """Return a variant of the SQL condition `sql` in which each full-text search finds only the newest `most` papers.

    The variant selects fewer papers, but it is fast even for words that most papers have. Return None if there is no
    such variant, because `sql` has no full-text search or has a NOT. (A limit on a negated search would add papers.)
    """
    if "NOT " in sql or _MATCH not in sql:
        return None
    limited = sql.replace(_MATCH, f"{_MATCH[:-1]} ORDER BY rowid DESC LIMIT {most})")
    # With a `+`, SQLite does not read the index of a status, which is longer than the limit.
    return limited.replace("p.status", "+p.status")


class _Context(NamedTuple):
    """The surroundings of the query that is compiled. `query` is its text, for error messages.

    `today` and `now` are the present day and time. `views` are the views that the query may name. If the query is that
    of a view that another query names, `within` has the names of these views, from the outermost to the present one.
    """

    query: str
    today: date
    now: datetime
    views: _Views
    within: tuple[str, ...] = ()

    def error(self, value: Words, what: str, hint: str | None = None) -> QueryError:
        return QueryError(self.query, value.at, what, hint)


_LITERAL = str.maketrans({special: f"\\{special}" for special in "\\%_"})
"""The table for `str.translate` that escapes the special characters of LIKE."""

_NO_VIEWS: Mapping[str, str] = {}
_VIEWS_SHOWN = 8
"""The maximum number of view names that an error message lists."""

_COLUMNS = {"author": "authors", "title": "title", "note": "note"}
_MATCH = "p.id IN (SELECT rowid FROM paper_search WHERE paper_search MATCH ?)"
_CONTAINED = "p.id IN (SELECT id FROM paper_text WHERE {})"
_TEXTS = ("title", "abstract", "authors", "note")
_PDF_MATCH = "p.id IN (SELECT rowid FROM pdf_search WHERE pdf_search MATCH ?)"

# `?` is bound to today.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": {status.value: f"p.status = '{status.value}'" for status in Status},
    "is": {
        "starred": "p.starred = 1",
        "snoozed": "coalesce(p.snoozed_until > ?, 0)",
        "enrolled": (
            "p.status <> 'dropped' AND p.id IN (SELECT paper_id FROM card WHERE kind = 'paper' AND suspended = 0)"
        ),
        "retired": "p.id IN (SELECT paper_id FROM card WHERE retired IS NOT NULL)",
        "frozen": "p.key_frozen = 1",
        "double": (
            "p.id IN (SELECT paper_id FROM look_alike WHERE apart = 0"
            " UNION ALL SELECT other_id FROM look_alike WHERE apart = 0)"
        ),
    },
    "has": {
        "note": "p.id IN (SELECT paper_id FROM note)",
        "pdf": "p.id IN (SELECT paper_id FROM pdf)",
        "doi": "p.id IN (SELECT paper_id FROM identifier WHERE scheme = 'doi')",
        "arxiv": "p.id IN (SELECT paper_id FROM identifier WHERE scheme = 'arxiv')",
        "abstract": "coalesce(p.abstract, '') <> ''",
        "tag": "p.id IN (SELECT paper_id FROM paper_tag)",
        "link": "p.id IN (SELECT paper_id FROM note WHERE text LIKE '%[[_%]]%' AND has_link(text))",
    },
}

_NAMES = {
    # Generated keys have no diacritics. Imported keys have the letters that their file gives them.
    "key": "CASE WHEN p.key GLOB '*[^ -~]*' THEN folded(p.key) ELSE p.key END LIKE ? ESCAPE '\\'",
    "tag": "p.id IN (SELECT paper_id FROM paper_tag WHERE tag LIKE ? ESCAPE '\\')",
    "feed": (
        "p.id IN (SELECT s.paper_id FROM sighting s JOIN feed f ON f.id = s.feed_id WHERE f.name LIKE ? ESCAPE '\\')"
    ),
}

_OF_KEY = "SELECT id FROM paper WHERE key = ? UNION SELECT paper_id FROM alias WHERE key = ?"
_LINKED_KEYS = (
    f"SELECT key FROM paper WHERE id IN ({_OF_KEY})"
    f" UNION SELECT key FROM alias WHERE paper_id IN ({_OF_KEY}) UNION SELECT ?"
)
"""SQL query for all keys by which a link can name a paper: its present key and its former keys.

The paper is the one that has or had a given key. The given key is always in the result, even if no paper has it.
"""

_LINKS = (
    f"p.id IN (SELECT n.paper_id FROM note n JOIN ({_LINKED_KEYS}) k"
    " ON n.text LIKE '%[[_%]]%' AND links_to(n.text, k.key))"
)

# The expression to compare, and the condition around the comparison.
_ORDERED = {
    "year": ("p.year", "coalesce({}, 0)"),
    "upvotes": ("p.upvotes", "coalesce({}, 0)"),
    "interest": ("i.score", "p.id IN (SELECT i.paper_id FROM interest_paper i WHERE {})"),
    "published": ("p.published", "coalesce({}, 0)"),
    "added": ("p.added", "({})"),
    "decided": ("p.decided", "coalesce({}, 0)"),
    "noted": ("n.updated", "p.id IN (SELECT n.paper_id FROM note n WHERE {})"),
    # A buried card is due on the day on which it returns.
    "due": (
        "max(c.due, coalesce(c.buried_until, c.due))",
        "(p.status <> 'dropped' AND p.id IN"
        " (SELECT c.paper_id FROM card c WHERE c.suspended = 0 AND c.orphaned IS NULL AND {}))",
    ),
}


def compile_query(
    query: str, time: QueryTime, views: Mapping[str, str] = _NO_VIEWS, *, prefix_last: bool = False
) -> Condition:
    """Return the SQL condition for `query`. A blank query selects all papers, including snoozed papers.

    Ages such as `7d` are counted from `time`. `views` maps the names of saved views to their queries, for the field
    `view:`. If `prefix_last` is true, a word at the very end of `query`, which the user is still typing, also matches
    longer words that begin with it. Raises QueryError if `query`, or the query of a view that it names, is invalid.
    """
    tree = parse(query, typing=prefix_last)
    if tree is None:
        return Condition("1")
    return _compiled(tree, _Context(query, *time, _Views(views)))


def _compiled(tree: Node, context: _Context) -> Condition:
    condition = _condition(tree, context)
    # The condition of a view has the fields of its query.
    return condition._replace(fields=condition.fields.union(field.name for field in fields_in(tree)))


def _condition(node: Node, context: _Context) -> Condition:
    if isinstance(node, Words):
        return (
            _contained(node, _TEXTS, context)
            if has_unspaced(node.text)
            else Condition(_MATCH, (_words(node, context),))
        )
    if isinstance(node, Not):
        inner = _condition(node.inner, context)
        return inner._replace(sql=f"NOT ({inner.sql})")
    if isinstance(node, And | Or):
        return _junction(node, context)
    expression = _expression(node, context)
    return _field(node, context) if expression is None else Condition(_MATCH, (expression,))


def _junction(node: And | Or, context: _Context) -> Condition:
    """Compile an AND or OR. A single MATCH covers all parts that the full-text index can answer."""
    expressions = [(part, _expression(part, context)) for part in node.parts]
    conditions = [_condition(part, context) for part, expression in expressions if expression is None]
    matches = [expression for _, expression in expressions if expression is not None]
    operator = " AND " if isinstance(node, And) else " OR "
    if matches:
        conditions.insert(0, Condition(_MATCH, (operator.join(matches),)))
    return _joined(operator, conditions)


def _joined(operator: str, conditions: Iterable[Condition]) -> Condition:
    listed = list(conditions)
    if len(listed) == 1:
        return listed[0]
    sql = operator.join(condition.sql for condition in listed)
    params = tuple(value for condition in listed for value in condition.params)
    return Condition(f"({sql})", params, frozenset().union(*(condition.fields for condition in listed)))


def _expression(node: Node, context: _Context) -> str | None:
    """Return the FTS5 expression for a tree that consists of words and text fields, or None for any other tree.

    Return None also if a word is in a script without spaces between words, which `_contained` searches for.
    """
    if isinstance(node, Words):
        return None if has_unspaced(node.text) else _words(node, context)
    if isinstance(node, Field) and node.name in _COLUMNS and not any(has_unspaced(value.text) for value in node.values):
        return f"{_COLUMNS[node.name]} : ({' OR '.join(_words(value, context) for value in node.values)})"
    if isinstance(node, And | Or):
        parts = [_expression(part, context) for part in node.parts]
        if None not in parts:
            return f"({(' AND ' if isinstance(node, And) else ' OR ').join(filter(None, parts))})"
    return None


def _words(words: Words, context: _Context) -> str:
    found = [" ".join(split_words(words.text))] if words.quoted else split_words(words.text)
    if not any(found):
        raise context.error(words, "no letter or digit to search for")
    phrases = [match_expression(piece) for piece in found[:-1]]
    phrases.append(match_expression(found[-1], prefix=words.prefix))
    return f"({' AND '.join(phrases)})"


def _contained(words: Words, texts: Sequence[str], context: _Context) -> Condition:
    """Return the condition that one of `texts`, columns of the view `paper_text`, contains `words`."""
    if not (pieces := split_words(words.text)):
        raise context.error(words, "no letter or digit to search for")
    parts = [unlatex(words.text)] if words.quoted else pieces
    like = f"%{'%'.join(part.translate(_LITERAL) for part in parts)}%"
    conditions = " OR ".join(f"{text} LIKE ? ESCAPE '\\'" for text in texts)
    return Condition(_CONTAINED.format(conditions), (like,) * len(texts))


def _field(field: Field, context: _Context) -> Condition:
    return _joined(" OR ", (_value(field.name, value, context) for value in field.values))


def _value(name: str, value: Words, context: _Context) -> Condition:
    if name in CHOICES:
        return _choice(name, value, context)
    if name == VIEW:
        return _view(value, context)
    if name in _COLUMNS:
        if has_unspaced(value.text):
            return _contained(value, (_COLUMNS[name],), context)
        return Condition(_MATCH, (f"{_COLUMNS[name]} : ({_words(value, context)})",))
    if name == "pdf":
        return Condition(_PDF_MATCH, (_words(value, context),))
    if name == "links":
        key = value.text.removeprefix("@")
        return Condition(_LINKS, (key,) * _LINKS.count("?"))
    if name in _NAMES:
        return _joined(" OR ", (Condition(_NAMES[name], (each,)) for each in _patterns(name, value, context)))
    column, template = _ORDERED[name]
    try:
        comparison, params = _compared(column, ranges.parse_span(value.text, _scale(name, context)))
    except UsageError as error:
        raise context.error(value, error.message, error.hint) from error
    except ValueError as error:
        raise context.error(value, f"{name}: {error}") from error
    return Condition(template.format(comparison), params)


def _view(value: Words, context: _Context) -> Condition:
    """Return the condition for the field `view:NAME`, as if the view's query stood there in parentheses."""
    name, views = value.text, context.views
    query = views.queries.get(name)
    if query is None:
        raise context.error(value, f"there is no view {quoted(name)}", _known(views.queries))
    path = (*context.within, name)
    if name in context.within:
        raise context.error(value, f"these views name each other: {' > '.join(path)}", "change the query of one")
    try:
        tree = parse(query)
        if tree is None:
            raise context.error(value, f"the view {quoted(name)} has no query", "save it again")
        if not views.take(tree):
            raise context.error(value, f"the views have more than {MAX_TERMS} words and values together")
        return _compiled(tree, context._replace(query=query, within=path))
    except UsageError as error:
        if context.within:
            raise
        raise context.error(value, f"the view {quoted(name)} cannot be read: {error.message}", error.hint) from error


def _known(names: Iterable[str]) -> str:
    listed = sorted(names)
    if not listed:
        return "readq view save NAME QUERY saves one"
    return f"known: {', '.join(listed[:_VIEWS_SHOWN])}{' …' if len(listed) > _VIEWS_SHOWN else ''}"


def _choice(name: str, value: Words, context: _Context) -> Condition:
    choice = value.text.lower()
    known = CHOICES[name]
    if choice not in known:
        hint = suggestion(choice, known, f"known: {', '.join(known)}")
        raise context.error(value, f"{name} cannot be {quoted(value.text)}", hint)
    sql = known[choice]
    return Condition(sql, (context.today.isoformat(),) * sql.count("?"))


def _patterns(name: str, value: Words, context: _Context) -> list[str]:
    """Return the LIKE patterns for a citation key, a tag or a feed's name. LIKE ignores the case of ASCII letters."""
    texts = [value.text]
    if name == "tag" and value.text:
        try:
            texts = [normalise_tag(value.text)]
        except UsageError as error:
            raise context.error(value, error.message, error.hint) from error
    elif name == "key":
        texts = [fold(value.text)]
    return [text.translate(_LITERAL) + ("%" if value.prefix else "") for text in texts]


def _scale(name: str, context: _Context) -> Scale:
    if name in ("year", "upvotes", "interest"):
        return ranges.numbers()
    if name == "due":
        return ranges.deadlines(context.today)
    return (ranges.past_days if name == "published" else ranges.past_instants)(context.today, context.now)


def _compared(column: str, span: Span) -> tuple[str, tuple[object, ...]]:
    bounds = [(f"{column} >= ?", span.low), (f"{column} < ?", span.high)]
    given = [(sql, value) for sql, value in bounds if value is not None]
    return " AND ".join(sql for sql, _ in given), tuple(value for _, value in given)
