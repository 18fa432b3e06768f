"""Commands that exchange papers with other programs: Zotero, and agents."""
