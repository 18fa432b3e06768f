"""`readq.model.identity.comparison`: whether two records are one work, and why."""

from typing import Any

import pytest
from evidence_records import ABSTRACT, ANY, ARXIV, BIB, DOI, FEED, LONG, OTHER_ABSTRACT, PREPRINT_DOI, said
from hypothesis import given
from hypothesis import strategies as st

from readq.model.identifiers import title_key
from readq.model.identity.comparison import Relation, compare, contradict
from readq.model.identity.evidence import Evidence, family_words, isbns, kind_of, kinds_differ
from readq.model.identity.generic_titles import is_distinctive, is_generic

SAME, DIFFERENT, LOOK_ALIKE = Relation.SAME, Relation.DIFFERENT, Relation.LOOK_ALIKE


def doe(title: str = LONG, **more: Any) -> Evidence:  # noqa: ANN401 - of several types
    """A record of 2020 by Doe."""
    return said(title, by="Doe", year=2020, **more)


PAIRS: list[tuple[str, Evidence, Evidence, Relation]] = [
    ("a shared id, whatever else", said("A", by="Doe", ids=[DOI]), said("B", by="Roe", year=1900, ids=[DOI]), SAME),
    ("another arXiv id", said(by="Doe", ids=[ARXIV]), said(by="Doe", ids=[("arxiv", "1810.04805")]), DIFFERENT),
    ("two publishers' DOIs", said(by="Doe", ids=[DOI]), said(by="Doe", ids=[("doi", "10.1145/2")]), DIFFERENT),
    (
        "a preprint's and a publisher's",
        doe(ids=[PREPRINT_DOI]),
        said(by="Doe", year=2021, ids=[DOI]),
        SAME,
    ),
    (
        "two preprints' DOIs",
        said(by="Doe", ids=[PREPRINT_DOI]),
        said(by="Doe", ids=[("doi", "10.2139/ssrn.5")]),
        DIFFERENT,
    ),
    ("an arXiv id outweighs DOIs", said(ids=[ARXIV, DOI]), said(ids=[ARXIV, ("doi", "10.1145/2")]), SAME),
    ("an author and a year", said(by="Doe Roe", year=2020), said(by="Roe Poe", year=2021), SAME),
    (
        "a short title, an author and a year",
        doe("Deep Things"),
        doe("Deep Things"),
        SAME,
    ),
    ("years apart", said(by="Doe", year=2015), said(by="Doe", year=2018), LOOK_ALIKE),
    (
        "years apart, short",
        said("Deep Things", by="Doe", year=2015),
        said("Deep Things", by="Doe", year=2018),
        DIFFERENT,
    ),
    ("two years to publication", said(by="Doe", year=2015, ids=[ARXIV]), said(by="Doe", year=2017, venue="ICML"), SAME),
    (
        "two years, both published",
        said(by="Doe", year=2015, venue="NIPS"),
        said(by="Doe", year=2017, venue="ICML"),
        LOOK_ALIKE,
    ),
    ("no author in common", doe(), said(by="Roe", year=2020), DIFFERENT),
    ("an abstract in common only", said(by="Doe", abstract=ABSTRACT), said(by="Roe", abstract=ABSTRACT), LOOK_ALIKE),
    ("abstracts agree", said(abstract=ABSTRACT), doe(abstract=ABSTRACT), SAME),
    ("one is cut", said(abstract=ABSTRACT[:75] + "…"), said(abstract=ABSTRACT), SAME),
    ("abstracts differ", said(abstract=ABSTRACT), said(abstract=OTHER_ABSTRACT), LOOK_ALIKE),
    (
        "short title, abstracts differ",
        said("This Week", abstract=ABSTRACT),
        said("This Week", abstract=OTHER_ABSTRACT),
        DIFFERENT,
    ),
    ("nothing but a long title", said(), doe(abstract=ABSTRACT), SAME),
    ("nothing but a short title", said("Deep Things"), doe("Deep Things"), LOOK_ALIKE),
    ("a long title, other years", said(year=2027), said(by="Doe", year=2021), LOOK_ALIKE),
    ("another title", doe(), doe(LONG + " II"), DIFFERENT),
    (
        "editions",
        doe(fields={"edition": "2nd"}),
        doe(fields={"edition": "Third"}),
        DIFFERENT,
    ),
    (
        "one edition",
        doe(fields={"edition": "2nd"}),
        doe(fields={"edition": "Second"}),
        SAME,
    ),
    (
        "volumes",
        doe(fields={"volume": "33"}),
        doe(fields={"volume": "Vol. 34"}),
        DIFFERENT,
    ),
    (
        "pages",
        doe(fields={"pages": "1--9"}),
        doe(fields={"pages": "10-19"}),
        DIFFERENT,
    ),
    (
        "pages written otherwise",
        doe(fields={"pages": "101--109"}),
        doe(fields={"pages": "pp. 101"}),
        SAME,
    ),
    (
        "chapters",
        doe(fields={"chapter": "4"}),
        doe(fields={"chapter": "V"}),
        DIFFERENT,
    ),
    (
        "ISBNs",
        doe(fields={"isbn": "0-262-03384-4"}),
        doe(fields={"isbn": "978-3-16-148410-0"}),
        DIFFERENT,
    ),
    (
        "a thesis and an article",
        doe(type="phdthesis"),
        doe(type="article"),
        DIFFERENT,
    ),
    (
        "a report and an article",
        doe(type="techreport"),
        doe(type="article"),
        SAME,
    ),
    (
        "two keys of one file",
        doe(names=[(BIB, "a")]),
        doe(names=[(BIB, "b")]),
        DIFFERENT,
    ),
    ("two keys of one file, one id", said(ids=[DOI], names=[(BIB, "a")]), said(ids=[DOI], names=[(BIB, "b")]), SAME),
    (
        "two keys of two files",
        doe(names=[(BIB, "a")]),
        doe(names=[("file:/b.bib", "b")]),
        SAME,
    ),
    (
        "another guid of a feed",
        doe(names=[(FEED, "1")]),
        doe(names=[(FEED, "2")]),
        DIFFERENT,
    ),
    ("one guid, another title", said("A", names=[(FEED, "1")]), said("B", names=[(FEED, "1")]), SAME),
    (
        "a corrected title",
        doe("Deep Thinks", names=[(BIB, "a")]),
        doe("Deep Things", names=[(BIB, "a")]),
        SAME,
    ),
    (
        "a key used again",
        doe("Deep Things", names=[(BIB, "a")]),
        said("Wine", by="Roe", year=2001, names=[(BIB, "a")]),
        DIFFERENT,
    ),
    (
        "a key used again by its author in one year",
        said("Deep Things", by="Doe", year=2020, names=[(BIB, "a")]),
        said("On Wine", by="Doe", year=2020, names=[(BIB, "a")]),
        DIFFERENT,
    ),
    (
        "a key used again for the next part",
        doe("Deep Things, part 1", ids=[ARXIV], names=[(BIB, "a")]),
        doe("Deep Things, part 2", ids=[("arxiv", "1810.04805")], names=[(BIB, "a")]),
        DIFFERENT,
    ),
    (
        "a corrected id",
        doe("Deep Things", ids=[ARXIV], names=[(BIB, "a")]),
        doe("Deep Things", ids=[("arxiv", "1810.04805")], names=[(BIB, "a")]),
        SAME,
    ),
    (
        "a page's abstract changed",
        doe(names=[("page:x", "1")]),
        doe(names=[("page:x", "2")]),
        SAME,
    ),
    ("a rubric", doe("Editorial"), doe("Editorial"), DIFFERENT),
    (
        "a rubric at one place",
        said("Editorial", by="Doe", fields={"volume": "3", "pages": "1"}),
        said("Editorial", by="Doe", fields={"volume": "3", "pages": "1-2"}),
        LOOK_ALIKE,
    ),
    (
        "a rubric under one key",
        doe("Editorial", keys=["a"]),
        doe("Editorial", keys=["a"]),
        SAME,
    ),
    (
        "a key of two works",
        doe("Editorial", keys=["a"]),
        said("Editorial", by="Roe", year=2020, keys=["a"]),
        DIFFERENT,
    ),
    (
        "another address of a host",
        doe(ids=[("url", "https://a.org/1")]),
        doe(ids=[("url", "https://a.org/2")]),
        LOOK_ALIKE,
    ),
    (
        "addresses of two hosts",
        doe(ids=[("url", "https://a.org/1")]),
        doe(ids=[("url", "https://b.org/2")]),
        SAME,
    ),
    (
        "the contents page of two entries",
        said("A", ids=[("url", "https://a.org")], names=[(FEED, "1")]),
        said("B", ids=[("url", "https://a.org")], names=[(FEED, "2")]),
        DIFFERENT,
    ),
]


