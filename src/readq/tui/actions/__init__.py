"""Actions: functions that carry out keys. Each takes the screen on which the key was pressed.

Each module has a table `HANDLERS`, or one for each scope, from action names to functions; app/registry.py collects
them. Modules are grouped by subject. May import readq.tui.screens and all below. A new file goes here for a new subject
of actions; the keys themselves are in keys/action_table.py.
"""
