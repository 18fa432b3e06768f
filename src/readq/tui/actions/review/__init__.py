"""Actions of a review: open it, answer its cards, remove cards from it, and reduce a backlog of due cards.

A new file belongs here if its keys open a review, or act on its cards. The screen on which they act is in
`readq.tui.screens.review`.
"""
