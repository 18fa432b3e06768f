"""Find the tags without which a query finds no paper."""

from readq.errors import UsageError
from readq.store.search.query_parser import And, Field, Node, Or, parse
from readq.text import normalise_tag


def required_tags(query: str) -> set[str]:
    """Return the tags that every paper found by a valid query has. A tag with `*`, and a choice of tags, are left out.

    Raises UsageError if the query cannot be parsed.
    """
    return _required(parse(query))


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
