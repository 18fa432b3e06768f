"""Spaced review: FSRS-6 scheduling, the queue of a day, and replaying answers.

Pure: neither reads nor writes, and takes the day as an argument. Imports `model` only. A new file belongs here if it
decides which cards are asked, or when.
"""
