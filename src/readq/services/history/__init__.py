"""Run actions as steps, undo and redo steps, and delete old steps. A step is a journal entry that undo can reverse.

The package may import only `store`, so every other service may import it.
"""
