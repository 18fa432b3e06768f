"""Provide one function for each thing that a user does. The command line, the UI and scripts call these functions.

A function of this package opens the transaction, calls the store, and returns a report as a value. It prints nothing. A
new function goes to the folder named after its subject, such as papers or feeds. The package may import everything
except cli and tui. In this list, a folder may import only the folders on later lines:

- demo, feeds, enrichment
- importing, safety
- dump, review
- papers, pdf, saved_views
- history, network, views, citing
"""
