"""Printing for commands: standard streams, reports that several commands share, tables for a terminal, sync progress.

The package may import services, and the store for the types of printed values. A layout used by one command alone stays
in that command until it is long. Only tables and progress bars import rich. A new file is for another kind of output.
"""
