"""Spaced review: schedule reviews by the algorithm FSRS-6, build the queue of cards for a day, and replay answers.

The package does no I/O and does not read the clock: the day is an argument. It may import only `model`. A new file
belongs here if it decides which cards are asked, or when.
"""
