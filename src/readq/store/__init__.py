"""The library: one SQLite file, and the only package with SQL.

A new function goes to the folder of its rows: papers, review, feeds, journal, records (of a dump), enrichment; search
compiles queries; schema defines and migrates the tables; connection opens and locks the file; files copies it. May
import model, text, days and errors. Reading and single changes use sqlite3 alone, because importing the ORM takes
0.3 s; bulk writes use its classes in schema.
"""
