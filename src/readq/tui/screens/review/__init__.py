"""The screens of a review: the cards, the history of a card, and the figures.

A new file belongs here if it is a screen that shows cards or figures of review.
"""
