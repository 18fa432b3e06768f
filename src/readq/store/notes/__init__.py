"""Read and write the rows about the Markdown files of notes, and find the links between notes.

The texts of notes are read and written in `readq.store.papers.notes`.
"""
