"""Background work: readq commands as child processes, the sync, the clipboard, and the user's own commands."""
