"""Screens: each composes widgets, draws the session's data in them, and names the scope of its keys.

`base` handles keys for all of them, `screen_context` is what each gets from the app. A screen knows no action and not
the app. May import readq.tui.widgets, state, text and keys. A new file goes here for a screen, or for a base class.
"""
