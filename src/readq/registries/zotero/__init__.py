"""Talk to a running Zotero by its local API, and convert its items to papers and back."""
