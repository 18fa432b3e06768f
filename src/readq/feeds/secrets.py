"""Mask the secrets in URLs of feeds, such as the token of a private feed, before a URL leaves the library."""

import re

MASK = "***"
"""The text that replaces a secret."""

NOT_WHOLE = "its secret was left out: add the feed with its whole URL"
"""The reason, in a message, for rejecting a feed whose URL contains MASK."""

_WORDS = (
    "token|key|auth|authorization|credentials?|jwt|pass|passwd|password|pwd|secret|session(?:id)?|sid|sig|signature"
)
# Programs put words in front, in all spellings: `access_token`, `X-Amz-Signature`, `apiKey`. PHP reads `token[]` too.
_NAMES = rf"(?:[\w.-]*[_.-]|access|api|app|auth|client|feed|private|rss|secret|user)?(?:{_WORDS})(?:\[\w*\])?"
_SECRET = re.compile(rf"(?i)([?&;#](?:{_NAMES})=)([^&;#]+)")
_CREDENTIALS = re.compile(r"(?i)(https?://)[^/?#@\s]+@")
_MASKED = re.compile(rf"(?i)[?&;#](?:{_NAMES})={re.escape(MASK)}(?:[&;#]|\Z)|https?://{re.escape(MASK)}@")


def masked(address: str) -> str:
    """Return a URL with each secret replaced by MASK.

    Secrets are the user name, the password, and the values of parameters with names such as `token` and `api_key`. A
    SPEC that is not a URL, such as `arxiv:cs.LG`, contains no secrets and is returned unchanged.
    """
    if not re.match("(?i)https?://", address):
        return address
    return _SECRET.sub(rf"\g<1>{MASK}", _CREDENTIALS.sub(rf"\g<1>{MASK}@", address))


def is_masked(address: str) -> bool:
    """Return whether a URL contains MASK instead of a secret. Such a URL cannot be pulled."""
    return _MASKED.search(address) is not None
