"""Commands that add papers and complete or report them: import, add, feed, sync, digest, enrich.

A command parses arguments, calls services and prints a report. `output/` has the reports that several commands share. A
command imports no command of another group. A new file here is a new command.
"""
