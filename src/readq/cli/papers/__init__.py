"""Commands that list and triage papers: list, show, open, pdf, mark, star, snooze, tag, note, view.

They parse arguments, call services or read the store, and print. A command imports no command of another group. A new
file here is a new command.
"""
