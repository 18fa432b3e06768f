"""Decode the character references of HTML, such as `&lt;` and `&#233;`.

The standard library raises ValueError for a number of more than 4,300 digits. Here such a reference becomes U+FFFD, as
HTML prescribes for every number that is no character (HTML Living Standard, 13.2.5.80).
"""

import html
import re

REPLACEMENT = "\ufffd"
_LONG_NUMBER = re.compile(r"&#([0-9]{8,});?")
_MOST_DIGITS = 7
"""The number of decimal digits of the last code point, 1114111."""


def decode_references(text: str) -> str:
    """Replace the character references in `text` by the characters. Raises nothing."""
    return html.unescape(limit_references(text)) if "&" in text else text


def limit_references(text: str) -> str:
    """Shorten decimal references with more than seven digits, so that a parser of the standard library can read `text`.

    Leading zeros are removed. If more than seven digits remain, the reference becomes U+FFFD.
    """
    return _LONG_NUMBER.sub(_limited, text) if "&#" in text else text


def _limited(reference: re.Match[str]) -> str:
    digits = reference[1].lstrip("0")
    return f"&#{digits or 0};" if len(digits) <= _MOST_DIGITS else REPLACEMENT
