"""Feeds of bioRxiv and medRxiv: new preprints of a category, or of all categories.

`kind` parses their SPECs, `source` pulls them from the API, `categories` lists the categories. May import
`feeds.source`, `feeds.feed_kind`, `feeds.parsed_feed` and the packages below `feeds`.
"""
