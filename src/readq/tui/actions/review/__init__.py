"""Actions of a review: those of a sitting, what to do with a backlog, and the claim that finishing a paper asks for.

A new file belongs here if its keys change cards, or ask what a card needs. The screen on which they act is in
`readq.tui.screens.review`.
"""
