"""Connections to a library's file: identity and pragmas, transactions, locks, and errors of SQLite.

Knows no table. Imports nothing of `store` outside this package. A new file belongs here if it is about SQLite itself or
about another process that uses the same library.
"""
