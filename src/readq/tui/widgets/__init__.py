"""Textual widgets that draw one thing each: a list, a pane of text, a bar, a line being typed.

A widget gets its data handed in and reports events as Textual messages; it knows no screen and no action. May import
readq.tui.state, text and keys, services and store. A new file goes here for a widget, or for a base class that several
widgets share.
"""
