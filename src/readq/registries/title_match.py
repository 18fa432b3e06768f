"""Whether two titles name one work: what is found by a title is not always what was looked for.

Titles are compared by their letters and digits. Equal ones are one work, unless the authors say otherwise. Titles that
are at least THRESHOLD alike, and one that is the other without its subtitle, are only taken for one work when authors
or abstracts say so too; and never when they differ in what tells siblings apart: numbers, `Part II`, `Supplementary`.
"""

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from readq.model.identifiers import title_key
from readq.model.values import Author, FetchedPaper
from readq.text import fold

THRESHOLD = 90.0
"""How alike two titles must be, of 100: the share of letters and digits that neither has to give up (indel)."""

SHARED_AUTHORS = 0.5
"""How many of the surnames of the shorter list must stand in the longer one, as a share."""

ALIKE_ABSTRACTS = 75.0
"""How alike the words of two abstracts must be, of 100, to speak for one work."""

_WORD = re.compile(r"\w+")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_NOT_ROMAN = frozenset(("", "i", "c", "d", "m", "l", "x", "v", "mix", "mi", "di", "vi", "xi", "mm", "cc", "dc"))
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "first": 1, "second": 2, "third": 3, "fourth": 4,
}  # fmt: skip
_SIBLINGS = frozenset(
    "supplement supplementary supplemental appendix addendum erratum corrigendum correction retraction retracted reply "  # noqa: SIM905
    "response comment comments rebuttal errata revisited part volume chapter extended withdrawn reproducibility".split()
)
_NUMBERED = frozenset(("part", "volume", "chapter", "paper", "vol", "no", "number", "section"))


class Fit(IntEnum):
    """How well a candidate fits: only a SURE one is believed without asking."""

    NONE = 0
    POSSIBLE = 1
    SURE = 2


class Wanted(NamedTuple):
    """What is known of the paper that is looked for."""

    title: str
    authors: tuple[Author, ...] = ()
    abstract: str | None = None


class Match(NamedTuple):
    """The papers that fit: one that is sure, or several, or only possible ones, the best first."""

    sure: FetchedPaper | None
    possible: tuple[FetchedPaper, ...] = ()


def match(wanted: Wanted, candidates: Sequence[FetchedPaper]) -> Match:
    """The one of `candidates` that is the paper wanted, if it is certain; else those that may be it.

    Candidates that share an identifier are one work, told by two services. Two works with the very title that is
    wanted are told apart by authors and abstract, or not at all.
    """
    fitting = [paper for paper in candidates if fit(wanted, paper)]
    works_found = works(fitting)
    sure = [work for work in works_found if fit(wanted, work) is Fit.SURE]
    # The very title goes before one that is nearly it.
    sure = [work for work in sure if title_key(work.title) == title_key(wanted.title)] or sure
    if len(sure) > 1 and len(supported := [work for work in sure if _evidence(wanted, work)]) == 1:
        sure = supported
    if len(sure) == 1:
        return Match(sure[0])
    possible = sorted(
        works_found, key=lambda work: (-fit(wanted, work), -similarity(wanted.title, work.title), work.title)
    )
    return Match(None, tuple(possible))


def fit(wanted: Wanted, candidate: FetchedPaper) -> Fit:
    """How well one candidate fits what is wanted."""
    evidence = _evidence(wanted, candidate)
    if title_key(wanted.title) == title_key(candidate.title):
        return Fit.SURE if evidence is not False else Fit.NONE
    if evidence is False or not _alike(wanted.title, candidate.title):
        return Fit.NONE
    return Fit.SURE if evidence else Fit.POSSIBLE


def similarity(one: str, other: str) -> float:
    """How alike two titles are by their letters and digits, of 100. Symmetric; 100 for equal ones only."""
    from rapidfuzz import fuzz

    return float(fuzz.ratio(title_key(one), title_key(other)))


def closeness(words: str, title: str) -> float:
    """How near a title is to words that somebody remembers of it, in any order, of 100."""
    from rapidfuzz import fuzz

    return float(max(fuzz.ratio(fold(words), fold(title)), fuzz.token_set_ratio(fold(words), fold(title)) * 0.95))


def works(candidates: Sequence[FetchedPaper]) -> list[FetchedPaper]:
    """The works that candidates of several services are, each once, with what any of them says."""
    return [_work(group) for group in _grouped(candidates)]


