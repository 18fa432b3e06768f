"""Find aliases of papers that may be the citation keys of other works.

Such aliases come from readq 0.1. That version joined an entry of a .bib file to any paper with the same title. Of the
entry, it stored only the citation key, as an alias of the paper. So the alias may belong to another work with the same
title. Later versions also store the entry (`readq.store.papers.provenance`).
"""

import json
import sqlite3
from typing import NamedTuple

from readq.model.values import Author

_FOREIGN = """
SELECT p.id, a.key, p.key FROM alias a JOIN paper p ON p.id = a.paper_id
WHERE ltrim(a.key, '#') GLOB '*[^0-9]*' AND p.entry_type IS NOT NULL AND p.key_frozen = 1
  AND NOT EXISTS (SELECT 1 FROM paper o WHERE o.key = a.key)
  AND NOT EXISTS (SELECT 1 FROM identifier i WHERE i.paper_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM alias n WHERE n.paper_id = p.id AND ltrim(n.key, '#') NOT GLOB '*[^0-9]*')
  AND NOT EXISTS (SELECT 1 FROM change c JOIN step s ON s.id = c.step_id
    WHERE c.paper_id = p.id AND c.field = 'alias:' || a.key AND s.what <> 'imported')
  {conditions}
ORDER BY p.id, a.key
"""
_NO_SOURCE = "AND NOT EXISTS (SELECT 1 FROM source s WHERE s.paper_id = p.id)"
_NOT_SHARED = """
AND (NOT EXISTS (SELECT 1 FROM shared) OR EXISTS (SELECT 1 FROM change c JOIN step s ON s.id = c.step_id
    WHERE c.paper_id = p.id AND c.field = 'alias:' || a.key AND s.what = 'imported'))
"""
"""SQL condition: the library is not shared between computers, or its undo history shows that an import added the alias.

In a shared library, any other alias can be a former key that came from another computer. So it is not reported.
"""


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
    conditions = [text for table, text in (("source", _NO_SOURCE), ("shared", _NOT_SHARED)) if table in tables]
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
