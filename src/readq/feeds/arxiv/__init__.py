"""Feeds of arXiv: announcements of categories (RSS) and searches (API).

`rss` and `atom_api` parse responses. `category` and `query` have the Sources, the classes that pull these feeds.
`announcement_days` computes arXiv's schedule. `taxonomy` lists arXiv's categories. The package may import
`syndication`, for its XML parser, but not `huggingface`.
"""
