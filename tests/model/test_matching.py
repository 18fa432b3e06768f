"""`readq.model.matching`: which papers are one."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.model.identifiers import identifiers_in
from readq.model.matching import Identifier, Identity, Works, contradict, same

ARXIV, OTHER_ARXIV = ("arxiv", "1706.03762"), ("arxiv", "1810.04805")
DOI, OTHER_DOI = ("doi", "10.1145/1"), ("doi", "10.1145/2")
PAGE = ("url", "https://example.org/paper")


def known_by(*said: str | Identifier) -> Identity:
    """Titles are text, identifiers pairs."""
    return Identity(
        frozenset(one for one in said if not isinstance(one, str)),
        frozenset(one for one in said if isinstance(one, str)),
    )


def found(library: Sequence[Identity], *said: str | Identifier) -> list[int]:
    """The numbers in `library` of the papers that an arriving one is."""
    return sorted(Works(dict(enumerate(library))).place(known_by(*said)).papers)


def parts(arriving: Sequence[Identity], stored: Mapping[int, Identity] | None = None) -> set[frozenset[int]]:
    """Which of `arriving`, by place, are one."""
    works = Works(stored or {})
    placed = [works.place(one) for one in arriving]
    by_work: dict[object, set[int]] = {}
    for place, work in enumerate(placed):
        by_work.setdefault(work.found(), set()).add(place)
    return {frozenset(places) for places in by_work.values()}


def test_an_identifier_decides_whatever_the_title() -> None:
    assert found([known_by("old", ARXIV), known_by("new", OTHER_ARXIV)], "new", ARXIV) == [0]
    assert found([known_by("x", DOI)], "y", PAGE, DOI) == [0]


def test_what_links_two_papers_makes_them_one() -> None:
    assert found([known_by("x", DOI), known_by("y", ARXIV)], "z", DOI, ARXIV) == [0, 1]
    assert found([known_by("x", DOI), known_by("y")], "y", DOI) == [0, 1]


def test_an_arxiv_id_speaks_louder_than_a_doi() -> None:
    """A proceedings' DOI on each of its papers; two DOIs, of a preprint's hosts and of a journal."""
    assert found([known_by("x", DOI, ARXIV)], "y", DOI, OTHER_ARXIV) == []
    assert found([known_by("x", DOI, ARXIV)], "y", OTHER_DOI, ARXIV) == [0]
    assert found([known_by("x", DOI, ARXIV), known_by("z", OTHER_DOI)], "y", OTHER_DOI, ARXIV) == [0, 1]


def test_a_shared_address_does_not_join_papers_with_different_ids() -> None:
    assert found([known_by("x", PAGE, ARXIV)], "y", PAGE, OTHER_ARXIV) == []
    assert found([known_by("x", PAGE, ARXIV)], "y", PAGE) == [0]


def test_an_identifier_of_another_work_stays_there() -> None:
    works = Works({0: known_by("x", PAGE, ARXIV)})
    assert works.place(known_by("y", PAGE, OTHER_ARXIV)).identifiers == {OTHER_ARXIV}
    assert works.place(known_by("z", PAGE)).papers == [0]


def test_a_title_decides_when_no_identifier_speaks_against_it() -> None:
    assert found([known_by("same", ARXIV)], "same") == [0]
    assert found([known_by("same")], "same", ARXIV) == [0]
    assert found([known_by("same", ARXIV)], "same", DOI) == [0]
    assert found([known_by("same", ARXIV)], "same", OTHER_ARXIV) == []
    assert found([known_by("same", DOI)], "same", OTHER_DOI) == []
    assert found([], "same") == []


def test_any_title_that_a_paper_was_seen_under_is_its_title() -> None:
    assert found([known_by("new", "old", ARXIV)], "old") == [0]


def test_a_title_that_fits_two_papers_decides_nothing() -> None:
    two = [known_by("same", ARXIV), known_by("same", OTHER_ARXIV)]
    assert found(two, "same") == []
    assert found(two, "same", ("arxiv", "2001.00001")) == []
    assert found(two, "same", DOI) == []


def test_a_paper_left_alone_is_known_again_and_stays_alone() -> None:
    three = [known_by("same", ARXIV), known_by("same", OTHER_ARXIV), known_by("same")]
    assert found(three, "same") == [2]
    assert found(three, "same", ("arxiv", "2001.00001")) == []
    assert found(three[1:], "same", ARXIV) == []


def test_a_link_settles_a_title_that_was_undecided() -> None:
    three = [known_by("same", DOI), known_by("same", OTHER_DOI), known_by("same")]
    assert found(three, "another", DOI, OTHER_DOI) == [0, 1, 2]


def test_many_papers_of_one_title_take_no_longer_than_others() -> None:
    """Each number of a journal has its editorial."""
    editorials = [known_by("editorial", ("doi", f"10.1000/{number}")) for number in range(1500)]
    assert len(parts(editorials)) == 1500
    assert len(parts([known_by("editorial") for _ in range(5000)])) == 1


SCHEMES = ("arxiv", "doi", "openreview", "acl", "s2", "url")
ANYTHING = st.builds(
    Identity,
    st.frozensets(st.tuples(st.sampled_from(SCHEMES), st.sampled_from("xyz")), max_size=4),
    st.frozensets(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=2),
)


@given(ANYTHING, ANYTHING)
def test_sameness_has_no_sides(one: Identity, other: Identity) -> None:
    assert same(one, other) == same(other, one)
    assert contradict(one.identifiers, other.identifiers) == contradict(other.identifiers, one.identifiers)
    assert same(one, one)
    assert (parts([one, other]) == {frozenset({0, 1})}) == (parts([other, one]) == {frozenset({0, 1})})


@given(ANYTHING, ANYTHING)
def test_a_paper_beside_one_other_is_that_one_if_they_are_the_same(one: Identity, other: Identity) -> None:
    assert bool(Works({7: one}).place(other).papers) == same(one, other)


@settings(max_examples=300)
@given(st.lists(ANYTHING, max_size=8))
def test_whatever_came_is_known_again(arriving: list[Identity]) -> None:
    """Even where identifiers and titles are a mess. Only what came by a title alone that is now two works' is new."""
    library = _stored(Works({}), arriving)
    again = Works(library)
    for one in arriving:
        bearers = [each for each in library.values() if one.titles & each.titles]
        contested = any(contradict(a.identifiers, b.identifiers) for a, b in itertools.combinations(bearers, 2))
        assert again.place(one).found().papers or (contested and not one.identifiers), one
    settled = _stored(Works(library), arriving)
    assert _stored(Works(settled), arriving) == settled


