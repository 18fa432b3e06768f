"""Define the statements that migrate from schema 2 to 3. They add sources, look-alikes and schemes of identifiers.

A source is the entry of a paper in a file or feed. Look-alikes are two papers that may be the same work.
"""

import sqlite3

_WITH_SIGNS = "title GLOB '*[#+]*'"


def _move_identifiers(connection: sqlite3.Connection) -> None:
    """Convert identifiers to their normal form. If another paper has the normal form, the identifier is unchanged."""
    # Every command imports this module; only a migration needs the rules of identifiers.
    from readq.model.identifiers import identifiers_in

    rows = connection.execute("SELECT scheme, value, paper_id FROM identifier").fetchall()
    present = {(scheme, value) for scheme, value, _ in rows}
    moved: list[tuple[str, str, int]] = []
    for scheme, value, paper_id in rows:
        wanted = identifiers_in(value) if scheme in ("url", "doi") else ()
        if len(wanted) == 1 and wanted[0] not in present:
            scheme, value = wanted[0]
            present.add(wanted[0])
        moved.append((scheme, value, paper_id))
    connection.executemany("INSERT INTO identifier_3 (scheme, value, paper_id) VALUES (?, ?, ?)", moved)


def _renew_title_keys(connection: sqlite3.Connection) -> None:
    """Compute the title keys of titles with `#` or `+` again, because C, C++ and C# now have different keys."""
    from readq.model.identifiers import title_key

    rows = connection.execute(f"SELECT id, title, title_key FROM paper WHERE {_WITH_SIGNS}").fetchall()
    changed = [(key, number) for number, title, old in rows if (key := title_key(title)) != old]
    connection.executemany("UPDATE paper SET title_key = ? WHERE id = ?", changed)


STATEMENTS = (
    """
CREATE TABLE identifier_3 (
  scheme TEXT NOT NULL CHECK (scheme IN ('arxiv', 'doi', 'pmid', 'openreview', 'acl', 'isbn', 's2', 'url')),
  value TEXT NOT NULL CHECK (length(value) > 0),
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  PRIMARY KEY (scheme, value)
) STRICT, WITHOUT ROWID
""",
    _move_identifiers,
    "DROP TABLE identifier",
    "ALTER TABLE identifier_3 RENAME TO identifier",
    "CREATE INDEX identifier_of_paper ON identifier (paper_id)",
    _renew_title_keys,
    """
CREATE TABLE origin (                             -- where records come from
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 0)  -- file:/home/me/refs.bib, feed:hf-daily, page:hf-page
) STRICT
""",
    """
CREATE TABLE source (                             -- what an origin calls a paper: a key, a guid, a link
  origin_id INTEGER NOT NULL REFERENCES origin (id),
  name TEXT NOT NULL CHECK (length(name) > 0),
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  digest INTEGER NOT NULL,                        -- of all that it said last: the same again is nothing new
  said TEXT,                                      -- JSON: its record; null while it alone speaks of the paper
  PRIMARY KEY (origin_id, name)
) STRICT, WITHOUT ROWID
""",
    "CREATE INDEX source_of_paper ON source (paper_id)",
    """
CREATE TABLE look_alike (                         -- two papers that may be one; the lower number first
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  other_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  why TEXT NOT NULL,                              -- the reasons, one a line
  apart INTEGER NOT NULL DEFAULT 0 CHECK (apart IN (0, 1)),  -- the reader says that they differ
  PRIMARY KEY (paper_id, other_id),
  CHECK (paper_id < other_id)
) STRICT, WITHOUT ROWID
""",
    "CREATE INDEX look_alike_of_other ON look_alike (other_id)",
)
