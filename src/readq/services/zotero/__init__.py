"""Hand papers over to Zotero, and take collections in."""
