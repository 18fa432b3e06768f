"""Texts for the state line and the views bar: the list, the progress of triage, the queue, and new papers.

The package may import the session. A new file goes here if it makes text about a list as a whole.
"""
