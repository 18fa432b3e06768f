"""Find aliases of papers that may be the citation keys of other works.

Such aliases come from readq 0.1. That version joined an entry of a .bib file to any paper with the same title. It
stored only the citation key of the entry, as an alias of the paper. So the alias may belong to another work with the
same title. Later versions also store the entry (`readq.store.papers.provenance`).
"""

import json
import sqlite3
from typing import NamedTuple

from readq.model.values import Author
from readq.store.papers.provenance import DUMP

_FOREIGN = """
SELECT p.id, a.key, p.key FROM alias a JOIN paper p ON p.id = a.paper_id
WHERE ltrim(a.key, '#') GLOB '*[^0-9]*' AND p.entry_type IS NOT NULL AND p.key_frozen = 1
  AND NOT EXISTS (SELECT 1 FROM paper o WHERE o.key = a.key)
  AND NOT EXISTS (SELECT 1 FROM identifier i WHERE i.paper_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM alias n WHERE n.paper_id = p.id AND ltrim(n.key, '#') NOT GLOB '*[^0-9]*')
  AND NOT EXISTS (SELECT 1 FROM change c JOIN step s ON s.id = c.step_id
    WHERE c.paper_id = p.id AND c.field = 'alias:' || a.key AND s.what <> 'imported')
  AND NOT CASE WHEN json_valid(p.fields) THEN instr(lower(coalesce(p.fields ->> 'ids', '')), lower(a.key)) ELSE 0 END
  {conditions}
ORDER BY p.id, a.key
"""
_NO_SOURCE = "AND NOT EXISTS (SELECT 1 FROM source s WHERE s.paper_id = p.id)"
_IMPORTED = """
EXISTS (SELECT 1 FROM change c JOIN step s ON s.id = c.step_id
    WHERE c.paper_id = p.id AND c.field = 'alias:' || a.key AND s.what = 'imported')
"""
_NOT_SHARED = f"AND (NOT EXISTS (SELECT 1 FROM shared) OR {_IMPORTED})"
_NOT_DUMPED = f"AND (NOT EXISTS (SELECT 1 FROM origin WHERE name = '{DUMP}') OR {_IMPORTED})"
"""SQL condition: no papers were added from dumps, or the undo history shows that an import added the alias.

The aliases of a paper from a dump, or from another computer (_NOT_SHARED), are its former keys.
"""

_CONDITIONS = {"source": _NO_SOURCE, "shared": _NOT_SHARED, "origin": _NOT_DUMPED}
"""The conditions by the table that they need. Older schemas lack these tables."""


class JoinedKey(NamedTuple):
    """An alias of a paper that may be the citation key of another work."""

    paper_id: int
    """The id of the paper that has the alias."""
    alias: str
    own_key: str
    """The citation key of the paper that has the alias."""
    title: str
    """The title of the paper that has the alias."""
    authors: tuple[Author, ...]
    """The authors of the paper that has the alias."""


def aliases_of_imports(connection: sqlite3.Connection) -> list[JoinedKey]:
    """Return the aliases that may be citation keys of other works, ordered by paper id.

    Imports by readq 0.1, which did not store the imported entries, added these aliases to papers without identifiers.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    conditions = [text for table, text in _CONDITIONS.items() if table in tables]
    rows = connection.execute(_FOREIGN.format(conditions=" ".join(conditions))).fetchall()
    listed = (json.dumps(sorted({row[0] for row in rows})),)
    titles: dict[int, str] = dict(
        connection.execute(
            "SELECT id, title FROM paper WHERE id IN (SELECT value FROM json_each(?))", listed
        ).fetchall()
    )
    authors: dict[int, list[Author]] = {}
    for paper_id, *name in connection.execute(
        "SELECT paper_id, name, family, given, suffix FROM author WHERE paper_id IN (SELECT value FROM json_each(?))"
        " ORDER BY paper_id, position",
        listed,
    ):
        authors.setdefault(paper_id, []).append(Author(*name))
    return [
        JoinedKey(number, alias, own_key, titles[number], tuple(authors.get(number, ())))
        for number, alias, own_key in rows
    ]
