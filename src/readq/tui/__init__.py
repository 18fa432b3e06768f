"""The terminal UI, built on Textual.

Subpackages import downwards: app, actions, screens, widgets, state, then text and keys. May import services and all
below them. What a key does goes to actions, a screen composes widgets, a widget draws, state holds what outlives a
screen, and text formats. A new key needs a row in keys/action_table.py and a handler in actions/.
"""
