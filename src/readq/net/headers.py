"""What is said about us, and what a server says to ask it again by. Pure."""

import base64
import re

import httpx

from readq import __version__
from readq.errors import ConfigError
from readq.net.fetcher import Validators

LONGEST = 1024
"""The characters of the longest header that is kept."""


def user_agent(contact: str) -> str:
    """Who asks: readq, its version, and the reader's e-mail address when there is one. Raises ConfigError."""
    if not contact:
        return f"readq/{__version__}"
    if not re.fullmatch(r"[!#-'*+./0-9=?A-Z^-~-]+@[A-Za-z0-9.-]+", contact):
        raise ConfigError(f"sync.contact is not an e-mail address: {contact!r}", "mend or remove that line")
    return f"readq/{__version__} (mailto:{contact})"


def credentials(url: httpx.URL) -> str:
    """What proves that one may ask for `url`, out of the name and password in it (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{url.username}:{url.password}".encode()).decode("ascii")


def validators_of(headers: httpx.Headers) -> Validators:
    """ETag and Last-Modified of an answer, as far as they can be sent back."""
    return Validators(*(sendable(headers.get(name)) for name in ("etag", "last-modified")))


def conditions(validators: Validators) -> dict[str, str]:
    """The headers that ask whether anything has changed since."""
    named = (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified))
    return {name: value for name, value in named if sendable(value) and value}


def strong_validator(headers: httpx.Headers) -> str | None:
    """What names one version of a file to the byte, for `If-Range`."""
    etag: str = headers.get("etag", "")
    return sendable(headers.get("last-modified") if not etag or etag.startswith("W/") else etag)


def sendable(value: str | None) -> str | None:
    """A header's value that came, if it can be sent back."""
    return value if value and len(value) <= LONGEST and value.isascii() and value.isprintable() else None
