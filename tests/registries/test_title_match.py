"""`readq.registries.title_match`: accept the paper, refuse papers with similar titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Trust
from readq.registries.title_match import Fit, TitleQuery, fit, match, similarity, word_similarity, works

TITLE = "Growth of Sparse Recurrent Networks in Changing Environments"
ADA, EMMY, ALAN = Author("Ada Lovelace"), Author("Emmy Noether"), Author("Alan Turing")
ABSTRACT = "We look at networks that grow while their surroundings change, and find that sparse ones grow longest."


def paper(
    title: str,
    name: str | None = "2401.00001",
    authors: tuple[Author, ...] = (ADA, EMMY),
    abstract: str | None = None,
    trust: Trust = Trust.ARXIV,
    doi: str | None = None,
) -> FetchedPaper:
    names = ((("arxiv", name),) if name else ()) + ((("doi", doi),) if doi else ())
    return FetchedPaper(title, trust=trust, authors=authors, abstract=abstract, identifiers=names)


@pytest.mark.parametrize(
    "other",
    [
        TITLE,
        TITLE.upper(),
        TITLE.replace("Sparse", r"\textsc{Sparse}"),
        TITLE.replace(" ", "  ") + ".",
        "Growth of sparse-recurrent networks in changing environments",
    ],
)
def test_the_same_letters_and_digits_are_the_same_title(other: str) -> None:
    assert fit(TitleQuery(TITLE), paper(other)) is Fit.SURE


@pytest.mark.parametrize(
    "other",
    [
        f"{TITLE} 2",
        f"{TITLE} II",
        f"{TITLE}, Part II",
        f"{TITLE}: Part 2",
        f"{TITLE} (Part B)",
        f"{TITLE} v2",
        f"Supplementary Material for {TITLE}",
        f"{TITLE}: Supplementary",
        f"{TITLE} (Supplement)",
        f"{TITLE}: Appendix",
        f"Erratum: {TITLE}",
        f"Comment on {TITLE}",
        f"Reply to Comment on {TITLE}",
        f"{TITLE} Revisited",
        f"{TITLE} (Extended Abstract)",
        "Growth of Sparse Recurrent Networks",
        "Decay of Dense Feedforward Networks in Constant Environments",
    ],
)
@pytest.mark.parametrize("authors", [(), (ADA, EMMY)], ids=["nobody", "the same people"])
def test_papers_of_a_series_never_match(other: str, authors: tuple[Author, ...]) -> None:
    assert fit(TitleQuery(TITLE, authors, ABSTRACT), paper(other, abstract=ABSTRACT)) is Fit.NONE
    assert fit(TitleQuery(other, authors, ABSTRACT), paper(TITLE, abstract=ABSTRACT)) is Fit.NONE


@pytest.mark.parametrize(
    ("some", "other"),
    [
        ("Llama 2: Open Models", "Llama 3: Open Models"),
        ("Counting Galaxies in Deep Fields I", "Counting Galaxies in Deep Fields II"),
        ("Counting Galaxies in Deep Fields. Part A", "Counting Galaxies in Deep Fields. Part B"),
        ("Two Steps to Faster Optimisation of Networks", "Three Steps to Faster Optimisation of Networks"),
        ("The First Survey of Everything That Grows", "The Second Survey of Everything That Grows"),
    ],
)
def test_numbers_tell_titles_apart(some: str, other: str) -> None:
    assert fit(TitleQuery(some, (ADA,)), paper(other, authors=(ADA,))) is Fit.NONE


def test_a_title_that_is_nearly_the_same_needs_a_witness() -> None:
    near = TITLE.replace("Environments", "Environment")
    assert fit(TitleQuery(TITLE), paper(near)) is Fit.POSSIBLE
    assert fit(TitleQuery(TITLE, (ADA,)), paper(near)) is Fit.SURE
    assert fit(TitleQuery(TITLE, (ALAN,)), paper(near)) is Fit.NONE
    assert fit(TitleQuery(TITLE, (), ABSTRACT), paper(near, abstract=ABSTRACT.replace("longest", "most"))) is Fit.SURE
    assert fit(TitleQuery(TITLE, (), ABSTRACT), paper(near, abstract="Something else altogether.")) is Fit.POSSIBLE


def test_a_title_without_its_subtitle_needs_a_witness_too() -> None:
    long = f"{TITLE}: A Study of Gardens"
    assert fit(TitleQuery(TITLE), paper(long)) is Fit.POSSIBLE
    assert fit(TitleQuery(long, (EMMY,)), paper(TITLE)) is Fit.SURE
    assert fit(TitleQuery("Growth"), paper("Growth: A Study of Gardens")) is Fit.NONE


def test_other_people_wrote_another_paper_under_the_same_title() -> None:
    assert fit(TitleQuery(TITLE, (ALAN,)), paper(TITLE)) is Fit.NONE
    assert fit(TitleQuery(TITLE, (Author("A. Lovelace"),)), paper(TITLE)) is Fit.SURE
    assert fit(TitleQuery(TITLE, (Author("Lovelace, Ada", "Lovelace", "Ada"),)), paper(TITLE)) is Fit.SURE


def test_the_very_title_goes_before_one_that_is_nearly_it() -> None:
    near = paper(TITLE.replace("Environments", "Environment"), "2402.00002", abstract=ABSTRACT)
    found = match(TitleQuery(TITLE, (), ABSTRACT), [near, paper(TITLE, "2401.00001", abstract="Otherwise put.")])
    assert found.sure is not None
    assert found.sure.identifiers == (("arxiv", "2401.00001"),)


def test_two_works_of_one_title_need_evidence() -> None:
    mine, theirs = paper(TITLE, abstract=ABSTRACT), paper(TITLE, "2402.00002", (ALAN,), "On tapes and halting.")
    unknown = match(TitleQuery(TITLE), [mine, theirs])
    assert unknown.sure is None
    assert {one.identifiers for one in unknown.possible} == {mine.identifiers, theirs.identifiers}
    assert match(TitleQuery(TITLE, (ALAN,)), [mine, theirs]).sure == theirs
    assert match(TitleQuery(TITLE, (), ABSTRACT), [mine, theirs]).sure == mine


def test_one_work_from_two_services_is_merged() -> None:
    preprint, record = paper(TITLE), paper(TITLE, None, doi="10.1000/1", trust=Trust.AGGREGATOR, abstract=ABSTRACT)
    found = match(TitleQuery(TITLE), [record, preprint])
    assert found.sure is not None
    assert set(found.sure.identifiers) == {("arxiv", "2401.00001"), ("doi", "10.1000/1")}
    assert (found.sure.trust, found.sure.abstract) == (Trust.ARXIV, ABSTRACT)
    assert len(works([preprint, paper("Something Else", "2401.00001")])) == 1
    assert len(works([preprint, paper("Something Else", "2402.00002")])) == 2


def test_word_similarity_to_remembered_words() -> None:
    assert word_similarity("sparse recurrent growth", TITLE) > word_similarity(
        "sparse recurrent growth", "Tapes and Halting"
    )
    assert word_similarity(TITLE, TITLE) == 100


TITLES = st.lists(
    st.sampled_from(["growth", "of", "Sparse", "networks", "2", "II", "part", "A", ":", "x", "Über"]), min_size=1
).map(" ".join)


@given(TITLES, TITLES)
def test_a_fit_is_symmetric_and_a_title_fits_itself(one: str, other: str) -> None:
    assert fit(TitleQuery(one), paper(one)) is Fit.SURE
    assert fit(TitleQuery(one), paper(other)) is fit(TitleQuery(other), paper(one))
    assert similarity(one, other) == similarity(other, one)


@given(TITLES, st.sampled_from(["2", "3", "II", "Part B", "Supplementary", "Appendix"]))
def test_no_mark_of_a_sibling_is_overlooked(title: str, mark: str) -> None:
    assert fit(TitleQuery(title, (ADA,)), paper(f"{title} {mark}", authors=(ADA,))) is Fit.NONE


@given(st.lists(TITLES, max_size=6), TITLES)
def test_the_order_of_candidates_does_not_matter(titles: list[str], title: str) -> None:
    candidates = [paper(one, f"2401.{number + 1:05}") for number, one in enumerate(titles)]
    found, again = match(TitleQuery(title), candidates), match(TitleQuery(title), candidates[::-1])
    assert found.sure == again.sure
    assert {one.identifiers for one in found.possible} == {one.identifiers for one in again.possible}


def test_both_spellings_of_an_umlaut_are_one_name() -> None:
    asked = TitleQuery(TITLE, (Author("Jörg Müller"),))
    assert fit(asked, paper(TITLE, authors=(Author("J. Mueller"),))) is Fit.SURE
    assert fit(asked, paper(TITLE, authors=(Author("J. Miller"),))) is Fit.NONE
