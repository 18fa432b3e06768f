"""The digest: what is new, what waits and what is due, read from the library, and sent by mail once a day."""
