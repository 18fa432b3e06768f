"""Decide whether two records describe the same work, and give the reasons.

Two records are usually the same work if they have a common identifier, or if one source gives them the same name.

Other records are different works if their titles differ, or if they state different values of a fact, such as different
volumes. Otherwise the abstracts, authors and years decide.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher
from enum import Enum
from typing import NamedTuple

from readq.model.doi_kinds import is_preprint_doi
from readq.model.identifiers import SCHEMES
from readq.model.identity.evidence import Evidence, Identifier, are_other_names, kinds_differ
from readq.model.identity.generic_titles import is_distinctive, is_generic
from readq.text import fold


class Relation(Enum):
    """The relation of two records: the same work, different works, or look-alikes.

    Look-alikes may be the same work. Only a person can decide.
    """

    SAME = "same"
    DIFFERENT = "different"
    LOOK_ALIKE = "look-alike"


class Verdict(NamedTuple):
    """The relation of two records. `why` gives the reasons as short phrases for a message, such as `same title`."""

    relation: Relation
    why: tuple[str, ...]


OTHER_TITLE = ("other title",)
"""The reasons of a verdict if the titles of two records differ and no common identifier or name joins the records."""

_STRENGTH = {scheme: rank for rank, scheme in enumerate(SCHEMES)}
_NAMES = {"arxiv": "arXiv id", "doi": "DOI", "pmid": "PMID", "isbn": "ISBN", "url": "address", "acl": "ACL id"}
_YEARS_APART = 1
_YEARS_TO_PUBLICATION = 2
_WORDS_COMPARED = 80
_FEWEST_WORDS = 4
_AGREEMENT = 0.8
_SIMILAR_TITLES = 0.6


def strength(identifier: Identifier) -> tuple[int, str]:
    """Return a sort key for identifiers: the most reliable scheme first, in the order of SCHEMES, then by value."""
    return _STRENGTH.get(identifier[0], len(_STRENGTH)), identifier[1]


def contradict(some: Collection[Identifier], others: Collection[Identifier]) -> bool:
    """Return whether the identifiers of two papers prove that the papers are different works.

    `contradiction` explains when they do.
    """
    return contradiction(some, others) is not None


def contradiction(some: Collection[Identifier], others: Collection[Identifier]) -> str | None:
    """Return a phrase with the two identifiers that prove two papers to be different works.

    Return None if there is no proof. Two papers with arXiv ids are compared by these ids only. They are different works
    if they have no arXiv id in common.

    Other papers are compared by their DOIs. They are different works if they have no DOI in common, and both have a
    preprint's DOI or both have a publisher's DOI. A preprint's DOI and a publisher's DOI prove nothing, because one
    work may have both.
    """
    here, there = _values("arxiv", some), _values("arxiv", others)
    if here and there:
        return f"arXiv {min(here)} and {min(there)}" if here.isdisjoint(there) else None
    here, there = _values("doi", some), _values("doi", others)
    if not here.isdisjoint(there):
        return None
    for is_preprint in (False, True):
        mine = [value for value in here if is_preprint_doi(value) is is_preprint]
        theirs = [value for value in there if is_preprint_doi(value) is is_preprint]
        if mine and theirs:
            return f"DOI {min(mine)} and {min(theirs)}"
    return None


def _values(scheme: str, identifiers: Iterable[Identifier]) -> set[str]:
    return {value for kind, value in identifiers if kind == scheme}


def compare(one: Evidence, other: Evidence) -> Verdict:
    """Decide whether two records describe the same work. The order of the arguments does not matter.

    No other records are considered. So if more than two records have the same title, use the module `works`.
    """
    clash = contradiction(one.identifiers, other.identifiers)
    if shared := one.identifiers & other.identifiers:
        return _by_identifiers(one, other, sorted(shared, key=strength), clash)
    if (verdict := _by_names(one, other, clash)) is not None:
        return verdict
    if one.titles.isdisjoint(other.titles):
        return Verdict(Relation.DIFFERENT, OTHER_TITLE)
    against = tuple(filter(None, (clash, *_contradictions(one, other))))
    if against:
        return Verdict(Relation.DIFFERENT, against)
    titles = one.titles & other.titles
    if not one.keys.isdisjoint(other.keys) and _same_under_key(one, other):
        return Verdict(Relation.SAME, ("same key", "same title"))
    if all(map(is_generic, titles)):
        return _of_generic_title(one, other)
    return _by_title(one, other, is_long=any(map(is_distinctive, titles)))


def _by_identifiers(one: Evidence, other: Evidence, shared: Sequence[Identifier], clash: str | None) -> Verdict:
    scheme, value = shared[0]
    if clash is not None:
        return Verdict(Relation.DIFFERENT, (clash,))
    if one.titles.isdisjoint(other.titles) and are_other_names(one.names, other.names):
        is_same_author = _overlap(one.families, other.families)
        # The feed's own page, an issue's table of contents, a DOI that was copied from another entry.
        if is_same_author is False or (scheme == "url" and not is_same_author):
            return Verdict(Relation.DIFFERENT, ("other title", "another entry of one source"))
    return Verdict(Relation.SAME, (f"same {_NAMES.get(scheme, scheme)} {value}",))


def _by_names(one: Evidence, other: Evidence, clash: str | None) -> Verdict | None:
    """Return SAME if a source uses one name for both records, or None.

    Return None also if the source is a file and the records are not versions of one entry, because people sometimes
    reuse a citation key for another entry. `clash` is what their identifiers contradict each other in, or None. An
    entry with another identifier and another title is another entry.
    """
    shared = one.names & other.names
    if not shared:
        return None
    source, name = min(shared)
    is_reused = clash is not None and one.titles.isdisjoint(other.titles)
    if not source.startswith("file:") or (not is_reused and is_corrected(one, other)):
        return Verdict(Relation.SAME, (f"{name} of the same source",))
    return None


def is_corrected(one: Evidence, other: Evidence) -> bool:
    """Return whether two records may be versions of one entry of a file, before and after a correction.

    If the titles are equal, the authors and the years must not both differ. If the titles differ, they must be similar,
    and the authors or the years must agree.
    """
    authors, is_same_year = _overlap(one.families, other.families), not one.years.isdisjoint(other.years)
    if not one.titles.isdisjoint(other.titles):
        return authors is not False or is_same_year
    return (authors is True or is_same_year) and are_similar(one.titles, other.titles)


def are_similar(titles: Collection[str], others: Collection[str]) -> bool:
    """Return whether a title key of `titles` and one of `others` have most of their letters in common."""
    return any(_ratio(mine, theirs) >= _SIMILAR_TITLES for mine in titles for theirs in others)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, min(one, other)[:500], max(one, other)[:500], autojunk=False).ratio()


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Return whether two sets share an element, or None if one of them is empty."""
    return None if not one or not other else not one.isdisjoint(other)


