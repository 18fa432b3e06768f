"""Which papers bear a title or a citation key, and which keys a paper has. Plain SQL, by indexes only."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable

_MOST_BEARERS = 4
"""Papers of one title that are told of: a title that three works bear decides nothing."""


def of_titles(connection: sqlite3.Connection, titles: Iterable[str]) -> set[int]:
    """Return the papers that bear one of the title keys, as their own or beside it; of each title a few."""
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
    """Return the papers that have one of the citation keys, or had it."""
    rows = connection.execute(
        "SELECT p.id FROM json_each(:keys) v CROSS JOIN paper p ON p.key = v.value UNION ALL"
        " SELECT a.paper_id FROM json_each(:keys) v CROSS JOIN alias a ON a.key = v.value",
        {"keys": _listed(keys)},
    )
    return {paper_id for (paper_id,) in rows}


def keys_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, set[str]]:
    """Return the citation keys of each of the papers `ids`, present and former, case-folded."""
    found: dict[int, set[str]] = {paper_id: set() for paper_id in ids}
    rows = connection.execute(
        "SELECT p.id, p.key FROM json_each(:ids) v CROSS JOIN paper p ON p.id = v.value UNION ALL"
        " SELECT a.paper_id, a.key FROM json_each(:ids) v CROSS JOIN alias a ON a.paper_id = v.value"
        "  WHERE a.key GLOB '*[^0-9]*'",
        {"ids": _listed(ids)},
    )
    for paper_id, key in rows:
        found[paper_id].add(key.casefold())
    return found


def _listed(values: Iterable[int] | Iterable[str]) -> str:
    return json.dumps(sorted(set(values)))
