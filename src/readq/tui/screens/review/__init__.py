"""The screens of a review: the screen that asks cards, and the screen with the figures.

A new file belongs here if it is a screen that shows cards or figures of a review.
"""
