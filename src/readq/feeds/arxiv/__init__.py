"""Feeds of arXiv: announcements of categories (RSS) and searches (API).

`rss` and `atom_api` parse responses, `category` and `query` are the Sources, `announcement_days` computes arXiv's
schedule, `taxonomy` lists its categories. May import syndication, whose XML parser it uses, but not huggingface.
"""
