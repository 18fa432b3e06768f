"""The papers and the reading history of `readq demo`: JSON files in this folder, and the module that loads them.

No other module is needed, because other packages only load the data. The package may import only `model`.
"""
