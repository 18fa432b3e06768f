"""Translate queries, such as `attention year>2020`, to SQL conditions and expressions for the full-text index.

`query_parser` makes a tree of a query, `compiler` translates the tree with `fts_terms` (words) and `ranges` (numbers
and dates), `builtin_views` holds fixed conditions. May import `papers`. Does not read the library. A new field of the
query language is added in `query_parser` and `compiler`.
"""
