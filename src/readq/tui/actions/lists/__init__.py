"""Actions on a list as a whole: choose the shown view, the order and the layout, and open the menu of views.

A new action that changes the papers that a list shows, or the order in which it shows them, goes here. The package may
import the same packages as `actions`.
"""
