"""Actions: the handlers of keys. The argument of each handler is the screen on which the key was pressed.

Each module has the actions of one subject. Its table `HANDLERS` maps names of actions to handlers. A module with
actions for several scopes has one table for each scope. A scope is a part of the UI with its own keys. app/registry.py
collects the tables. The keys of the actions are in keys/action_table.py.

The subpackage `lists` has the actions on a list as a whole. The package may import readq.tui.screens and all layers
below.
"""
