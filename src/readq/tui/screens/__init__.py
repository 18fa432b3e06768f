"""Screens: each composes widgets, draws the session's data in them, and names the scope of its keys.

`base` handles the keys of all screens. `screen_context` holds the objects that the app gives to each screen. A screen
imports neither actions nor the app. The package may import readq.tui.widgets, state, text and keys. Add a new file here
for a screen, or for a base class.
"""
