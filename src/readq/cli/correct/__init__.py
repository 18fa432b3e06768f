"""Commands that correct papers, and undo and redo steps: edit, key, doubles, remove, merge, undo, redo.

They parse arguments, call services and print. A command imports no command of another group. A new file here is a new
command.
"""
