"""Actions on a list and not on its papers: which view it shows, in which order and layout, and the menu of views.

A new action that changes what the list shows goes here. The package may import what `actions` may import.
"""
