"""The Textual app: start and shutdown, the theme, maintenance jobs, the table of handlers and the command palette.

Only the command line imports this package, to call `start.run`. The package may import all of readq.tui. A new file
goes here if it concerns the app as a whole rather than a single screen. The style sheet `readq.tcss` is here too.
"""
