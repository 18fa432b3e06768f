"""Read and write the rows of spaced review: cards, the log of answers to them, and snapshots of both for undo.

The package imports `journal` only. Schedules are computed in `readq.review`. A new file belongs here if it reads or
writes cards or answers.
"""
