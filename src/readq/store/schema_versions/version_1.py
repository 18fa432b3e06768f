"""Define the statements that create schema 1: tables for papers, notes, review, feeds and the undo history.

Times are UTC text (`2026-11-23T08:00:00Z`), days are local ISO days (`2026-11-23`). A text column with several values
holds one value per line (`paper.authors`) or JSON (`paper.fields`). Values for searching, joining or sorting are in
tables of their own.
"""

_DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
_INSTANT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"

PAPER = f"""
CREATE TABLE paper (
  id INTEGER PRIMARY KEY AUTOINCREMENT,           -- the number that the reader types; never used twice
  key TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(key) > 0),
  key_frozen INTEGER NOT NULL DEFAULT 0 CHECK (key_frozen IN (0, 1)),
  title TEXT NOT NULL CHECK (length(title) > 0),
  title_key TEXT NOT NULL,                        -- normalised, for sources without identifiers
  authors TEXT NOT NULL DEFAULT '',               -- the names of table author in order, one a line
  abstract TEXT,
  year INTEGER CHECK (year BETWEEN 1000 AND 9999),
  published TEXT CHECK (published {_DAY}),
  venue TEXT,
  primary_class TEXT,                             -- arXiv's, such as cs.LG
  url TEXT,
  pdf_url TEXT,
  entry_type TEXT,                                -- of an imported BibTeX entry
  fields TEXT,                                    -- JSON: its raw fields, as they stood
  trust INTEGER NOT NULL,                         -- model.values.Trust of the best source so far
  edited TEXT NOT NULL DEFAULT '',                -- the fields that a person set, one a line
  status TEXT NOT NULL DEFAULT 'inbox' CHECK (status IN ('inbox', 'queued', 'reading', 'done', 'dropped')),
  decided TEXT CHECK (decided {_INSTANT}),
  starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1)),
  snoozed_until TEXT CHECK (snoozed_until {_DAY}),
  added TEXT NOT NULL CHECK (added {_INSTANT}),
  upvotes INTEGER                                 -- the highest of all sightings, kept by triggers
) STRICT
"""

