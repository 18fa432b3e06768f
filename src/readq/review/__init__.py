"""Spaced review: schedule reviews by FSRS-6, build the queue of a day, and replay answers.

The package is pure: it neither reads nor writes, and takes the day as an argument. It may import only `model`. A new
file belongs here if it decides which cards are asked, or when.
"""