def _same_under_key(one: Evidence, other: Evidence) -> bool:
    """Return whether two records with the same title and citation key are one work. Authors or years must agree."""
    if _overlap(one.families, other.families) is False:
        return False
    return _overlap(one.families, other.families) is True or one.years == other.years or not (one.years and other.years)


def _contradictions(one: Evidence, other: Evidence) -> list[str]:
    found = []
    if one.kinds and other.kinds and kinds_differ(one.kinds, other.kinds):
        found.append(f"{min(one.kinds)} and {min(other.kinds)}")
    names = {name for name, _ in one.details} & {name for name, _ in other.details}
    for name in sorted(names):
        mine = {value for kind, value in one.details if kind == name}
        theirs = {value for kind, value in other.details if kind == name}
        if mine.isdisjoint(theirs):
            found.append(f"{name} {min(mine)} and {min(theirs)}")
    if are_other_names(one.names, other.names):
        found.append("another entry of one source")
    return found


def _of_generic_title(one: Evidence, other: Evidence) -> Verdict:
    places = {"volume", "page"}
    agreeing = {name for name, _ in one.details & other.details}
    if places <= agreeing and _overlap(one.families, other.families) is not False:
        return Verdict(Relation.LOOK_ALIKE, ("same title, volume and page",))
    return Verdict(Relation.DIFFERENT, ("a title that says nothing",))


