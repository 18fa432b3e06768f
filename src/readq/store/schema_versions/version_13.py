"""Define the statement that migrates from schema 12 to 13. It adds the index for comparing a folder of notes.

A comparison of a folder reads only this index, not the rows of the files, which are five times as long. Within a
folder, the index has the order of the index `note_by_version`, so that SQLite can merge the two indexes.
"""

STATEMENTS = ("CREATE INDEX note_file_state ON note_file (folder, version, paper_id, name, size, mtime_ns)",)
