"""The words of the state line and the bars: the list, the progress of triage, the queue, and what is new.

The package may import the session. A new file goes here if it words what a list shows as a whole.
"""