def _by_title(one: Evidence, other: Evidence, *, is_long: bool) -> Verdict:
    """Return the verdict on two records with the same title and no contradicting facts."""
    authors, abstracts = _overlap(one.families, other.families), _agreement(one.abstracts, other.abstracts)
    why = ["same title"]
    if authors is False:
        if abstracts:
            return Verdict(Relation.LOOK_ALIKE, ("same title", "abstracts agree", "no author in common"))
        return Verdict(Relation.DIFFERENT, ("no author in common",))
    gap = _years_apart(one, other)
    is_near = gap is None or gap <= _tolerance(one, other)
    if authors:
        why.append(f"author {min(one.families & other.families)}")
    if abstracts:
        why.append("abstracts agree")
    if gap:
        why.append(f"{gap} years apart" if gap > 1 else "a year apart")
    if abstracts or (authors and gap is not None and is_near):
        relation = Relation.SAME
    elif not is_long:
        relation = Relation.LOOK_ALIKE if is_near else Relation.DIFFERENT
    elif authors:
        relation = Relation.SAME if is_near else Relation.LOOK_ALIKE
    else:
        relation = Relation.SAME if abstracts is None and is_near else Relation.LOOK_ALIKE
        why.append("abstracts differ" if abstracts is False else "no author known of one")
    if relation is Relation.SAME and _other_address(one.identifiers, other.identifiers):
        return Verdict(Relation.LOOK_ALIKE, (*why, "another address of one host"))
    return Verdict(relation, tuple(why))


def _years_apart(one: Evidence, other: Evidence) -> int | None:
    return min((abs(mine - theirs) for mine in one.years for theirs in other.years), default=None)


def _tolerance(one: Evidence, other: Evidence) -> int:
    is_publication = one.stages != other.stages and {"preprint"} in (one.stages, other.stages)
    return _YEARS_TO_PUBLICATION if is_publication else _YEARS_APART


def _agreement(some: Iterable[str], others: Iterable[str]) -> bool | None:
    """Return whether the shorter abstract agrees with the beginning of the longer.

    Return None without usable abstracts.
    """
    mine, theirs = list(filter(None, map(_words, some))), list(filter(None, map(_words, others)))
    if not mine or not theirs:
        return None
    return any(_agree(one, other) for one in mine for other in theirs)


def _words(abstract: str) -> list[str]:
    words = re.findall(r"[^\W_]+", fold(abstract[:2000]))[:_WORDS_COMPARED]
    return words if len(words) >= _FEWEST_WORDS else []


def _agree(one: list[str], other: list[str]) -> bool:
    length = min(len(one), len(other))
    mine, theirs = sorted((one[:length], other[:length]))
    if mine == theirs:
        return True
    if length < 3 * _FEWEST_WORDS:
        return False
    matched = sum(block.size for block in SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks())
    return matched >= _AGREEMENT * length


def _other_address(some: Iterable[Identifier], others: Iterable[Identifier]) -> bool:
    """Return whether two records without a common identifier are at one host, or both at OpenReview, ACL or PubMed."""
    here, there = _hosts(some), _hosts(others)
    return not here.isdisjoint(there)


def _hosts(identifiers: Iterable[Identifier]) -> set[str]:
    found = {value.split("/", 3)[2] for scheme, value in identifiers if scheme == "url" and value.count("/") >= 2}
    return found | {scheme for scheme, _ in identifiers if scheme in ("openreview", "acl", "pmid")}
