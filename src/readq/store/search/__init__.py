"""Translate queries, such as `attention year>2020`, to SQL conditions and expressions for the full-text index.

`query_parser` parses a query to a tree. `compiler` translates the tree to SQL, with `fts_terms` for words and `ranges`
for numbers and dates. `builtin_views` holds the conditions of the built-in views. The package may import `papers`. A
new field of the query language is added in `query_parser` and `compiler`.
"""
