"""Define the statements that migrate from schema 3 to 4. They add tables for the user's interest in words of papers.

The tables count the words in the papers that the user kept or dropped. They can be computed again from the papers and
the decisions. Triggers list each paper whose status or text changes, so that its words are counted again.
"""

STATEMENTS = (
    """
CREATE TABLE interest_word (                      -- sums over the counted papers; a word, author, category, submitter
  id INTEGER PRIMARY KEY,
  word TEXT NOT NULL UNIQUE CHECK (length(word) > 0),
  papers INTEGER NOT NULL CHECK (papers >= 0),    -- how many have it
  liked INTEGER NOT NULL CHECK (liked >= 0),      -- weight of the word in a paper times weight of the decision
  dropped INTEGER NOT NULL CHECK (dropped >= 0)
) STRICT
""",
    """
CREATE TABLE interest_paper (                     -- a counted paper, and what it was counted as
  paper_id INTEGER PRIMARY KEY,                   -- no reference: a removed paper has to be subtracted
  verdict INTEGER NOT NULL,                       -- weight of the decision, negative for dropped; 0: undecided
  score INTEGER CHECK (score BETWEEN 0 AND 100),  -- null: not scored yet
  words BLOB NOT NULL                             -- the numbers of its words, then their weights in it
) STRICT
""",
    "CREATE INDEX interest_by_score ON interest_paper (score)",
    """
CREATE TABLE interest_pending (                   -- papers that changed since they were counted
  paper_id INTEGER PRIMARY KEY
) STRICT
""",
    """
CREATE TABLE interest (                           -- totals of the counted papers
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,                       -- of the rules that make words
  papers INTEGER NOT NULL,
  liked INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  liked_weight INTEGER NOT NULL,
  dropped_weight INTEGER NOT NULL,
  centre REAL NOT NULL,                           -- the raw score that becomes 50
  slope REAL NOT NULL
) STRICT
""",
    """
CREATE TRIGGER interest_inserted AFTER INSERT ON paper WHEN new.status <> 'inbox' OR new.starred = 1 BEGIN
  INSERT OR IGNORE INTO interest_pending (paper_id) VALUES (new.id);
END
""",
    """
CREATE TRIGGER interest_decided AFTER UPDATE OF status, starred ON paper
WHEN new.status <> old.status OR new.starred <> old.starred BEGIN
  INSERT OR IGNORE INTO interest_pending (paper_id) VALUES (new.id);
END
""",
    """
CREATE TRIGGER interest_reworded AFTER UPDATE OF title, abstract, authors, primary_class ON paper
WHEN new.id IN (SELECT paper_id FROM interest_paper) BEGIN
  INSERT OR IGNORE INTO interest_pending (paper_id) VALUES (new.id);
END
""",
    """
CREATE TRIGGER interest_removed AFTER DELETE ON paper WHEN old.id IN (SELECT paper_id FROM interest_paper) BEGIN
  INSERT OR IGNORE INTO interest_pending (paper_id) VALUES (old.id);
END
""",
    # Papers that were decided on before this schema are counted once, too.
    "INSERT INTO interest_pending (paper_id) SELECT id FROM paper WHERE status <> 'inbox' OR starred = 1",
)
