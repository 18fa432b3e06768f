"""Actions: functions that take the screen on which a key was pressed and carry out what the key means.

Each module has a table `HANDLERS`, or one for each scope, from action names to functions; app/registry.py collects
them. Modules are grouped by subject. May import readq.tui.screens and all below. A new file goes here for a new subject
of actions; the keys themselves are in keys/action_table.py.
"""
