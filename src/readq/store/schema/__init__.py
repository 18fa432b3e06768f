"""Define the present database schema, create libraries with it, and upgrade older libraries to it.

`orm_papers` and the other modules `orm_…` define the tables as SQLModel classes, from the kinds of columns in
`column_types`. `migrations` runs the migrations in `schema_versions`; `drift` compares a library with the present
schema. The package imports `files` (backups), `connection` and `schema_versions`. To change the schema, change the
class of the table, and add a migration to `schema_versions`.
"""
