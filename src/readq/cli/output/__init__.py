"""Printing for commands: standard streams, reports that several commands share, tables for a terminal, sync progress.

The package may import services, and the store for the types of printed values. A layout that only one command uses
belongs in the module of that command, unless it is long. Only tables and progress bars import rich. Add a new file here
only for another kind of output.
"""
