"""Feeds of bioRxiv and medRxiv: new preprints of one category, or of all categories.

`kind` parses the names of these feeds, such as `biorxiv:neuroscience`. `source` pulls the feeds from the API.
`categories` lists the categories. The package may import `feeds.source`, `feeds.feed_kind`, `feeds.parsed_feed`, and
the packages that `feeds` may import.
"""
