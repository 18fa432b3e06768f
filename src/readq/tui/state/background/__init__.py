"""Background work: readq commands as child processes, the sync with its progress, the clipboard, own commands."""
