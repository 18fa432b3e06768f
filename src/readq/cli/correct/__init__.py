"""Commands that correct papers, or undo and redo steps: edit, key, rekey, remove, doubles, merge, undo, redo.

A command parses arguments, calls services and prints. It imports no command of another group. Add a new file here only
for a new command.
"""
