"""The screens of a review: the screen that shows the cards, and the screen with the statistics.

A new file belongs here if it is a screen that shows cards or statistics of a review.
"""
