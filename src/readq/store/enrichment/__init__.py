"""Find papers with missing metadata, read the metadata that a lookup needs, and store the state of pending lookups.

The package may import `papers`. It sends no requests: `readq.services.enrichment` makes the lookups. A new file belongs
here if it selects papers by their missing metadata.
"""
