"""The present schema and how a library gets it.

`orm_tables` defines the tables as SQLModel classes, with the kinds of columns in `columns`. `migrations` creates and
upgrades libraries by the steps of `schema_versions`, `drift` compares a library with the present schema. Imports
`files` (backups) and `connection`. A change of the schema is a change of a class here and a step in `schema_versions`.
"""
