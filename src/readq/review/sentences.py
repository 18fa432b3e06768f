"""Choose the first and the last sentence of a text.

They remind a user of an abstract without showing the whole text.
"""

import re

LONGEST = 400
"""The maximum number of characters to show of a sentence. A longer sentence is cut."""

_END = re.compile(r"[.!?…][\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9À-ÞΑ-ΩА-Я])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Z]|e\.g|i\.e|cf|vs|al|resp|approx|Fig|Figs|Eq|Eqs|Sec|Tab|Ref|No|Dr|Prof|Mr|Ms|St)|\bet al)\.$"
)
_LONGEST_ABBREVIATION = 8
"""The number of characters, directly before a full stop, that are searched for an abbreviation."""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without the spaces between them.

    A full stop after an abbreviation such as `et al.`, or after an initial, ends no sentence.
    """
    words = " ".join(text.split())
    found, start = [], 0
    for end in _END.finditer(words):
        stop = end.start() + 1
        if not _ABBREVIATED.search(words, max(start, stop - _LONGEST_ABBREVIATION), stop):
            found.append(words[start : end.end()].strip())
            start = end.end()
    return [*found, words[start:]] if words[start:] else found


def first_and_last(text: str) -> list[str]:
    """Return the first and the last sentence of a text, each cut after LONGEST characters.

    If the text has only one sentence, the list has one element. If the text is empty, the list is empty.
    """
    found = sentences(text)
    chosen = found[:1] + found[1:][-1:]
    return [one if len(one) <= LONGEST else f"{one[:LONGEST].rstrip()} …" for one in chosen]
