"""Turn a paper into features: its words, authors, category and submitter, each with a weight.

Words are compared in the singular, without case and diacritics. Words that occur in papers of every topic are left out.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple, cast

from readq.text import fold

VERSION = 2
"""The version of the rules of this module. Raise it when the rules change.

Sums of features that were stored with another version are not used.
"""

UNIT = 1024
"""The Euclidean length of the vector of a paper's feature weights.

Weights are rounded to whole numbers, so their sums are exact.
"""

AUTHOR, CATEGORY, SUBMITTER = "author:", "category:", "submitter:"
"""The prefixes of the features that are not words. A word contains no colon, so it never looks like such a feature."""

_TITLE_TIMES = 3
"""The weight of a word in the title. It counts as if the abstract had the word this number of times."""

_SATURATION = 1.2
"""A word that occurs this number of times has half of its maximum weight, as in BM25."""

_COMPOUND_SHARE = 0.5
"""The weight of a compound, as a share of that of a single word. The parts of the compound are features, too."""

_LONGEST = 40
"""The maximum number of characters of a word. A longer run of letters is data, and is ignored."""

_MOST_AUTHORS = 50
_SPACES = bytes(code if chr(code).isalnum() or chr(code) in "_-" else ord(" ") for code in range(256))
"""A translation table for ASCII text that replaces each character that cannot be in a word by a space."""

_WORD = re.compile(r"\w+(?:-\w+)*")
_STOP_TEXT = """
a about above across after all also although am among an and any are as at be because been before being between both
but by can could did do does doing during each either et al few for from further had has have having he her here hers
him his how however i if in into is it its itself just may might more most much must my nor not of off on once one only
or other our out over own per same she should since so some such than that the their them then there these they this
those through thus to too under until up upon us use used uses using very via was we well were what when where whether
which while who whom whose why will with within without would yet you your
paper propose proposed present show results method methods approach
"""
_STOP_WORDS = frozenset(_STOP_TEXT.split())
_SHORTEST_PLURAL = 5


class Document(NamedTuple):
    """The parts of a paper that its features are computed from.

    `category` is arXiv's primary class, such as `cs.LG`. `submitter` is the name of the person who submitted the paper
    to a feed.
    """

    title: str
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    category: str | None = None
    submitter: str | None = None


def features(document: Document) -> dict[str, int]:
    """Return the features of a paper with their weights, from 1 to UNIT.

    The weight of a word grows with the number of times that it occurs, up to 2.2 times the weight of a word that occurs
    once. A word of the title counts three times. A compound weighs half as much as a single word. Each author,
    the category and the submitter have the same weight as a word that occurs once. The vector of all weights has the
    Euclidean length UNIT, so that a long abstract weighs as much as a short one.
    """
    words = _words(fold(document.title)) * _TITLE_TIMES + _words(fold(document.abstract or ""))
    # Each loop over all words runs within the interpreter's own code, which takes a third of the time of a Python loop.
    by_terms = Counter(map(_TERMS.__getitem__, words))
    compounds: dict[str, int] = {}
    for terms in [terms for terms in by_terms if type(terms) is not str]:
        number = by_terms.pop(terms)
        for term in terms:
            if "-" in term:
                compounds[term] = compounds.get(term, 0) + number
            else:
                by_terms[term] = by_terms.get(term, 0) + number
    singles = cast(dict[str, int], by_terms)
    for name in _names(document):
        singles[name] = 1
    # A paper has a hundred features, but few different counts.
    damped = {number: _damped(number) for number in {*singles.values(), *compounds.values()}}
    squares = {number: own**2 for number, own in damped.items()}
    square = sum(map(squares.__getitem__, singles.values()))
    square += _COMPOUND_SHARE**2 * sum(map(squares.__getitem__, compounds.values()))
    unit = UNIT / math.sqrt(square) if square else 0.0
    weights = {number: max(1, round(own * unit)) for number, own in damped.items()}
    found = dict(zip(singles, map(weights.__getitem__, singles.values()), strict=True))
    for term, number in compounds.items():
        found[term] = max(1, round(_COMPOUND_SHARE * damped[number] * unit))
    return found


def spellings(document: Document) -> Mapping[str, str]:
    """Return a mapping from each feature of a paper to its spelling in the paper, for display.

    For example, the feature `policy` maps to `Policies`.
    """
    found = {f"{AUTHOR}{fold(name)}": name for name in document.authors[:_MOST_AUTHORS]}
    if document.category:
        found[f"{CATEGORY}{fold(document.category)}"] = document.category
    if document.submitter:
        found[f"{SUBMITTER}{fold(document.submitter)}"] = f"by {document.submitter}"
    for text in (document.title, document.abstract or ""):
        # Folding can split a word, so the folded text is read too.
        for spelling in (*_WORD.findall(text), *_WORD.findall(fold(text))):
            word = fold(spelling)
            for term in _terms(word):
                found.setdefault(term, spelling if "-" not in word or "-" in term else term)
    return found


def _words(text: str) -> list[str]:
    """Return the words of a folded text. Hyphens join words. ASCII text takes a fifth of the time of other text."""
    if not text.isascii():
        return _WORD.findall(text)
    spaced = text.encode("ascii").translate(_SPACES).decode("ascii")
    words = spaced.split()
    if "--" not in spaced and "- " not in f"{spaced} " and " -" not in f" {spaced}":
        return words
    return [part for word in words for run in word.split("--") if (part := run.strip("-"))]


def _names(document: Document) -> list[str]:
    names = [f"{AUTHOR}{fold(name)}" for name in document.authors[:_MOST_AUTHORS]]
    if document.category:
        names.append(f"{CATEGORY}{fold(document.category)}")
    if document.submitter:
        names.append(f"{SUBMITTER}{fold(document.submitter)}")
    return names


def _damped(number: int) -> float:
    return number * (1 + _SATURATION) / (number + _SATURATION)


class _TermTable(dict[str, str | tuple[str, ...]]):
    """The terms of each word that was looked up.

    A single word is stored as text. Compounds, several terms and no term are stored as a tuple.
    """

    def __missing__(self, word: str) -> str | tuple[str, ...]:
        if len(self) >= _MOST_WORDS:
            self.clear()
        terms = _terms(word)
        self[word] = found = terms[0] if len(terms) == 1 and "-" not in terms[0] else terms
        return found


_MOST_WORDS = 65_536
_TERMS = _TermTable()


def _terms(word: str) -> tuple[str, ...]:
    """Return the terms of a folded word: its stem, and, for a compound, the stems of its parts."""
    parts = word.split("-")
    terms = [_stem(part) for part in parts if _is_term(part)]
    if len(parts) > 1 and len(word) <= _LONGEST and any(map(str.isalpha, word)):
        terms.append("-".join(_stem(part) for part in parts))
    return tuple(dict.fromkeys(terms))


def _is_term(word: str) -> bool:
    return 1 < len(word) <= _LONGEST and word not in _STOP_WORDS and any(map(str.isalpha, word))


def _stem(word: str) -> str:
    """Return a word in the singular.

    Other endings are kept: without them, papers are ranked no better, and the words that are shown are worse to read.
    """
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