TABLES = (
    """
CREATE TABLE author (
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  name TEXT NOT NULL CHECK (length(name) > 0),
  family TEXT,                                    -- with the von part; null until someone split the name
  given TEXT,                                     -- null with a family: a name in one piece
  suffix TEXT,
  PRIMARY KEY (paper_id, position)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE identifier (
  scheme TEXT NOT NULL CHECK (scheme IN ('arxiv', 'doi', 'openreview', 'acl', 's2', 'url')),
  value TEXT NOT NULL CHECK (length(value) > 0),
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  PRIMARY KEY (scheme, value)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE alias (                              -- former keys, which stay valid
  key TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE paper_tag (
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  tag TEXT NOT NULL CHECK (length(tag) > 0),
  PRIMARY KEY (paper_id, tag)
) STRICT, WITHOUT ROWID
""",
    f"""
CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
  spec TEXT UNIQUE,                               -- null: only a name under which papers were imported
  added TEXT NOT NULL CHECK (added {_INSTANT})
) STRICT
""",
    f"""
CREATE TABLE sighting (
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  feed_id INTEGER NOT NULL REFERENCES feed (id),
  day TEXT NOT NULL CHECK (day {_DAY}),
  rank INTEGER CHECK (rank > 0),
  upvotes INTEGER,
  comments INTEGER,
  submitted_by TEXT,
  PRIMARY KEY (paper_id, feed_id, day)
) STRICT, WITHOUT ROWID
""",
    f"""
CREATE TABLE note (
  paper_id INTEGER PRIMARY KEY REFERENCES paper (id) ON DELETE CASCADE,
  text TEXT NOT NULL CHECK (length(text) > 0),
  version INTEGER NOT NULL,                       -- rises with each save, so that an editor notices another save
  created TEXT NOT NULL CHECK (created {_INSTANT}),
  updated TEXT NOT NULL CHECK (updated {_INSTANT})
) STRICT
""",
    f"""
CREATE TABLE note_history (                       -- the text of a note before each change
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  replaced TEXT NOT NULL CHECK (replaced {_INSTANT}),
  PRIMARY KEY (paper_id, version)
) STRICT, WITHOUT ROWID
""",
    f"""
CREATE TABLE draft (                              -- unsaved text, kept in case of a crash
  paper_id INTEGER PRIMARY KEY REFERENCES paper (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  base_version INTEGER,                           -- the note's version when typing began; null: there was none
  updated TEXT NOT NULL CHECK (updated {_INSTANT})
) STRICT
""",
    f"""
CREATE TABLE card (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('paper', 'question')),
  question TEXT,
  answer TEXT,
  suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
  buried_until TEXT CHECK (buried_until {_DAY}),
  priority INTEGER NOT NULL DEFAULT 0,
  due TEXT NOT NULL CHECK (due {_DAY}),
  stability REAL CHECK (stability > 0),           -- null: never rated
  difficulty REAL CHECK (difficulty BETWEEN 1 AND 10),
  interval_days INTEGER,
  last_day TEXT CHECK (last_day {_DAY}),
  reps INTEGER NOT NULL DEFAULT 0,
  lapses INTEGER NOT NULL DEFAULT 0,
  created TEXT NOT NULL CHECK (created {_INSTANT})
) STRICT
""",
    f"""
CREATE TABLE review (                             -- one answer, with the card as it was before, for undo
  id INTEGER PRIMARY KEY,                         -- milliseconds since 1970, raised where two would be equal
  card_id INTEGER NOT NULL REFERENCES card (id) ON DELETE CASCADE,
  rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4),
  at TEXT NOT NULL CHECK (at {_INSTANT}),
  day TEXT NOT NULL CHECK (day {_DAY}),           -- the local day at that time, in whatever time zone
  utc_offset INTEGER NOT NULL,                    -- seconds, at the place of the answer
  elapsed_days INTEGER NOT NULL,
  stability REAL NOT NULL,
  difficulty REAL NOT NULL,
  interval_days INTEGER NOT NULL,
  due TEXT NOT NULL CHECK (due {_DAY}),
  stability_before REAL,
  difficulty_before REAL,
  interval_before INTEGER,
  due_before TEXT NOT NULL,
  last_day_before TEXT,
  reps_before INTEGER NOT NULL,
  lapses_before INTEGER NOT NULL,
  retention REAL NOT NULL,
  algorithm TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT
""",
    f"""
CREATE TABLE step (                               -- the journal: one action of a person
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL CHECK (at {_INSTANT}),
  what TEXT NOT NULL,
  papers INTEGER NOT NULL,
  undone INTEGER,                                 -- null: in force; else the order in which steps were undone
  redoable INTEGER NOT NULL DEFAULT 1 CHECK (redoable IN (0, 1))  -- 0: a newer step followed after it was undone
) STRICT
""",
    """
CREATE TABLE change (                             -- what a step did to one field of one paper
  step_id INTEGER NOT NULL REFERENCES step (id) ON DELETE CASCADE,
  paper_id INTEGER NOT NULL,                      -- no reference: the step may have removed the paper
  field TEXT NOT NULL,
  before ANY,
  after ANY,
  PRIMARY KEY (step_id, paper_id, field)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE view (                               -- a saved query
  name TEXT PRIMARY KEY CHECK (length(name) > 0),
  query TEXT NOT NULL,
  sort TEXT NOT NULL DEFAULT 'added',
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID
""",
    f"""
CREATE TABLE exported (                           -- files that readq wrote and may overwrite
  path TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  at TEXT NOT NULL CHECK (at {_INSTANT})
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE last_opened (                        -- the paper of the REF `.`, in one row
  one INTEGER PRIMARY KEY CHECK (one = 1),
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE
) STRICT
""",
)

INDEXES = (
    # The lists in their default order, with the columns of the views' conditions, so that no row is read for them.
    "CREATE INDEX paper_by_status ON paper (status, added DESC, id, snoozed_until)",
    "CREATE INDEX paper_by_added ON paper (added DESC, id, status, snoozed_until)",
    "CREATE INDEX paper_by_title_key ON paper (title_key)",
    "CREATE INDEX paper_starred ON paper (added DESC, id) WHERE starred = 1",
    "CREATE INDEX paper_snoozed ON paper (snoozed_until, status) WHERE snoozed_until IS NOT NULL",
    "CREATE INDEX identifier_of_paper ON identifier (paper_id)",
    "CREATE INDEX alias_of_paper ON alias (paper_id)",
    "CREATE INDEX paper_with_tag ON paper_tag (tag)",
    "CREATE INDEX sighting_of_feed ON sighting (feed_id, day)",
    "CREATE UNIQUE INDEX card_of_paper ON card (paper_id) WHERE kind = 'paper'",
    "CREATE INDEX cards_of_paper ON card (paper_id)",
    "CREATE INDEX card_due ON card (due) WHERE suspended = 0",
    "CREATE INDEX review_of_card ON review (card_id, id)",
    "CREATE INDEX step_in_force ON step (id) WHERE undone IS NULL",
)

