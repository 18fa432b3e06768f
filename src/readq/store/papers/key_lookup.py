"""Find papers by title key or by citation key, and the citation keys of given papers. Every query uses an index.

A title key is a title normalised for comparison.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable

from readq.store.papers.field_states import IS_KEY

_MOST_BEARERS = 4
"""The maximum number of papers that are returned for one title.

A title that many works share does not identify any of them.
"""


def of_titles(connection: sqlite3.Connection, titles: Iterable[str]) -> set[int]:
    """Return the ids of papers whose present title or additional title has one of the title keys `titles`.

    A title key is a title normalised for comparison. If more than four papers have a title key, only four of them are
    returned. They are enough to show that the title does not identify a paper.
    """
    rows = connection.execute(
        "SELECT v.value, p.id FROM json_each(:titles) v CROSS JOIN paper p ON p.title_key = v.value UNION ALL"
        " SELECT v.value, t.paper_id FROM json_each(:titles) v CROSS JOIN other_title t ON t.title_key = v.value",
        {"titles": _listed(titles)},
    )
    told: Counter[str] = Counter()
    found: set[int] = set()
    for title, paper_id in rows:
        told[title] += 1
        if told[title] <= _MOST_BEARERS:
            found.add(paper_id)
    return found


def of_keys(connection: sqlite3.Connection, keys: Iterable[str]) -> set[int]:
    """Return the ids of the papers that have one of `keys` as their citation key or as an alias.

    An alias is a former citation key, or the id of a paper that was merged into another.
    """
    rows = connection.execute(
        "SELECT p.id FROM json_each(:keys) v CROSS JOIN paper p ON p.key = v.value UNION ALL"
        " SELECT a.paper_id FROM json_each(:keys) v CROSS JOIN alias a ON a.key = v.value",
        {"keys": _listed(keys)},
    )
    return {paper_id for (paper_id,) in rows}


def ids_by_key(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, int]:
    """Return a dict that maps each of `keys` to the id of the paper that has it as present or former citation key.

    Case is ignored. Keys that no paper has are left out. If a key is the present key of one paper and a former key of
    another paper, the paper with the present key wins.
    """
    rows = connection.execute(
        "SELECT v.value, a.paper_id FROM json_each(:keys) v CROSS JOIN alias a ON a.key = v.value UNION ALL"
        " SELECT v.value, p.id FROM json_each(:keys) v CROSS JOIN paper p ON p.key = v.value",
        {"keys": _listed(keys)},
    )
    return dict(rows.fetchall())


class StoredKeys:
    """A container of all present and former citation keys of the library. The test `key in container` runs a query."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __contains__(self, key: object) -> bool:
        return bool(of_keys(self._connection, [str(key)]))


def present_keys(connection: sqlite3.Connection) -> dict[int, str]:
    """Return a dict that maps the id of each paper to its present citation key."""
    return dict(connection.execute("SELECT id, key FROM paper").fetchall())


def citation_keys(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, tuple[str, bool]]:
    """Return a mapping from each of `ids` to a pair: the paper's citation key, and whether the key is frozen.

    A frozen key changes only if a person changes it.
    """
    rows = connection.execute(
        "SELECT p.id, p.key, p.key_frozen FROM json_each(?) v CROSS JOIN paper p ON p.id = v.value", (_listed(ids),)
    )
    return {paper_id: (key, bool(frozen)) for paper_id, key, frozen in rows}


def keys_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, set[str]]:
    """Return a mapping from each of `ids` to the set of the paper's present and former citation keys, case-folded."""
    found: dict[int, set[str]] = {paper_id: set() for paper_id in ids}
    rows = connection.execute(
        "SELECT p.id, p.key FROM json_each(:ids) v CROSS JOIN paper p ON p.id = v.value UNION ALL"
        " SELECT alias.paper_id, alias.key FROM json_each(:ids) v CROSS JOIN alias ON alias.paper_id = v.value"
        f"  WHERE {IS_KEY}",
        {"ids": _listed(ids)},
    )
    for paper_id, key in rows:
        found[paper_id].add(key.casefold())
    return found


def _listed(values: Iterable[int] | Iterable[str]) -> str:
    return json.dumps(sorted(set(values)))