def _stored(works: Works, arriving: Iterable[Identity]) -> dict[int, Identity]:
    """The library after `arriving`: known papers under their lowest number, new ones after these."""
    found = dict.fromkeys(one.found() for one in [works.place(one) for one in arriving])
    known = {min(work.papers): work for work in found if work.papers}
    new = enumerate((work for work in found if not work.papers), start=max(known, default=-1) + 1)
    return {
        number: Identity(frozenset(work.identifiers), frozenset(work.titles))
        for number, work in (*sorted(known.items()), *new)
    }


@st.composite
def _seen_works(draw: st.DrawFn) -> list[tuple[int, Identity]]:
    """Papers of a few works, each as some source knows it: (work, identity). No title belongs to two works."""
    seen: list[tuple[int, Identity]] = []
    for work in range(draw(st.integers(1, 3))):
        identifiers = [(scheme, f"{scheme}{work}") for scheme in SCHEMES] + [("url", f"mirror{work}")]
        titles = [f"title {work}", f"revised {work}"]
        for _ in range(draw(st.integers(1, 5))):
            some = draw(st.frozensets(st.sampled_from(identifiers), max_size=3))
            seen.append((work, Identity(some, frozenset((draw(st.sampled_from(titles)),)))))
    return seen


@settings(max_examples=500)
@given(_seen_works(), st.randoms(use_true_random=False), st.integers(0, 15))
def test_the_order_of_arrival_does_not_matter(seen: list[tuple[int, Identity]], random: Random, cut: int) -> None:
    def sorted_in(order: Iterable[int]) -> set[frozenset[int]]:
        """As groups of places in `seen`; the first few come first and are stored when the others arrive."""
        order = list(order)
        works = Works({})
        placed = {place: works.place(seen[place][1]) for place in order[:cut]}
        numbers = {work: number for number, work in enumerate(dict.fromkeys(one.found() for one in placed.values()))}
        later = Works({n: Identity(frozenset(work.identifiers), frozenset(work.titles)) for work, n in numbers.items()})
        groups: dict[object, set[int]] = {}
        arrived = {place: later.place(seen[place][1]) for place in order[cut:]}
        of_number = {number: work.found() for work in arrived.values() for number in work.found().papers}
        for place, before in placed.items():
            number = numbers[before.found()]
            groups.setdefault(of_number.get(number, number), set()).add(place)
        for place, work in arrived.items():
            groups.setdefault(work.found(), set()).add(place)
        return {frozenset(group) for group in groups.values()}

    as_given = sorted_in(range(len(seen)))
    assert sorted_in(random.sample(range(len(seen)), len(seen))) == as_given
    assert as_given == _connected(seen)


def _connected(seen: Sequence[tuple[int, Identity]]) -> set[frozenset[int]]:
    groups = [{place} for place in range(len(seen))]
    for here, there in itertools.combinations(range(len(seen)), 2):
        if same(seen[here][1], seen[there][1]):
            one, other = (next(group for group in groups if place in group) for place in (here, there))
            if one is not other:
                one |= other
                groups.remove(other)
    return {frozenset(group) for group in groups}


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "1706.03762", "arXiv:1706.03762v7", "https://arxiv.org/abs/1706.03762v2", "http://arxiv.org/pdf/1706.03762.pdf",
            "https://arxiv.org/html/1706.03762v7", "10.48550/arXiv.1706.03762", "https://doi.org/10.48550/ARXIV.1706.03762",
            "https://huggingface.co/papers/1706.03762", "https://www.alphaxiv.org/abs/1706.03762v7",
            "oai:arXiv.org:1706.03762v7", "https://ar5iv.org/abs/1706.03762", "https://export.arxiv.org/abs/1706.03762",
        ),
        ("hep-th/9901001", "arXiv:hep-th/9901001v3", "https://arxiv.org/abs/hep-th/9901001"),
        ("10.1145/3292500.3330701", "https://dl.acm.org/doi/10.1145/3292500.3330701", "doi:10.1145/3292500.3330701"),
        ("https://openreview.net/forum?id=S1lhbnRqF7", "https://openreview.net/pdf?id=S1lhbnRqF7"),
        ("https://aclanthology.org/N19-1423/", "https://www.aclweb.org/anthology/N19-1423.pdf", "10.18653/v1/N19-1423"),
        (
            "https://www.semanticscholar.org/paper/A-Title/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
            "https://www.semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        ),
    ],
    ids=lambda spellings: spellings[0],
)  # fmt: skip
def test_every_spelling_of_an_identifier_is_one_paper(spellings: tuple[str, ...]) -> None:
    arriving = [Identity(frozenset(identifiers_in(one)), frozenset((one,))) for one in spellings]
    assert parts(arriving) == {frozenset(range(len(spellings)))}
