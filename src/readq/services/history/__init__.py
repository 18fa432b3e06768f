"""Run actions as steps, undo and redo steps, and delete old steps.

A step is an entry of the journal, the history of changes in the library. Undo can reverse a step. This package may
import only `store`, so every other service may import this package.
"""