def _alike(one: str, other: str) -> bool:
    if _marks(one) != _marks(other):
        return False
    return similarity(one, other) >= THRESHOLD or _is_short_form(one, other) or _is_short_form(other, one)


def _is_short_form(short: str, long: str) -> bool:
    """Whether `long` is `short` with a subtitle."""
    main, colon, subtitle = long.partition(":")
    return bool(colon and subtitle.strip()) and len(title_key(short)) >= 8 and title_key(main) == title_key(short)


@lru_cache(maxsize=4096)
def _marks(title: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """What tells a title from its siblings: words such as `supplementary`, and its numbers, roman ones too."""
    words = _WORD.findall(fold(title).replace("_", " "))
    siblings = sorted(word for word in words if word in _SIBLINGS)
    numbers = [int(digits) for word in words for digits in re.findall(r"[0-9]{1,9}", word) if digits.isascii()]
    for before, word in zip(["", *words], words, strict=False):
        if word in _NUMBER_WORDS:
            numbers.append(_NUMBER_WORDS[word])
        elif before in _NUMBERED and len(word) == 1 and word in "abcde":
            numbers.append(ord(word) - ord("a") + 1)
        elif _ROMAN.fullmatch(word) and (word not in _NOT_ROMAN or before in _NUMBERED or word == words[-1]):
            numbers.append(_roman(word))
    return tuple(siblings), tuple(sorted(number for number in numbers if number))


def _roman(word: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[letter] for letter in word]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _evidence(wanted: Wanted, candidate: FetchedPaper) -> bool | None:
    """What authors and abstracts say: True for one work, False against it, None nothing. Authors are asked first."""
    if wanted.authors and candidate.authors:
        return share_authors(wanted.authors, candidate.authors)
    if wanted.abstract and candidate.abstract:
        from rapidfuzz import fuzz

        alike = fuzz.token_sort_ratio(fold(wanted.abstract)[:3000], fold(candidate.abstract)[:3000])
        return True if alike >= ALIKE_ABSTRACTS else None
    return None


def share_authors(some: Sequence[Author], others: Sequence[Author]) -> bool:
    """Whether two lists of authors may be of one work, by their surnames; an empty list speaks against nothing."""
    here, there = _surnames(some), _surnames(others)
    shorter = min(len(here), len(there))
    return len(here & there) >= SHARED_AUTHORS * shorter if shorter else True


def _surnames(authors: Sequence[Author]) -> set[str]:
    """The surname of each, as far as can be told without its parts: the longest word of the last two."""
    names: set[str] = set()
    for author in authors:
        words = _WORD.findall(fold(author.family or author.name))
        if words:
            names.add(words[-1] if author.family or len(words[-1]) > 2 else max(words[-2:], key=len))
    return names


def _grouped(candidates: Sequence[FetchedPaper]) -> list[list[FetchedPaper]]:
    """Candidates that are one work: they share an identifier, or none of them has one and their titles are equal."""
    groups: list[list[FetchedPaper]] = []
    for paper in candidates:
        joined = [group for group in groups if any(_one_work(paper, member) for member in group)]
        for group in joined:
            groups.remove(group)
        groups.append([*(member for group in joined for member in group), paper])
    return groups


def _one_work(one: FetchedPaper, other: FetchedPaper) -> bool:
    if set(one.identifiers) & set(other.identifiers):
        return True
    # A preprint and what was published of it, told by two services that do not link them.
    schemes = [{scheme for scheme, _ in paper.identifiers} & {"arxiv", "doi"} for paper in (one, other)]
    return (
        not schemes[0] & schemes[1]
        and title_key(one.title) == title_key(other.title)
        and bool(one.authors and other.authors)
        and share_authors(one.authors, other.authors)
    )


def _work(group: Sequence[FetchedPaper]) -> FetchedPaper:
    """The most trusted telling of a work, with all identifiers, and what only another telling has."""
    ordered = sorted(group, key=lambda paper: -paper.trust)
    best = ordered[0]
    for other in ordered[1:]:
        gaps = {
            name: getattr(other, name)
            for name in ("abstract", "authors", "published", "year", "venue", "primary_class", "url", "pdf_url")
            if not getattr(best, name)
        }
        if "venue" in gaps and other.venue:
            gaps.update(entry_type=other.entry_type, fields=other.fields)
        best = best._replace(**gaps, identifiers=tuple(dict.fromkeys((*best.identifiers, *other.identifiers))))
    return best
