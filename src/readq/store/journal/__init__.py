"""The journal of steps, which undo and redo work on: recording them, listing them, deleting old ones.

Imports nothing of `store`. `readq.store.undo` applies steps, because it has to know every table.
"""
