"""Decide whether a search result is the wanted paper, given the title of that paper. Pure functions.

Titles are compared by their letters and digits. Papers with equal titles match unless the authors differ. If two titles
are similar (THRESHOLD), or equal except for a subtitle, the match is sure only if the authors or abstracts agree.
Titles never match if they differ in a word that distinguishes papers of a series, such as a number, `Part II` or
`Supplementary`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from readq.model.fetched_paper import FetchedPaper
from readq.model.fields.paper_fields import FIELDS
from readq.model.identifiers import title_key
from readq.model.values import Author
from readq.text import fold

THRESHOLD = 90.0
"""The minimum similarity, from 0 to 100, of two titles that count as similar (see `similarity`)."""

SHARED_AUTHORS = 0.5
"""The minimum share of common surnames at which two lists of authors can belong to one work.

The share is the number of common surnames, divided by the number of surnames in the shorter list.
"""

ABSTRACT_THRESHOLD = 75.0
"""The minimum similarity of the words of two abstracts of one work, from 0 to 100."""

_WORD = re.compile(r"\w+")
# `Mueller` for `Müller`, and `Aaberg` for `Åberg`.
_SECOND_LETTER_OF_UMLAUT = re.compile(r"(?<=[aou])e|(?<=a)a")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_NOT_ROMAN = frozenset(("", "i", "c", "d", "m", "l", "x", "v", "mix", "mi", "di", "vi", "xi", "mm", "cc", "dc"))
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "first": 1, "second": 2, "third": 3, "fourth": 4,
}  # fmt: skip
_SERIES_WORDS = frozenset(
    "supplement supplementary supplemental appendix addendum erratum corrigendum correction retraction retracted reply "  # noqa: SIM905
    "response comment comments rebuttal errata revisited part volume chapter extended withdrawn reproducibility".split()
)
_NUMBER_PREFIXES = frozenset(("part", "volume", "chapter", "paper", "vol", "no", "number", "section"))


class Fit(IntEnum):
    """The degree to which a search result fits the wanted paper.

    A result with SURE is accepted without asking the user. A result with POSSIBLE is offered to the user. A result with
    NONE is not offered.
    """

    NONE = 0
    POSSIBLE = 1
    SURE = 2


class TitleQuery(NamedTuple):
    """The title of the wanted paper, and its authors and abstract if they are known."""

    title: str
    authors: tuple[Author, ...] = ()
    abstract: str | None = None


class Match(NamedTuple):
    """The result of `match`."""

    sure: FetchedPaper | None
    """The one paper that is sure to be the wanted paper, or None if there is no such paper."""
    possible: tuple[FetchedPaper, ...] = ()
    """If `sure` is None, all papers that may be the wanted paper, the best first. Otherwise empty."""


def match(query: TitleQuery, candidates: Sequence[FetchedPaper]) -> Match:
    """Choose the wanted paper among search results. Return one sure paper, or all possible papers.

    Candidates that share an identifier are the same work. If several works have the wanted title, a work is sure only
    if it is the only one whose authors or abstract agree with `query`.
    """
    fitting = [paper for paper in candidates if fit(query, paper)]
    matches = works(fitting)
    sure = [work for work in matches if fit(query, work) is Fit.SURE]
    # An equal title is preferred to a similar one.
    sure = [work for work in sure if title_key(work.title) == title_key(query.title)] or sure
    if len(sure) > 1 and len(supported := [work for work in sure if _evidence(query, work)]) == 1:
        sure = supported
    if len(sure) == 1:
        return Match(sure[0])
    possible = sorted(matches, key=lambda work: (-fit(query, work), -similarity(query.title, work.title), work.title))
    return Match(None, tuple(possible))


def fit(query: TitleQuery, candidate: FetchedPaper) -> Fit:
    """Return the degree to which one search result fits the wanted paper."""
    evidence = _evidence(query, candidate)
    if title_key(query.title) == title_key(candidate.title):
        return Fit.SURE if evidence is not False else Fit.NONE
    if evidence is False or not _are_similar(query.title, candidate.title):
        return Fit.NONE
    return Fit.SURE if evidence else Fit.POSSIBLE


def similarity(one: str, other: str) -> float:
    """Return the similarity of two titles, from 0 to 100. Titles with equal letters and digits have 100.

    Each letter or digit that must be inserted or deleted to turn one title into the other lowers the similarity. The
    order of the arguments does not matter.
    """
    from rapidfuzz import fuzz

    return float(fuzz.ratio(title_key(one), title_key(other)))


def word_similarity(words: str, title: str) -> float:
    """Return the similarity, from 0 to 100, of `title` and `words`, a search text that a person typed.

    `words` can be only a few words of the title, in any order.
    """
    from rapidfuzz import fuzz

    return float(max(fuzz.ratio(fold(words), fold(title)), fuzz.token_set_ratio(fold(words), fold(title)) * 0.95))


def works(candidates: Sequence[FetchedPaper]) -> list[FetchedPaper]:
    """Merge the search results that describe the same work. Return one paper for each work.

    The search results may come from several services.
    """
    return [_merged(group) for group in _grouped(candidates)]


def _are_similar(one: str, other: str) -> bool:
    if _series_markers(one) != _series_markers(other):
        return False
    return similarity(one, other) >= THRESHOLD or _is_short_form(one, other) or _is_short_form(other, one)


def _is_short_form(short: str, long: str) -> bool:
    """Return whether `long` is `short` with a subtitle."""
    main, colon, subtitle = long.partition(":")
    return bool(colon and subtitle.strip()) and len(title_key(short)) >= 8 and title_key(main) == title_key(short)


@lru_cache(maxsize=4096)
def _series_markers(title: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return what distinguishes titles of a series: words such as `supplementary`, and Arabic and Roman numbers."""
    words = _WORD.findall(fold(title).replace("_", " "))
    series_words = sorted(word for word in words if word in _SERIES_WORDS)
    numbers = [int(digits) for word in words for digits in re.findall(r"[0-9]{1,9}", word) if digits.isascii()]
    for before, word in zip(["", *words], words, strict=False):
        if word in _NUMBER_WORDS:
            numbers.append(_NUMBER_WORDS[word])
        elif before in _NUMBER_PREFIXES and len(word) == 1 and word in "abcde":
            numbers.append(ord(word) - ord("a") + 1)
        elif _ROMAN.fullmatch(word) and (word not in _NOT_ROMAN or before in _NUMBER_PREFIXES or word == words[-1]):
            numbers.append(_roman(word))
    return tuple(series_words), tuple(sorted(number for number in numbers if number))