@pytest.mark.parametrize(("one", "other", "relation"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_what_makes_two_records_one(one: Evidence, other: Evidence, relation: Relation) -> None:
    verdict = compare(one, other)
    assert verdict.relation is relation, verdict.why
    assert compare(other, one).relation is relation
    assert verdict.why


@given(ANY, ANY)
def test_it_does_not_matter_which_is_asked_first(one: Evidence, other: Evidence) -> None:
    assert compare(one, other).relation is compare(other, one).relation
    assert contradict(one.identifiers, other.identifiers) == contradict(other.identifiers, one.identifiers)


@given(ANY)
def test_a_record_is_not_different_from_itself_but_for_a_rubric(one: Evidence) -> None:
    relation = compare(one, one).relation
    if one.identifiers or one.names or one.keys:
        assert relation is SAME
    elif not all(map(is_generic, one.titles)):
        assert relation is not DIFFERENT


NAMES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8)


@given(st.text(min_size=1), st.sets(NAMES, min_size=1), st.sets(NAMES, min_size=1), st.data())
def test_no_title_joins_works_without_an_author_in_common(
    title: str, some: set[str], others: set[str], data: st.DataObject
) -> None:
    here, there = family_words(some), family_words(others - some)
    if not here or not there or not here.isdisjoint(there):
        return
    one, other = (
        data.draw(ANY)._replace(
            titles=frozenset({title_key(title)}), families=families, identifiers=frozenset(), names=frozenset()
        )
        for families in (here, there)
    )
    assert compare(one, other).relation is not SAME


@pytest.mark.parametrize(
    "title",
    [
        "Editorial",
        "EDITORIAL.",
        "Éditorial",
        "Vorwort",
        "Inhalt",
        "Prólogo",
        "Book Reviews",
        "Letters",
        "Erratum",
        "Contents",
        "Introduction",
        "Предисловие",
        "目次",
        "Editorial 12/2003",
        "Front Matter",
        "In this issue",
        "Foreword",
        "Reply",
    ],
)
def test_rubrics_of_many_languages(title: str) -> None:
    assert is_generic(title_key(title))


@pytest.mark.parametrize("title", ["Deep Learning", "Erratum: Deep Learning", "1984", LONG, "深層学習の基礎"])
def test_titles_of_works(title: str) -> None:
    assert not is_generic(title_key(title))


def test_distinctive_titles() -> None:
    assert is_distinctive(title_key(LONG))
    assert is_distinctive(title_key("深層学習の基礎"))
    assert not is_distinctive(title_key("This week in ML"))
    assert not is_distinctive(title_key("Deep Learning"))


def test_family_names_are_compared_by_their_words() -> None:
    assert family_words(["van der Berg"]) == {"berg"} == family_words(["Berg"])
    assert family_words(["García Márquez"]) == {"garcia", "marquez"}
    assert family_words(["Müller"]) & family_words(["Mueller"])
    assert family_words(["Müller"]) & family_words(["Muller"])
    assert family_words(["others"]) == frozenset()


def test_isbns_have_thirteen_digits_and_are_right() -> None:
    assert isbns("0-262-03384-4") == isbns("978-0-262-03384-8") == ("9780262033848",)
    assert isbns("978-0-262-03384-0, 123") == ()


def test_kinds() -> None:
    assert kinds_differ({"book"}, {"paper"})
    assert not kinds_differ({"thesis"}, {"phd thesis"})
    assert kind_of("online") == "" == kind_of(None)
