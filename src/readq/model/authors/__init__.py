"""Split the names of authors, and recognise the names of groups: two modules of pure functions on text."""
