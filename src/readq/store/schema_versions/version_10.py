"""Define the statements that migrate from schema 9 to 10. They add the tables of .bib files that readq renews.

A kept file is a .bib file that readq renews after changes of the library. Triggers list the papers that changed since
the last renewal, so that only their entries are written again.

The tables have the digest of each entry that readq wrote. It shows whether somebody has edited the entry since. readq
replaces only entries that nobody edited.
"""

_INSTANT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"

_CITED = (
    "key, title, authors, abstract, year, published, venue, primary_class, url, pdf_url, entry_type, fields, edited"
)
"""The columns of table `paper` whose values the .bib entry of a paper can contain."""


def _noted(name: str, event: str, paper: str) -> str:
    # A row is deleted before it is inserted, so that the newest change of a paper has the highest number.
    return f"""
CREATE TRIGGER {name} AFTER {event} WHEN EXISTS (SELECT 1 FROM bib_file WHERE renewal IS NOT NULL) BEGIN
  DELETE FROM bib_change WHERE paper_id = {paper};
  INSERT INTO bib_change (file_id, paper_id) SELECT id, {paper} FROM bib_file WHERE renewal IS NOT NULL;
END
"""


_EVENTS = {
    "bib_paper_changed": (f"UPDATE OF {_CITED} ON paper", "new.id"),
    "bib_author_added": ("INSERT ON author", "new.paper_id"),
    "bib_author_changed": ("UPDATE ON author", "new.paper_id"),
    "bib_author_removed": ("DELETE ON author", "old.paper_id"),
    "bib_identifier_added": ("INSERT ON identifier", "new.paper_id"),
    "bib_identifier_changed": ("UPDATE ON identifier", "new.paper_id"),
    "bib_identifier_removed": ("DELETE ON identifier", "old.paper_id"),
    "bib_alias_added": ("INSERT ON alias", "new.paper_id"),
    "bib_alias_removed": ("DELETE ON alias", "old.paper_id"),
    "bib_tag_added": ("INSERT ON paper_tag", "new.paper_id"),
    "bib_tag_removed": ("DELETE ON paper_tag", "old.paper_id"),
    "bib_note_added": ("INSERT ON note", "new.paper_id"),
    "bib_note_changed": ("UPDATE OF text ON note", "new.paper_id"),
    "bib_note_removed": ("DELETE ON note", "old.paper_id"),
}

STATEMENTS = (
    f"""
CREATE TABLE bib_file (                           -- .bib files that readq renews entry by entry
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE CHECK (length(path) > 0),
  sha256 TEXT NOT NULL,                           -- of the whole file as readq last wrote it
  at TEXT NOT NULL CHECK (at {_INSTANT}),
  renewal TEXT CHECK (renewal IN ('automatic', 'demand')),  -- null: the file is not kept
  choice TEXT NOT NULL DEFAULT '{{}}' CHECK (json_valid(choice)),  -- which papers, and how they are written
  error TEXT                                      -- why the last renewal failed
) STRICT
""",
    """
CREATE TABLE bib_entry (
  file_id INTEGER NOT NULL REFERENCES bib_file (id) ON DELETE CASCADE,
  key TEXT NOT NULL COLLATE NOCASE CHECK (length(key) > 0),
  paper_id INTEGER NOT NULL,                      -- no reference: the entry outlives the paper
  sha256 TEXT NOT NULL,                           -- of the bytes that readq last wrote
  published INTEGER NOT NULL DEFAULT 0 CHECK (published IN (0, 1)),  -- 0: as a preprint
  PRIMARY KEY (file_id, key)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE bib_change (                         -- papers that changed since a kept file was renewed
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file_id INTEGER NOT NULL REFERENCES bib_file (id) ON DELETE CASCADE,
  paper_id INTEGER NOT NULL,
  UNIQUE (paper_id, file_id)
) STRICT
""",
    *(_noted(name, event, paper) for name, (event, paper) in _EVENTS.items()),
)