SEARCH = (
    """
CREATE VIEW paper_text AS
  SELECT p.id, p.title, p.abstract, p.authors, n.text AS note FROM paper p LEFT JOIN note n ON n.paper_id = p.id
""",
    """
CREATE VIRTUAL TABLE paper_search USING fts5 (
  title, abstract, authors, note,
  content = 'paper_text', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
)
""",
)

_OLD_NOTE = "(SELECT text FROM note WHERE paper_id = old.id)"

TRIGGERS = (
    """
CREATE TRIGGER paper_indexed AFTER INSERT ON paper BEGIN
  INSERT INTO paper_search (rowid, title, abstract, authors) VALUES (new.id, new.title, new.abstract, new.authors);
END
""",
    f"""
CREATE TRIGGER paper_reindexed AFTER UPDATE OF title, abstract, authors ON paper BEGIN
  INSERT INTO paper_search (paper_search, rowid, title, abstract, authors, note)
    VALUES ('delete', old.id, old.title, old.abstract, old.authors, {_OLD_NOTE});
  INSERT INTO paper_search (rowid, title, abstract, authors, note)
    VALUES (new.id, new.title, new.abstract, new.authors, {_OLD_NOTE});
END
""",
    # The note is deleted first, while its paper still has the text that is in the index.
    """
CREATE TRIGGER paper_note_removed BEFORE DELETE ON paper BEGIN
  DELETE FROM note WHERE paper_id = old.id;
END
""",
    """
CREATE TRIGGER paper_unindexed AFTER DELETE ON paper BEGIN
  INSERT INTO paper_search (paper_search, rowid, title, abstract, authors)
    VALUES ('delete', old.id, old.title, old.abstract, old.authors);
END
""",
    """
CREATE TRIGGER note_indexed AFTER INSERT ON note BEGIN
  INSERT INTO paper_search (paper_search, rowid, title, abstract, authors)
    SELECT 'delete', id, title, abstract, authors FROM paper WHERE id = new.paper_id;
  INSERT INTO paper_search (rowid, title, abstract, authors, note)
    SELECT id, title, abstract, authors, new.text FROM paper WHERE id = new.paper_id;
END
""",
    """
CREATE TRIGGER note_reindexed AFTER UPDATE OF text ON note BEGIN
  INSERT INTO paper_search (paper_search, rowid, title, abstract, authors, note)
    SELECT 'delete', id, title, abstract, authors, old.text FROM paper WHERE id = old.paper_id;
  INSERT INTO paper_search (rowid, title, abstract, authors, note)
    SELECT id, title, abstract, authors, new.text FROM paper WHERE id = new.paper_id;
END
""",
    """
CREATE TRIGGER note_unindexed AFTER DELETE ON note BEGIN
  INSERT INTO paper_search (paper_search, rowid, title, abstract, authors, note)
    SELECT 'delete', id, title, abstract, authors, old.text FROM paper WHERE id = old.paper_id;
  INSERT INTO paper_search (rowid, title, abstract, authors)
    SELECT id, title, abstract, authors FROM paper WHERE id = old.paper_id;
END
""",
    """
CREATE TRIGGER sighting_counted AFTER INSERT ON sighting WHEN new.upvotes IS NOT NULL BEGIN
  UPDATE paper SET upvotes = max(coalesce(upvotes, new.upvotes), new.upvotes) WHERE id = new.paper_id;
END
""",
    """
CREATE TRIGGER sighting_recounted AFTER UPDATE OF upvotes ON sighting BEGIN
  UPDATE paper SET upvotes = (SELECT max(upvotes) FROM sighting WHERE paper_id = new.paper_id) WHERE id = new.paper_id;
END
""",
    """
CREATE TRIGGER sighting_uncounted AFTER DELETE ON sighting BEGIN
  UPDATE paper SET upvotes = (SELECT max(upvotes) FROM sighting WHERE paper_id = old.paper_id) WHERE id = old.paper_id;
END
""",
)

STATEMENTS = (PAPER, *TABLES, *INDEXES, *SEARCH, *TRIGGERS)
