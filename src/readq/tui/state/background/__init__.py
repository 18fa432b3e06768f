"""Background processes of the UI: readq commands as child processes, and the sync among them with its progress."""
