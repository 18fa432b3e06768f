"""Commands that list and triage papers: list, show, open, pdf, mark, star, snooze, tag, note, notes, highlights, view.

A command parses arguments, calls services or reads the store, and prints. It imports no command of another group. Add a
new file here only for a new command.
"""
