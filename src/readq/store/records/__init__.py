"""Read papers, feeds and views as the records that dumps hold, and write merged records back to the library.

A dump is a library as text.

Imports of dumps and merges of two papers use this package. `read` reads records, `write` writes them, `cards` writes
their review cards, `merge` joins two papers of the library. The package imports `papers`, `review`, `journal` and
`schema`. To add a field to a record, define the field in `readq.model.records`, and read and write it here.
"""
