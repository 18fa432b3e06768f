"""Commands that bring papers in: import, add, feed, sync, enrich.

They parse arguments, call services and print reports; `output/` prints what several have in common. A command imports
no command of another group. A new file here is a new command.
"""
