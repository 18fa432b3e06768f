"""The papers and the reading history of `readq demo`: JSON files in this folder, and the module that loads them.

Other packages only load this data, so one module is enough here. The package may import only `model`.
"""
