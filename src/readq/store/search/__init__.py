"""The query language: parse a query, translate it to SQL and to the full-text index's MATCH expressions.

May import `papers`. Neither reads nor writes the library. A new kind of field starts in `parser` and `compiler`.
"""
