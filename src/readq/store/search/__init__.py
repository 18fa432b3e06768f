"""Translate queries, such as `attention year>2020`, to SQL conditions and expressions for the full-text index.

`query_parser` parses a query to a tree. `compiler` translates the tree to SQL, with `fts_terms` for words and `ranges`
for numbers and dates. `builtin_views` holds fixed conditions. May import `papers`. Does not read the library. A new
field of the query language is added in `query_parser` and `compiler`.
"""
