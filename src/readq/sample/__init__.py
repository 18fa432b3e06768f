"""The papers and the reading history of `readq demo`, as JSON files in this folder, and the module that loads them.

One module is enough: other packages only call `load`. May import model.
"""
