"""Printing for commands: standard streams, reports that several commands share, tables for a terminal, sync progress.

The package may import services. It may also import the store, but only for types of values that it prints. A layout
that only one command uses belongs in the module of that command, unless it is long. Only tables and progress bars
import rich. Add a new file here only for another kind of output.
"""
