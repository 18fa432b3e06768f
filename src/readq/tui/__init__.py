"""The terminal UI, built on Textual.

Subpackages import downwards: app, actions, screens, widgets, state, then text and keys. The package may import services
and all layers below. `actions` holds the handlers of keys, `screens` composes widgets, `widgets` draws, `state` holds
data that outlives a screen, and `text` formats. A new key needs a row in keys/action_table.py and a handler in
actions/.
"""
