"""Commands that exchange papers with other programs: agents."""
