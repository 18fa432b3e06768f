"""Turn papers, notes and messages into plain text for the screen. Widths are in terminal cells.

All functions are pure: they use no widget and no library connection. The package imports no other package of
readq.tui. It may import all layers below, for the values that it formats, and rich for cell widths. Add a new file here
if it formats text that several widgets or screens draw.
"""
