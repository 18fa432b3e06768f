"""Textual widgets that draw one thing each: a list, a pane of text, a bar, a line being typed.

A widget draws the data that it is given, and reports events as Textual messages. It imports no screen and no action.
The package may import readq.tui.state, text and keys. Add a new file here for a widget, or for a base class that
several widgets share.
"""
