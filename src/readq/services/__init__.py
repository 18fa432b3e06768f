"""One function for each thing that a user does. The command line, the UI and scripts call these functions.

A function of this package opens the transaction, calls the store, and returns a report as a value. It prints nothing. A
new function goes to the folder for the things that the user acts on. The package may import everything except cli and
tui. A folder may import only folders on the lines below its own:

- demo, feeds, enrichment
- importing, safety
- dump, review
- papers, pdf, saved_views
- history, network, views, citing
"""
