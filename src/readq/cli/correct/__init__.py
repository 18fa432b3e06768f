"""Commands that correct papers, and undo and redo steps: edit, key, doubles, remove, merge, undo, redo.

A command parses arguments, calls services and prints. It imports no command of another group. Add a new file here only
for a new command.
"""
