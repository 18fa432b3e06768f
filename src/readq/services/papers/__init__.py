"""The actions of a person on a paper: decide, tag, snooze, write a note, correct, merge, remove, open.

Each call is one transaction and, if it changes the library, one step: a journal entry that undo can reverse. May import
`services.history` and `store`. A new action on papers goes here, in the file of its subject.
"""
