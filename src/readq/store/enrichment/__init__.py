"""Papers with missing metadata: which they are, what is known about them, which lookups have failed.

May import `papers`. Knows no server: `readq.services.enrichment` asks them.
"""
