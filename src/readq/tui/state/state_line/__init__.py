"""Texts for the state line and the views bar: the list, the progress of triage, the queue, and new papers.

The package may import the session. Add a new file here if it makes text about a list as a whole.
"""
