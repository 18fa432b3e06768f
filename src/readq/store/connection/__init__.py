"""Connect to a library's file: check it, set pragmas, begin transactions, wait for locks, translate SQLite's errors.

This package knows no table. Of `store`, it imports only the schema version from `schema_versions`. A new file belongs
here if it is about SQLite itself or about other processes that use the same library.
"""
