"""`readq.model.identity.works`: which records of a library and an import are one."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from evidence_records import ABSTRACT, ANY, ARXIV, BIB, DOI, LONG, said
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.model.identity import works
from readq.model.identity.comparison import Verdict, compare
from readq.model.identity.evidence import Evidence
from readq.model.identity.works import Sorting, group_into_works, shared_identifiers


def found(library: Sequence[Evidence], arriving: Evidence) -> list[int]:
    """The numbers in `library` of the papers that an arriving one is."""
    return sorted(group_into_works(dict(enumerate(library)), [arriving]).works[0].papers)


def parts(sorting: Sorting) -> set[frozenset[int]]:
    """Which arrivals, by place, are one."""
    return {frozenset(work.arrivals) for work in sorting.works}


URL = ("url", "https://example.org/paper")


def test_an_identifier_decides_whatever_the_title() -> None:
    library = [said("old", ids=[ARXIV]), said("new", ids=[("arxiv", "1810.04805")])]
    assert found(library, said("new", ids=[ARXIV])) == [0]


def test_what_links_two_papers_makes_them_one() -> None:
    assert found([said("x", ids=[DOI]), said("y", ids=[ARXIV])], said("z", ids=[DOI, ARXIV])) == [0, 1]


def test_an_identifier_of_another_work_stays_there() -> None:
    sorting = group_into_works({0: said("x", ids=[URL, ARXIV])}, [said("y", ids=[URL, ("arxiv", "1810.04805")])])
    (work,) = sorting.works
    assert not work.papers
    assert work.evidence.identifiers == {("arxiv", "1810.04805")}


def test_stored_papers_stay_apart_unless_an_identifier_links_them() -> None:
    two = [said(by="Doe", year=2020), said(by="Doe", year=2020, ids=[DOI])]
    assert found(two, said(by="Doe", year=2020)) == []
    assert found(two, said(by="Doe", year=2020, ids=[DOI])) == [1]


def test_a_title_that_three_works_bear_joins_nothing() -> None:
    others = [said(by="Doe", year=2001), said(by="Roe", year=2002)]
    assert found(others[:1], said(by="Doe", year=2001)) == [0]
    assert found(others, said(by="Doe", year=2001)) == [0]
    assert found([*others, said(by="Poe", year=2003)], said(by="Doe", year=2001)) == []


def test_one_that_fits_two_works_is_neither() -> None:
    two = [said(by="Doe", year=2001), said(by="Roe", year=2001)]
    assert found(two, said()) == []
    assert found(two[:1], said()) == [0]
    assert len(parts(group_into_works({}, [*two, said()]))) == 3


def test_years_do_not_chain() -> None:
    """What is near the middle one only is not the middle one's."""
    chain = [said(by="Doe", year=year) for year in (2001, 2002, 2003)]
    assert len(parts(group_into_works({}, chain))) == 3


def test_joins_and_look_alikes_are_told_with_reasons() -> None:
    sorting = group_into_works({7: said(by="Doe", year=2001)}, [said(by="Doe", year=2002), said("Short", by="A")])
    (join,) = sorting.joins
    assert (join.arrivals, join.by, join.why) == ((0,), "title", ("same title", "author doe", "a year apart"))
    sorting = group_into_works({7: said(by="Doe", year=2001)}, [said(by="Doe", year=2005)])
    (pair,) = sorting.look_alikes
    assert (pair.one.papers, pair.other.arrivals, pair.why[0]) == ([7], [0], "same title")


def test_many_records_of_one_title_take_no_longer_than_others() -> None:
    editorials = [said("Editorial", ids=[("doi", f"10.1000/{number}")]) for number in range(1500)]
    assert len(parts(group_into_works({}, editorials))) == 1500
    columns = [said("The Column", by=f"Author{'abcdefghijkl'[number % 12]}") for number in range(3000)]
    assert len(parts(group_into_works({}, columns))) == 3000


@settings(max_examples=300)
@given(st.lists(ANY, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(arriving: list[Evidence], chance: random.Random) -> None:
    places = list(range(len(arriving)))
    chance.shuffle(places)
    shuffled = group_into_works({}, [arriving[place] for place in places])
    there = {frozenset(places[place] for place in part) for part in parts(shuffled)}
    # Records that say the same cannot be told apart, so which of them is joined may differ.
    assert _contents(there, arriving) == _contents(parts(group_into_works({}, arriving)), arriving)


def _contents(parts: set[frozenset[int]], arriving: Sequence[Evidence]) -> list[list[str]]:
    return sorted(sorted(repr([sorted(part) for part in arriving[place]]) for place in part) for part in parts)


@given(ANY, ANY)
def test_a_pair_comes_to_the_same_whichever_is_in_the_library(one: Evidence, other: Evidence) -> None:
    assert bool(found([one], other)) == bool(found([other], one))


@settings(max_examples=300)
@given(st.lists(ANY, max_size=6))
def test_what_its_source_names_is_known_again(arriving: list[Evidence]) -> None:
    """Also rubrics: each under the key of its file. With one identifier each, for of several the first decides."""
    named = [
        one._replace(names=frozenset({(BIB, str(place))}), identifiers=frozenset(sorted(one.identifiers)[:1]))
        for place, one in enumerate(arriving)
    ]
    library = _stored(group_into_works({}, named))
    again = group_into_works(library, named)
    assert all(work.papers for work in again.works)
    assert {min(work.papers) for work in again.works} == set(library)
    assert _stored(again) == library


def _stored(sorting: Sorting) -> Mapping[int, Evidence]:
    works = dict.fromkeys(sorting.works)
    fresh = iter(range(len(sorting.works)))
    return {(min(work.papers) if work.papers else next(fresh)): work.evidence for work in works}


def test_an_id_of_several_items_with_other_titles_is_none() -> None:
    page = ("url", "https://journal.example.org/issue")
    shared = [said("One", ids=[page]), said("Two", ids=[page]), said("Three", ids=[DOI])]
    assert shared_identifiers(shared) == {page}


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        (said("One", by="Doe", ids=[DOI]), said("One, corrected", by="Doe", ids=[DOI]), True),
        (said("One", by="Doe", ids=[DOI]), said("Two", by="Roe", ids=[DOI]), False),
        (said("One", ids=[ARXIV]), said("One - a site", ids=[ARXIV]), True),
        (said("One", by="Doe", ids=[URL]), said("Two", by="Doe", ids=[URL]), False),
        (said("One", by="Doe", ids=[URL]), said("One", by="Doe", ids=[URL]), True),
    ],
)
def test_other_ids_are_doubted_where_authors_differ(one: Evidence, other: Evidence, kept: bool) -> None:
    assert (not shared_identifiers([one, other])) is kept


def test_an_abstract_is_enough_for_a_page() -> None:
    assert found([said(by="Doe", year=2020, abstract=ABSTRACT, ids=[ARXIV])], said(LONG, abstract=ABSTRACT)) == [0]


def test_the_time_for_a_key_grows_with_the_number_of_its_works(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Counter[str]()

    def counted(one: Evidence, other: Evidence) -> Verdict:
        calls["compared"] += 1
        return compare(one, other)

    monkeypatch.setattr(works, "compare", counted)
    for count in (400, 800):
        records = [said(f"the works of author {number}", by=f"Doe{number}", keys=["same"]) for number in range(count)]
        assert len(parts(group_into_works({}, [*records, records[0]]))) == count
        assert calls.pop("compared") < 60 * count
