"""Wrap any exception as a ReadqError for display."""

from readq.errors import ReadqError


def as_readq_error(error: Exception) -> ReadqError:
    """Return a ReadqError unchanged; wrap any other exception with its class name and a request to report it."""
    if isinstance(error, ReadqError):
        return error
    return ReadqError(f"unexpected: {type(error).__name__}: {error}", "please report this")
