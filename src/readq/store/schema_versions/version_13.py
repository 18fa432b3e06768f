"""Define the statement that migrates from schema 12 to 13. It adds the index for comparing a folder of notes.

With this index, ten thousand files are compared with the folder and with the versions of their notes without reading
their rows, which are five times as long. The order of its columns is that of the index `note_by_version`, so that the
two can be merged.
"""

STATEMENTS = ("CREATE INDEX note_file_state ON note_file (folder, version, paper_id, name, size, mtime_ns)",)
