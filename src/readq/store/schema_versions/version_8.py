"""Define the statements that migrate from schema 7 to 8. They add the state of the folders of Markdown notes.

A row of `note_file` has the state of a file in such a folder after its last comparison with the library.
"""

STATEMENTS = (
    """
CREATE TABLE note_folder (                        -- a folder of notes, and how far its files follow the journal
  folder TEXT PRIMARY KEY NOT NULL,
  step INTEGER NOT NULL,                          -- the newest step at the last comparison
  undone INTEGER NOT NULL,                        -- the highest number in step.undone
  undone_steps INTEGER NOT NULL                   -- the number of undone steps
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE note_file (
  folder TEXT NOT NULL,
  paper_id INTEGER NOT NULL,                      -- no reference: the file of a removed paper stays until it is pruned
  name TEXT NOT NULL CHECK (length(name) > 0),    -- of the file in the folder
  size INTEGER NOT NULL,                          -- in bytes
  mtime_ns INTEGER NOT NULL,                      -- in nanoseconds since 1970
  digest TEXT NOT NULL,                           -- SHA-256 of the whole file
  note_digest TEXT NOT NULL,                      -- SHA-256 of the note
  version INTEGER NOT NULL,                       -- of the note
  properties TEXT NOT NULL CHECK (json_valid(properties)),  -- title, status and tags
  PRIMARY KEY (folder, paper_id),
  UNIQUE (folder, name)
) STRICT, WITHOUT ROWID
""",
)
