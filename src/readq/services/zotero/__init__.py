"""Send papers to the program Zotero, and import collections from it, through its local API."""
