"""One function for each thing that a user does, called by the command line, the UI and scripts.

A function of this package opens the transaction, calls the store, and returns a report as a value; it prints nothing. A
new one goes to the folder of the things that the user acts on. May import everything except cli and tui. Folders import
downwards: demo, feeds and enrichment; importing and safety; dump and review; papers, pdf and saved_views; history,
network, views and citing.
"""
