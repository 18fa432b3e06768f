"""Split the names of authors into their parts, and recognise the names of groups. All functions are pure."""
