"""Actions on a list as a whole: choose the shown view, the order and the layout, and open the menu of views.

Put a new action here if it changes the shown papers or their order. The package may import the same packages as
`actions`.
"""
