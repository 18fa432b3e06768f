"""The terminal UI, built on Textual.

Subpackages import downwards: app, actions, screens, widgets, state, then text and keys. May import services and all
layers below. Actions carry out keys, screens compose widgets, widgets draw, state holds what outlives a screen, and
text formats. A new key needs a row in keys/action_table.py and a handler in actions/.
"""
