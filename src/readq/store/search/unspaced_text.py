"""Recognise text in scripts that set no spaces between words, such as Chinese and Japanese.

The full-text index takes a whole sentence of such a script for one word.
"""

from readq.text import pattern

_UNSPACED = pattern(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff]"
)
"""The letters of Thai, Lao, Burmese and Khmer, of the Japanese syllabaries, and the Chinese characters."""


def has_unspaced(text: str) -> bool:
    """Return whether `text` has a letter of a script without spaces between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None
