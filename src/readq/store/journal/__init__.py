"""Record, list and expire the steps of the undo history, from which undo and redo restore earlier values.

A step is one action of a person, with the values that it changed. The package imports nothing else of `store`. Undo
itself is in `readq.store.undo`, because it needs every table. A new file belongs here if it treats steps of all kinds
alike.
"""
