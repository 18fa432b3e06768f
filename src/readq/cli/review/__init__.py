"""Commands of spaced review: due, review, rate, enrol, unenrol.

They parse arguments, call services and print; `review` opens the UI. A command imports no command of another group. A
new file here is a new command.
"""
