"""Tables of spaced review: cards, the log of answers, and snapshots of both for undo.

Imports `journal` only, and computes no schedule: that is `readq.review`. A new file belongs here if its rows are about
cards or answers.
"""
