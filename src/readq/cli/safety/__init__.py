"""Commands that keep the library safe or share it: backup, restore, check, dump, merge-dump, share.

A command parses arguments, calls services and prints. It imports no command of another group. Add a new file here only
for a new command.
"""
