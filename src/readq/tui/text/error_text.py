"""What went wrong, in the form in which it is shown."""

from readq.errors import ReadqError


def as_shown(error: Exception) -> ReadqError:
    """The error itself when it was made for the reader; else its class and message, for a report of it."""
    if isinstance(error, ReadqError):
        return error
    return ReadqError(f"unexpected: {type(error).__name__}: {error}", "please report this")
