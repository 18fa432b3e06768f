"""The feeds of bioRxiv and medRxiv: their kind, the source that pulls them, their categories.

Imports `feeds.source`, `feeds.feed_kind` and what lies below `feeds`. One module for each idea of these servers.
"""
