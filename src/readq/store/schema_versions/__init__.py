"""The versions of the schema, as the statements that lead from each to the next.

One module for each version, `version_N`, and `steps`, which lists them. Imports nothing of readq: opening a library
needs the newest version number. A new version is a new module and a line in `steps`; the classes of
`readq.store.schema.orm_tables` must describe its result.
"""
