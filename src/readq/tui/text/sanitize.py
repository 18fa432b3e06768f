"""Make text from other sources safe to draw: LaTeX becomes Unicode, and control characters are removed."""

import re
from functools import lru_cache

from readq.text import clean

_LATEX = re.compile(r"[\\$^{~_`]|--|''")


@lru_cache(2048)
def display_text(text: str) -> str:
    """Convert the LaTeX in a title, name or abstract to Unicode, and remove control characters."""
    text = clean(text)
    if _LATEX.search(text):
        # Imported at first use, because most titles are plain and the first rows must appear at once.
        from readq.latex.decode import to_unicode

        text = clean(to_unicode(text))
    return text
