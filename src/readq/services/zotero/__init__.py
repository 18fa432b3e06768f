"""Send papers to Zotero, and import collections from Zotero, through its local API."""