def _roman(word: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[letter] for letter in word]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _evidence(query: TitleQuery, candidate: FetchedPaper) -> bool | None:
    """Compare the authors. If they are not known, compare the abstracts.

    True means one work, False different works, None unknown.
    """
    if query.authors and candidate.authors:
        return share_authors(query.authors, candidate.authors)
    if query.abstract and candidate.abstract:
        from rapidfuzz import fuzz

        score = fuzz.token_sort_ratio(fold(query.abstract)[:3000], fold(candidate.abstract)[:3000])
        return True if score >= ABSTRACT_THRESHOLD else None
    return None


def share_authors(some: Sequence[Author], others: Sequence[Author]) -> bool:
    """Return whether two lists of authors share enough surnames (SHARED_AUTHORS) to belong to one work.

    Return True if one of the lists is empty.
    """
    first, second = _surnames(some), _surnames(others)
    shorter = min(len(first), len(second))
    return len(first & second) >= SHARED_AUTHORS * shorter if shorter else True


def _surnames(authors: Sequence[Author]) -> set[str]:
    """Return the surnames. For a name without parts, return its last word.

    If that is short, return the longer of the last two words. Both spellings of an umlaut give the same surname.
    """
    names: set[str] = set()
    for author in authors:
        words = _WORD.findall(_SECOND_LETTER_OF_UMLAUT.sub("", fold(author.family or author.name)))
        if words:
            names.add(words[-1] if author.family or len(words[-1]) > 2 else max(words[-2:], key=len))
    return names


def _grouped(candidates: Sequence[FetchedPaper]) -> list[list[FetchedPaper]]:
    """Group the candidates by work."""
    groups: list[list[FetchedPaper]] = []
    for paper in candidates:
        joined = [group for group in groups if any(_are_one_work(paper, member) for member in group)]
        for group in joined:
            groups.remove(group)
        groups.append([*(member for group in joined for member in group), paper])
    return groups


def _are_one_work(one: FetchedPaper, other: FetchedPaper) -> bool:
    if set(one.identifiers) & set(other.identifiers):
        return True
    # A preprint and its published version, from two services that do not link them.
    schemes = [{scheme for scheme, _ in paper.identifiers} & {"arxiv", "doi"} for paper in (one, other)]
    return (
        not schemes[0] & schemes[1]
        and title_key(one.title) == title_key(other.title)
        and bool(one.authors and other.authors)
        and share_authors(one.authors, other.authors)
    )


def _merged(group: Sequence[FetchedPaper]) -> FetchedPaper:
    """Return the most trusted record of a work, with all identifiers, and with gaps filled from other records."""
    ordered = sorted(group, key=lambda paper: -paper.trust)
    best = ordered[0]
    for other in ordered[1:]:
        gaps = {
            name: getattr(other, name)
            for name in FIELDS.keys() - {"title", "entry_type", "fields"}
            if not getattr(best, name)
        }
        if "venue" in gaps and other.venue:
            gaps.update(entry_type=other.entry_type, fields=other.fields)
        best = replace(best, **gaps, identifiers=tuple(dict.fromkeys((*best.identifiers, *other.identifiers))))
    return best
