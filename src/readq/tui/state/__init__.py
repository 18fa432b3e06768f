"""State of the UI that lives longer than a key press: the session, caches, the writer thread, background processes.

The package imports no widget and no screen. It notifies screens through protocols and callbacks. The package may import
services and all layers below, and readq.tui.text and keys. Add a new file here if it holds state or runs work outside
the UI thread.
"""
