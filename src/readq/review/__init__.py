"""Spaced review: FSRS-6 scheduling, the day's queue, replaying answers.

Pure: neither reads nor writes, and takes the day as an argument. Imports `model` only. A new file belongs here if it
decides what is asked, or when.
"""
