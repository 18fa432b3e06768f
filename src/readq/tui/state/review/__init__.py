"""The state of a running review: the queue of cards, the answers, and the writes that the undo key can undo.

The package imports no widget. `readq.services.review` writes the answers to the library.
"""
