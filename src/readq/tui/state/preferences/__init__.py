"""Choices that the reader made in the UI: layouts and sort orders, kept in files of the user's state folder.

`state_file` reads and writes these files. The package may import the services, the store and the modules at the top of
readq. A new kind of choice needs a module with a subclass of `StateFile`. If the choice is kept for each view, it also
needs a line in `view_choices`.
"""
