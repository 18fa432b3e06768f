"""The screens of a review: the cards, and the figures.

A new file belongs here if it is a screen that shows cards or figures of review.
"""
