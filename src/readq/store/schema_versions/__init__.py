"""Define the migrations of the database schema, as SQL statements. `readq.store.schema.migrations` runs them.

The module `version_N` holds the statements that change a library from schema N - 1 to schema N. `migration_steps` lists
these modules. Every command imports this package for the newest version number. To keep that fast, the modules import
other parts of readq inside functions only. To add a version, add a module, list it in `migration_steps`, and change the
classes in `readq.store.schema` so that they describe the resulting tables.
"""
