"""Change papers as a person asks: decide, tag, snooze, write notes, correct, merge and remove. Open a page or PDF.

Each call is one transaction. If it changes the library, it makes one step: an entry of the undo history, which undo can
reverse. The package may import `services.history` and `store`. A new action on papers goes here, in the file for its
subject.
"""
