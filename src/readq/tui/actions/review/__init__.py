"""Actions of a review: open it, answer its cards, remove cards from it, and reduce a backlog of due cards.

Put a new action here if it opens a review, or acts on the cards of a review. The review screen itself is in
`readq.tui.screens.review`.
"""
