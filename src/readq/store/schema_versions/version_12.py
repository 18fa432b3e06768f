"""Define the statements that migrate from schema 11 to 12. They add the texts of PDFs, with a full-text index.

A row of `pdf_text` describes the file as it was when it was read. A file that could not be read has a row, too, with
the reason, so that an unchanged file is not tried again. Attaching a file to the paper deletes the row, even if it is
the same file.
"""

STATEMENTS = (
    """
CREATE TABLE pdf_text (
  paper_id INTEGER PRIMARY KEY REFERENCES pdf (paper_id) ON DELETE CASCADE,
  size INTEGER NOT NULL,                          -- of the file, in bytes
  mtime_ns INTEGER NOT NULL,                      -- of the file, in nanoseconds since 1970
  is_cut INTEGER NOT NULL DEFAULT 0 CHECK (is_cut IN (0, 1)),  -- 1: the file has more text than is kept
  error TEXT,                                     -- why the file could not be read
  text TEXT NOT NULL DEFAULT ''                   -- last, because the other columns are read without it
) STRICT
""",
    """
CREATE VIRTUAL TABLE pdf_search USING fts5 (
  text, content = 'pdf_text', content_rowid = 'paper_id', tokenize = 'porter unicode61 remove_diacritics 2'
)
""",
    """
CREATE TRIGGER pdf_text_indexed AFTER INSERT ON pdf_text BEGIN
  INSERT INTO pdf_search (rowid, text) VALUES (new.paper_id, new.text);
END
""",
    """
CREATE TRIGGER pdf_text_reindexed AFTER UPDATE OF text ON pdf_text BEGIN
  INSERT INTO pdf_search (pdf_search, rowid, text) VALUES ('delete', old.paper_id, old.text);
  INSERT INTO pdf_search (rowid, text) VALUES (new.paper_id, new.text);
END
""",
    """
CREATE TRIGGER pdf_text_unindexed AFTER DELETE ON pdf_text BEGIN
  INSERT INTO pdf_search (pdf_search, rowid, text) VALUES ('delete', old.paper_id, old.text);
END
""",
    """
CREATE TRIGGER pdf_replaced AFTER UPDATE ON pdf BEGIN
  DELETE FROM pdf_text WHERE paper_id = old.paper_id;
END
""",
    # With this index, the notes that changed since their files were compared are found without reading their texts.
    "CREATE INDEX note_by_version ON note (version)",
)
