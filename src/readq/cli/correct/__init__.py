"""Commands that correct papers and undo steps: edit, key, remove, merge, undo, redo.

They parse arguments, call services and print. A command knows no command of another group. A new file here is a new
command.
"""
