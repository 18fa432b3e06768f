"""Send requests to the local API of a running Zotero, and convert items of Zotero to papers and back."""
