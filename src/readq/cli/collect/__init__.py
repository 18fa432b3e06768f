"""Commands that add papers, complete their metadata, or report on them: import, add, feed, sync, digest, enrich.

A command parses arguments, calls services and prints a report. `output/` has the reports that several commands share. A
command imports no command of another group. Add a new file here only for a new command.
"""
