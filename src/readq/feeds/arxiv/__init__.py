"""Feeds of arXiv: announcements of categories (RSS) and searches (API).

`rss` and `atom_api` parse responses, `category` and `query` are the sources, `announcement_days` knows arXiv's calendar
and `taxonomy` its categories. May import syndication, whose XML parser it uses, but not huggingface.
"""
