"""Find papers with missing metadata, read what a lookup needs of them, and keep the state of pending lookups.

May import `papers`. Sends no requests: the lookups are made by `readq.services.enrichment`. A new file belongs here if
it selects papers by what their metadata lacks.
"""
