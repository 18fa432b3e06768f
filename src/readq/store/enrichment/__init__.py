"""Find papers with missing metadata, read the metadata that a lookup needs, and store the state of pending lookups.

May import `papers`. Sends no requests: the lookups are made by `readq.services.enrichment`. A new file belongs here if
it selects papers by their missing metadata.
"""
