"""Parse and check the templates in the settings: of citation keys, and of new notes."""
