"""Turn papers, notes and messages into plain text for the screen, measured in terminal cells.

Pure functions of values: no widget, no library connection. May import readq.model, latex, text, days and errors,
and rich for cell widths. A new file goes here when it formats text that several widgets or screens draw.
"""
