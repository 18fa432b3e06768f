"""Find the tags that a paper must have so that a query can find it."""

import sqlite3

from readq.errors import UsageError
from readq.store.search.query_parser import And, Field, Node, Or, parse
from readq.text import normalise_tag


def required_tags(query: str) -> set[str]:
    """Return the tags that every paper found by `query` must have.

    The pattern `tag:a*` and the alternatives `tag:a,b` require no particular tag, so they add nothing to the result.
    Raises UsageError if the query cannot be parsed.
    """
    return _required(parse(query))


def missing_tags(connection: sqlite3.Connection, query: str) -> list[str]:
    """Return the tags that `query` requires but that no paper of the library has, in alphabetical order.

    A required tag is one that every paper found by `query` must have. Raises UsageError if `query` cannot be parsed.
    """
    statement = "SELECT 1 FROM paper_tag WHERE tag = ? LIMIT 1"
    return [tag for tag in sorted(required_tags(query)) if not connection.execute(statement, (tag,)).fetchone()]


def _required(node: Node | None) -> set[str]:
    if isinstance(node, And):
        return set().union(*map(_required, node.parts))
    if isinstance(node, Or):
        return set.intersection(*map(_required, node.parts))
    if isinstance(node, Field) and node.name == "tag" and len(node.values) == 1 and not node.values[0].prefix:
        return _normalised(node.values[0].text)
    return set()


def _normalised(text: str) -> set[str]:
    try:
        return {normalise_tag(text)}
    except UsageError:
        return set()
