"""State of the UI that lives longer than a key press: the session, caches, the writer thread, background processes.

The package imports no widget and no screen. It notifies them through protocols and callbacks. It may import services,
store and readq.tui.text. A new file goes here if it holds state or runs work outside the UI thread.
"""
