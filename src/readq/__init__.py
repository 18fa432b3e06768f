"""readq: a reading-list manager with spaced review, in the terminal."""

__version__ = "0.1.0"
