"""Convert any exception to a ReadqError, so that the UI can show it."""

from readq.errors import ReadqError


def as_readq_error(error: Exception) -> ReadqError:
    """Return a ReadqError unchanged. Wrap any other exception in a ReadqError.

    The message of the wrapper contains the class name of the exception, and asks the user to report the error.
    """
    if isinstance(error, ReadqError):
        return error
    return ReadqError(f"unexpected: {type(error).__name__}: {error}", "please report this")
