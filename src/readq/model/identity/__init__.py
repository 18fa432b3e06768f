"""Decide which records describe the same paper, and give the reasons. Pure functions.

`evidence` holds the facts of a record that are compared, `comparison` compares two records, `works` groups all records
of an import with those of the library. `generic_titles` is a table of titles such as `Editorial`.
May import identifiers and values. A new rule goes to `comparison`, a new fact that it compares to `evidence`.
"""
