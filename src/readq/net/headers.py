"""Build request headers and read response headers. The functions are pure."""

import httpx

from readq import __version__
from readq.errors import ConfigError
from readq.net.fetcher import Validators
from readq.text import is_mail_address, quoted

MAX_LENGTH = 1024
"""The longest header value that is kept, in characters."""


def user_agent(contact: str) -> str:
    """Return the value of the User-Agent header. It contains the user's e-mail address `contact`, if that is not empty.

    Raises ConfigError if `contact` is not an e-mail address.
    """
    if not contact:
        return f"readq/{__version__}"
    if not is_mail_address(contact):
        raise ConfigError(f"sync.contact is not an e-mail address: {quoted(contact)}", "correct or remove that line")
    return f"readq/{__version__} (mailto:{contact})"


def encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Encode headers as Latin-1, because httpx raises an error for text that is not ASCII.

    A character that Latin-1 lacks becomes "?".
    """
    return [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers.items()]


def validators_of(headers: httpx.Headers) -> Validators:
    """Return the ETag and Last-Modified of a response. A header that is missing or cannot be sent back is None."""
    return Validators(*(sendable(headers.get(name)) for name in ("etag", "last-modified")))


def conditions(validators: Validators) -> dict[str, str]:
    """Return request headers that ask for the content only if it no longer matches `validators` (RFC 9110, 13.1).

    The dict is empty if there are no validators.
    """
    named = (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified))
    return {name: value for name, value in named if sendable(value) and value}


def strong_validator(headers: httpx.Headers) -> str | None:
    """Return the value for an `If-Range` header. The value identifies the version of a file at the server.

    Return the ETag. If the ETag is missing or weak (`W/`), return Last-Modified. If neither can be used, return None.
    """
    etag: str = headers.get("etag", "")
    return sendable(headers.get("last-modified") if not etag or etag.startswith("W/") else etag)


def sendable(value: str | None) -> str | None:
    """Return `value`, a header of a response, if it can be sent back to the server. Otherwise return None.

    It can be sent back if it is printable ASCII of at most MAX_LENGTH characters.
    """
    return value if value and len(value) <= MAX_LENGTH and value.isascii() and value.isprintable() else None
