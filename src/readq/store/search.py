"""Queries to SQL: which papers a query of `readq.store.query` selects.

Words go to the full-text index, as few `MATCH`es as the tree allows; fields become conditions on `paper p`. Whatever a
person typed is bound, never part of the SQL. Every condition is 0 or 1, never NULL, so that NOT is a complement.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from readq.model.values import Status
from readq.store import spans
from readq.store.query import And, Field, Node, Not, Or, QueryError, Words, parse
from readq.store.spans import Scale
from readq.store.spelling import phrase, pieces
from readq.text import fold


class Condition(NamedTuple):
    """An SQL condition over `paper p` with its values; `names_status`: the query itself says which statuses."""

    sql: str
    params: tuple[object, ...] = ()
    names_status: bool = False


EVERYTHING = Condition("1")

_COLUMNS = {"author": "authors", "title": "title", "note": "note"}
_MATCH = "p.id IN (SELECT rowid FROM paper_search WHERE paper_search MATCH ?)"

_STATUSES: Mapping[str, str] = {status.value: f"p.status = '{status.value}'" for status in Status}
_STATES: Mapping[str, str] = {
    "starred": "p.starred = 1",
    "snoozed": "coalesce(p.snoozed_until > :today, 0)",
    "enrolled": "p.id IN (SELECT paper_id FROM card WHERE kind = 'paper' AND suspended = 0)",
    "frozen": "p.key_frozen = 1",
}
_POSSESSIONS: Mapping[str, str] = {
    "note": "p.id IN (SELECT paper_id FROM note)",
    "pdf": "0",  # no library holds files yet
    "doi": "p.id IN (SELECT paper_id FROM identifier WHERE scheme = 'doi')",
    "arxiv": "p.id IN (SELECT paper_id FROM identifier WHERE scheme = 'arxiv')",
    "abstract": "coalesce(p.abstract, '') <> ''",
    "tag": "p.id IN (SELECT paper_id FROM paper_tag)",
}
_NAMED = {"status": _STATUSES, "is": _STATES, "has": _POSSESSIONS}

_NAMES = {
    "key": "p.key LIKE ? ESCAPE '\\'",
    "tag": "p.id IN (SELECT paper_id FROM paper_tag WHERE tag LIKE ? ESCAPE '\\')",
    "feed": "p.id IN (SELECT s.paper_id FROM sighting s JOIN feed f ON f.id = s.feed_id WHERE f.name LIKE ? ESCAPE '\\')",
}

# A buried card is due on the day it comes back.
_DUE = (
    "p.id IN (SELECT c.paper_id FROM card c WHERE c.suspended = 0"
    " AND max(c.due, coalesce(c.buried_until, c.due)) {bounds})"
)
_NOTED = "p.id IN (SELECT n.paper_id FROM note n WHERE n.updated {bounds})"


def compile_query(query: str, *, today: date, now: datetime, prefix_last: bool = False) -> Condition:
    """Return what `query` selects on the local day `today`; a blank one selects every paper.

    `now` gives the zone of days and the start of ages. `prefix_last`: the query is being typed, so that its last word,
    when the query ends with it, stands for all that begin like it. Snoozed papers are selected like any other.
    Raises QueryError, a UsageError that knows the place.
    """
    tree = parse(query, typing=prefix_last)
    return EVERYTHING if tree is None else _Compiler(query, today, now).condition(tree)


class _Compiler:
    """Turns a tree into one condition; holds what the leaves need to know."""

    def __init__(self, query: str, today: date, now: datetime) -> None:
        self._query = query
        self._today = today.isoformat()
        days, instants = spans.past_days(today, now), spans.past_instants(today, now)
        self._ordered: dict[str, tuple[str, Scale]] = {
            "year": ("coalesce(p.year {bounds}, 0)", spans.numbers()),
            "upvotes": ("coalesce(p.upvotes {bounds}, 0)", spans.numbers()),
            "published": ("coalesce(p.published {bounds}, 0)", days),
            "added": ("p.added {bounds}", instants),
            "decided": ("coalesce(p.decided {bounds}, 0)", instants),
            "noted": (_NOTED, instants),
            "due": (_DUE, spans.deadlines(today)),
        }

    def condition(self, node: Node) -> Condition:
        match = _match(node)
        if match is not None:
            return Condition(_MATCH, (match,))
        match node:
            case Not(inner):
                found = self.condition(inner)
                return found._replace(sql=f"NOT {found.sql}")
            case And(parts):
                return self._joined(" AND ", _gathered(parts))
            case Or(parts):
                return self._joined(" OR ", parts)
            case _:
                return self._field(node)
