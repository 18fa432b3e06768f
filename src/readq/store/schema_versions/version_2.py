"""Define the statements that migrate from schema 1 to 2.

They add tables for pulls of feeds, rate limits, PDFs, pending papers and additional titles, and columns for versions on
arXiv. A row of `pull` is the state of fetching a feed. A pending paper is a paper whose metadata is still to be
fetched.
"""

_DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
_INSTANT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"

STATEMENTS = (
    "ALTER TABLE paper ADD COLUMN trusts TEXT",  # JSON: ranks of fields that differ from `trust`, see model.metadata
    "ALTER TABLE paper ADD COLUMN version INTEGER CHECK (version > 0)",  # the newest on arXiv that a source named
    f"ALTER TABLE paper ADD COLUMN revised TEXT CHECK (revised {_DAY})",  # the day on which a version after v1 was seen
    """
CREATE TABLE other_title (                        -- further titles under which a paper was seen
  title_key TEXT NOT NULL CHECK (length(title_key) > 0),
  paper_id INTEGER NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
  PRIMARY KEY (title_key, paper_id)
) STRICT, WITHOUT ROWID
""",
    "CREATE INDEX other_title_of_paper ON other_title (paper_id)",
    # A paper that is inserted with its upvotes is not updated for its first sighting.
    "DROP TRIGGER sighting_counted",
    """
CREATE TRIGGER sighting_counted AFTER INSERT ON sighting
WHEN new.upvotes > coalesce((SELECT upvotes FROM paper WHERE id = new.paper_id), -1) BEGIN
  UPDATE paper SET upvotes = new.upvotes WHERE id = new.paper_id;
END
""",
    f"""
CREATE TABLE pull (                               -- how pulling a feed went; no row: never tried
  feed_id INTEGER PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
  tried TEXT CHECK (tried {_INSTANT}),
  succeeded TEXT CHECK (succeeded {_INSTANT}),
  failed_since TEXT CHECK (failed_since {_INSTANT}),  -- null: the last try went well
  failures INTEGER NOT NULL DEFAULT 0,            -- consecutive
  error TEXT,
  next_try TEXT CHECK (next_try {_INSTANT}),      -- the earliest time; null: any
  paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),  -- answered 410, until the reader syncs it by name
  through TEXT CHECK (through {_DAY}),            -- the last day that was pulled completely
  newest TEXT CHECK (newest {_DAY}),              -- the day of the newest item that was served
  batch TEXT,                                     -- digest of the last answer, to recognise a stale one
  batch_since TEXT CHECK (batch_since {_DAY}),    -- the day since which it is the same
  etag TEXT,
  last_modified TEXT,
  moved_to TEXT                                   -- target of a permanent redirect that could be read
) STRICT
""",
    f"""
CREATE TABLE service (                            -- state of rate limiting, kept between runs
  name TEXT PRIMARY KEY CHECK (length(name) > 0),
  last_request INTEGER,                           -- milliseconds since 1970
  blocked_until TEXT CHECK (blocked_until {_INSTANT}),
  why TEXT
) STRICT, WITHOUT ROWID
""",
    f"""
CREATE TABLE pending (                            -- papers added by id, with metadata still to be fetched
  paper_id INTEGER PRIMARY KEY REFERENCES paper (id) ON DELETE CASCADE,
  reference TEXT NOT NULL CHECK (length(reference) > 0),  -- as the reader typed it
  since TEXT NOT NULL CHECK (since {_INSTANT}),
  tried TEXT CHECK (tried {_INSTANT}),
  error TEXT
) STRICT
""",
    f"""
CREATE TABLE pdf (
  paper_id INTEGER PRIMARY KEY REFERENCES paper (id) ON DELETE CASCADE,
  path TEXT NOT NULL CHECK (length(path) > 0),
  sha256 TEXT,                                    -- as it was downloaded; null: the reader's own file, never written to
  url TEXT,
  added TEXT NOT NULL CHECK (added {_INSTANT})
) STRICT
""",
)
