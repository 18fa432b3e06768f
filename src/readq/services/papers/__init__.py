"""Change a paper as a person asks: decide, tag, snooze, write a note, correct, merge, remove. Open its page or PDF.

Each call is one transaction. If it changes the library, it makes one step, which is a journal entry that undo can
reverse. The package may import `services.history` and `store`. A new action on papers goes here, in the file for its
subject.
"""
