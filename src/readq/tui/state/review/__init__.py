"""What a review knows while it runs: its queue, the answers, and the writes that its undo key takes back.

The package knows no widget. What stays after the review is in the library, and `readq.services.review` writes it.
"""
