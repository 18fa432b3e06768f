"""`readq.feeds.merge`: which paper it is, and whose word counts."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.feeds import huggingface, page
from readq.feeds.merge import Metadata, first_metadata, improve, known_year, match
from readq.model.identity import title_key
from readq.model.values import Appearance, Author, FetchedPaper, Trust

Identifiers = frozenset[tuple[str, str]]
ARXIV, OTHER_ARXIV = ("arxiv", "1706.03762"), ("arxiv", "1810.04805")
DOI, OTHER_DOI = ("doi", "10.1145/1"), ("doi", "10.1145/2")
PAGE = ("url", "https://example.org/paper")
RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "feeds"


def found(library: Sequence[tuple[str, Identifiers]], title: str, *identifiers: tuple[str, str]) -> int | None:
    """The number of the paper in `library`, a sequence of titles with identifiers, that a fetched paper matches."""
    by_identifier = {identifier: number for number, (_, known) in enumerate(library) for identifier in known}
    by_title: dict[str, list[int]] = {}
    for number, (known_title, _) in enumerate(library):
        by_title.setdefault(title_key(known_title), []).append(number)
    fetched = FetchedPaper(title, Trust.ARXIV, identifiers=identifiers)
    return match(fetched, by_identifier, by_title, lambda number: library[number][1])


def paper(title: str, *identifiers: tuple[str, str]) -> tuple[str, Identifiers]:
    return title, frozenset(identifiers)


def test_an_identifier_decides_whatever_the_title() -> None:
    library = [paper("Old title", ARXIV), paper("New title", OTHER_ARXIV)]
    assert found(library, "New title", ARXIV) == 0
    assert found([paper("x", DOI)], "y", PAGE, DOI) == 0


def test_the_stronger_identifier_decides() -> None:
    assert found([paper("x", DOI), paper("y", ARXIV)], "z", DOI, ARXIV) == 1


def test_a_shared_address_does_not_join_papers_with_different_ids() -> None:
    assert found([paper("x", PAGE, ARXIV)], "y", PAGE, OTHER_ARXIV) is None
    assert found([paper("x", PAGE, ARXIV)], "y", PAGE) == 0


def test_a_title_decides_when_no_identifier_speaks_against_it() -> None:
    assert found([paper("MedS$^3$: Slow", ARXIV)], "MedS^3: Slow") == 0
    assert found([paper("MedS^3: Slow")], "MedS$^3$: Slow", ARXIV) == 0
    assert found([paper("Same", ARXIV)], "Same", DOI) == 0
    assert found([paper("Same", ARXIV)], "Same", OTHER_ARXIV) is None
    assert found([paper("Same", DOI)], "Same", OTHER_DOI) is None
    assert found([], "Same") is None


def test_a_title_that_fits_two_papers_stays_alone() -> None:
    library = [paper("Same", ARXIV), paper("Same", OTHER_ARXIV)]
    assert found(library, "Same") is None
    assert found(library, "Same", ("arxiv", "2001.00001")) is None


def test_a_title_that_fits_one_of_two_is_that_one() -> None:
    assert found([paper("Same", ARXIV), paper("Same")], "Same", OTHER_ARXIV) == 1


NAMES = st.sampled_from(["A", "B", "C"])
TRUSTS = st.sampled_from(list(Trust))
FETCHED = st.builds(
    FetchedPaper,
    title=st.sampled_from(["One title", "Another title"]),
    trust=TRUSTS,
    abstract=st.none() | NAMES,
    authors=st.lists(st.builds(Author, NAMES), max_size=2).map(tuple),
    published=st.none() | st.sampled_from(["2017-06-12", "2018-01-01"]),
    year=st.none() | st.sampled_from([2017, 2019]),
    venue=st.none() | NAMES,
    primary_class=st.none() | NAMES,
    url=st.none() | NAMES,
    pdf_url=st.none() | NAMES,
    entry_type=st.none() | NAMES,
    fields=st.just(()) | st.just((("pages", "1--2"),)),
    identifiers=st.just(()) | st.just((ARXIV,)),
)
METADATA = st.builds(
    lambda fetched, edited: first_metadata(fetched)._replace(edited=edited),
    FETCHED,
    st.frozensets(st.sampled_from(["title", "authors", "year", "published", "venue"])),
)


@settings(max_examples=200)
@given(METADATA, FETCHED)
def test_improving_twice_changes_nothing_more(old: Metadata, fetched: FetchedPaper) -> None:
    once = improve(old, fetched)
    assert improve(once, fetched) is once


@settings(max_examples=200)
@given(METADATA, FETCHED)
def test_nothing_known_is_lost_and_nothing_edited_is_changed(old: Metadata, fetched: FetchedPaper) -> None:
    new = improve(old, fetched)
    for name in Metadata._fields:
        before, after = getattr(old, name), getattr(new, name)
        assert after or not before, name
        if name in old.edited or (before and name != "trust" and fetched.trust <= old.trust):
            assert after == before, name
    assert new.trust == max(old.trust, fetched.trust)


@settings(max_examples=200)
@given(FETCHED, FETCHED)
def test_two_sources_of_different_trust_agree_in_either_order(one: FetchedPaper, other: FetchedPaper) -> None:
    if one.trust != other.trust:
        assert improve(first_metadata(one), other) == improve(first_metadata(other), one)


def test_a_gap_is_filled_by_the_least_trusted_source() -> None:
    old = first_metadata(FetchedPaper("T", Trust.REGISTRY, venue="NeurIPS"))
    new = improve(old, FetchedPaper("t", Trust.PAGE, abstract="We show.", venue="elsewhere"))
    assert new == old._replace(abstract="We show.")


@pytest.mark.parametrize(
    ("fetched", "year"),
    [
        (FetchedPaper("T", Trust.BIBTEX, year=2019, published="2017-06-12", identifiers=(ARXIV,)), 2019),
        (FetchedPaper("T", Trust.ARXIV, published="2018-01-01", identifiers=(ARXIV,)), 2018),
        (FetchedPaper("T", Trust.PAGE, identifiers=(DOI, ARXIV)), 2017),
        (FetchedPaper("T", Trust.PAGE, appearance=Appearance(day="2026-03-12")), None),
    ],
)
def test_the_year_comes_from_what_the_source_knows(fetched: FetchedPaper, year: int | None) -> None:
    assert known_year(fetched) == year
    assert first_metadata(fetched).year == year


@pytest.mark.recorded
@pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded feeds at {RECORDED}")
def test_the_recorded_page_and_days_are_2245_works() -> None:
    page_text = (RECORDED / "trending-page.txt").read_text(encoding="utf-8")
    fetched = page.parse(page_text, today=datetime.date(2026, 11, 23)).papers
    for file in sorted((RECORDED / "1_hf" / "daily_papers").glob("*.json")):
        fetched += huggingface.parse_daily(json.loads(file.read_text(encoding="utf-8")), day=file.stem).papers

    by_identifier: dict[tuple[str, str], int] = {}
    by_title: dict[str, list[int]] = {}
    works: list[Metadata] = []
    known_ids: list[set[tuple[str, str]]] = []
    for arriving in fetched:
        number = match(arriving, by_identifier, by_title, known_ids.__getitem__)
        if number is None:
            number = len(works)
            works.append(first_metadata(arriving))
            known_ids.append(set())
            by_title.setdefault(title_key(arriving.title), []).append(number)
        works[number] = improve(works[number], arriving)
        known_ids[number].update(arriving.identifiers)
        by_identifier.update(dict.fromkeys(arriving.identifiers, number))

    assert len(fetched) == 80 + 2167
    assert len(works) == 2245
    # Two papers of the page were on Daily Papers too, and so have authors and a year now.
    assert sum(bool(work.authors) for work in works[:80]) == 2
    assert sum(work.year is not None for work in works[:80]) == 2
    assert all(work.year and work.authors for work in works[80:])
