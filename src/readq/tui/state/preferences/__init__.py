"""Choices that the user made in the UI: layouts and sort orders, kept in files of the user's state folder.

`state_file` reads and writes these files. The package may import the services, the store and the modules at the top of
readq. To add a new kind of choice, add a module with a subclass of `StateFile`. If the choice is kept for each view,
also add a line to `view_choices`.
"""
