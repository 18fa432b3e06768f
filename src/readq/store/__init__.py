"""Read and write the library, which is one SQLite file. No other package contains SQL.

A new function goes to the folder of the rows that it reads or writes: papers, review, feeds, journal, records (of a
dump), enrichment. search translates queries, schema defines and migrates the tables, connection opens and locks the
file, files copies it. May import model, text, days, paths and errors. Reads and single changes use sqlite3 alone,
because importing SQLModel takes 0.3 s; bulk writes use the SQLModel classes in schema.
"""
