"""Actions: the handlers of keys. Each is a function of the screen on which the key was pressed.

Each module has a table `HANDLERS`, or one table for each scope, from action names to functions. app/registry.py
collects the tables. The package may import readq.tui.screens and all layers below. A new file goes here for a new
subject of actions. The keys themselves are in keys/action_table.py.
"""
