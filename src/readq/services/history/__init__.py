"""Steps that can be undone: run an action as a step, undo and redo, delete old steps.

Imports `store` only, so every other service may use it.
"""
