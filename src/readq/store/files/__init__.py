"""The library's file as a whole: backup, restore, integrity, location, atomic creation.

Imports `connection` only. SQL about rows does not belong here; a new file does if it handles the library without
reading its papers.
"""
