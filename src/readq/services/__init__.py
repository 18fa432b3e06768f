"""Provide one function for each thing that a user does. The command line, the UI and scripts call these functions.

A function of this package opens the transaction, calls the store, and returns a report as a value. It prints nothing. A
new function goes to the folder named after its subject, such as papers or feeds. The package may import everything
except cli and tui. The contract `services` in pyproject.toml says which folders of the package may import which others.
"""
