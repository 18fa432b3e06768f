"""Commands that keep the library safe: backup, restore, check, dump.

They parse arguments, call services and print. A command imports no command of another group. A new file here is a new
command.
"""
