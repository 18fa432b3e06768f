"""The temporary library of `readq demo`: `library` fills it and runs the tour, `feeds` makes up the state of its feeds.

May import all other services, except feeds and enrichment; the papers come from `readq.sample`. Uses no network.
"""
