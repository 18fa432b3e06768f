"""Printing for commands: standard streams, reports that several commands share, tables for a terminal, sync progress.

May import services and the store for the types that it prints. A layout used by one command alone stays in that command
until it is long. Only tables and progress bars import rich. A new file goes here for another kind of output.
"""
