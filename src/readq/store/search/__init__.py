"""Translate queries, such as `attention year>2020`, to SQL conditions and expressions for the full-text index.

`query_parser` parses a query to a tree. `compiler` translates the tree to SQL, with `fts_terms` for words and `ranges`
for numbers and dates. `builtin_views` holds the conditions of the built-in views. To add a field to the query language,
change `query_parser` and `compiler`. Of the packages beside this one, only `papers` is imported here.
"""
