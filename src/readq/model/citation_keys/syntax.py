"""Check the characters of citation keys, and find the nearest key that BibTeX, LaTeX or biber accepts.

Keys that readq makes are safe, which means that they are ASCII (see `is_safe_key`). Keys that a person chooses can have
all characters that BibTeX and LaTeX accept (see `is_accepted_key`).
"""

from readq.model.citation_keys.transliteration import latin
from readq.text import one_line, pattern

_SAFE = pattern(r"[A-Za-z0-9][A-Za-z0-9_:./+-]*")
_UNSAFE = pattern(r"[^A-Za-z0-9_:./+-]+")
# Tried with BibTeX 0.99d and pdfLaTeX, one character at a time: each of these stops one of them or loses the entry.
_NOT_IN_ACCEPTED_KEYS = pattern(r"[\s,{}\\%#~]+")
# Biber 2.18 stops at these, and then prints no entry of the file.
_NOT_IN_BIBER_KEYS = pattern(r"[\"'()=]+")


def is_safe_key(key: str) -> bool:
    """Return whether `key` is safe: made of ASCII letters, digits and `_:./+-`, and not only of digits.

    The first character must be a letter or a digit. A key of digits alone would look like the id of a paper.
    """
    return _SAFE.fullmatch(key) is not None and not key.isdigit()


def safe_key(key: str) -> str:
    """Return `key` if it is safe (see `is_safe_key`). Otherwise return a similar safe key.

    Letters of other scripts are transliterated, and all other characters that are not safe are removed. If no character
    is left, return `paper`. If only digits are left, return `paper` followed by the digits.
    """
    if is_safe_key(key):
        return key
    safe = _UNSAFE.sub("", latin(key)).lstrip("_:./+-")
    return f"paper{safe}" if not safe or safe.isdigit() else safe


def is_accepted_key(key: str) -> bool:
    r"""Return whether `key` can be used as a citation key: BibTeX can read it, and `\cite` finds it."""
    return _nearest_accepted_key(key) == key != ""


def is_paper_number(text: str) -> bool:
    """Return whether `text` is `#` and the id of a paper, such as `#5`. Such a text is never a former key."""
    return text.startswith("#") and text[1:].isascii() and text[1:].isdigit()


def accepted_key(key: str) -> str:
    """Return `key` if BibTeX and LaTeX accept it. Otherwise return a similar key that they accept.

    Characters that are not accepted are removed. If nothing is left, return `paper`.
    """
    if key.isalnum() and key.isascii():
        return key
    return _nearest_accepted_key(key) or "paper"


def _nearest_accepted_key(key: str) -> str:
    nearest = _NOT_IN_ACCEPTED_KEYS.sub("", one_line(key))
    # `\nocite{*}` cites every entry.
    return "" if nearest == "*" else nearest


def biber_key(key: str) -> str:
    """Return `key` without the characters that make biber fail. If nothing is left, return `paper`.

    `key` must be a key that BibTeX and LaTeX accept.
    """
    if key.isalnum():
        return key
    return _NOT_IN_BIBER_KEYS.sub("", key) or "paper"
