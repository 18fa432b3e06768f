"""Sync a folder of Markdown files with the notes of the library, for editors and programs such as Obsidian.

The package changes papers only with the functions of `services/papers`. Each change that comes from a file is one step
of the undo history.
"""
