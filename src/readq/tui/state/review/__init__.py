"""The state of a running review: its queue, the answers, and the writes that its undo key takes back.

The package imports no widget. `readq.services.review` writes the answers to the library.
"""
