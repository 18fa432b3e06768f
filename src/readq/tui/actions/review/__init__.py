"""Actions of a review: open it, answer its cards, put cards away, and reduce a backlog.

A new file belongs here if its keys open a review, or act on its cards. The screen on which they act is in
`readq.tui.screens.review`.
"""
