"""Read and write the library, which is one SQLite file. No other package contains SQL.

A new function goes to the package of the rows that it reads or writes: `papers`, `notes`, `review`, `feeds`, `journal`,
`interest`, `enrichment`, or `records` (papers in the form in which a dump holds them). `search` translates the user's
queries to SQL. `schema` defines and migrates the tables. `connection` opens and locks the file, and `files` copies it.
The package may import `model`, `ranking`, `text`, `days`, `paths` and `errors`. Reads and single changes use `sqlite3`
alone, because importing SQLModel takes 0.3 s. Bulk writes use the SQLModel classes in `schema`.
"""
