"""Run actions as steps, undo and redo steps, and delete old ones. A step is a journal entry that undo can reverse.

Imports `store` only, so every other service may use it.
"""
