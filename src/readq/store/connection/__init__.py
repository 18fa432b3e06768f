"""Connect to a library's file: check it, set pragmas, begin transactions, wait for locks, translate SQLite's errors.

This package knows no table. From the rest of `store`, it imports only the schema version in `schema_versions`. A new
file belongs here if it is about SQLite itself or about other processes that use the same library.
"""
