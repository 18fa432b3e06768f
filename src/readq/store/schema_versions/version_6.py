"""Define the statements that migrate from schema 5 to 6. They add watches, and the papers that watches caught.

A watch is a saved view that acts on the papers that arrive. Views get ids, so that the record of a caught paper refers
to the same view after the view is renamed, or removed and restored by undo. An id is never used twice.
"""

STATEMENTS = (
    """
CREATE TABLE view_6 (
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
  query TEXT NOT NULL,
  sort TEXT NOT NULL DEFAULT 'added',
  position INTEGER NOT NULL,
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  watch TEXT CHECK (watch IN ('raise', 'lower', 'drop'))  -- null: the view is no watch
) STRICT
""",
    "INSERT INTO view_6 (name, query, sort, position) SELECT name, query, sort, position FROM view"
    " ORDER BY position, name",
    "DROP TABLE view",
    "ALTER TABLE view_6 RENAME TO view",
    """
CREATE TABLE caught (                             -- a paper that a watch caught when it arrived
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  view_id INTEGER NOT NULL,                       -- no reference: undo may restore a removed view
  action TEXT NOT NULL CHECK (action IN ('raise', 'lower', 'drop')),  -- of the watch at that time
  at TEXT NOT NULL CHECK (at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
  PRIMARY KEY (paper_id, view_id)
) STRICT, WITHOUT ROWID
""",
    "CREATE INDEX caught_by_view ON caught (view_id, at)",
    "CREATE INDEX caught_by_action ON caught (action, view_id)",
)
