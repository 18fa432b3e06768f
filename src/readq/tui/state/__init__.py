"""State of the UI that lives longer than a key press: the session, caches, the writer thread, background processes.

It imports no widget and no screen, but notifies them through protocols and callbacks. May import services, store and
readq.tui.text. A new file goes here when it holds state or runs work outside the UI thread.
"""
