"""`readq.model.metadata`: which source wins for each field, in any order of sources."""

import datetime
import functools
import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.feeds.huggingface import json_api as replies
from readq.feeds.huggingface import page
from readq.model.fetched_paper import FetchedPaper
from readq.model.fields.paper_fields import FIELDS
from readq.model.identity.works import Work, group_into_works
from readq.model.metadata import Metadata, combine, corrected, first_metadata, known_year
from readq.model.values import Appearance, Author, Trust
from readq.services.importing.identification import evidence_of

ARXIV, DOI = ("arxiv", "1706.03762"), ("doi", "10.1145/1")
RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "feeds"


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
    version=st.none() | st.integers(1, 3),
)
DAYS = st.sampled_from(["2026-11-20", "2026-11-21", "2026-11-22"])
METADATA = st.builds(
    lambda fetched, edited: replace(first_metadata(fetched), edited=edited),
    FETCHED,
    st.frozensets(st.sampled_from(["title", "authors", "year", "published", "venue"])),
)


def improve(old: Metadata, fetched: FetchedPaper, day: str | None = None) -> Metadata:
    """Return `old` combined with a source that showed the paper on `day`."""
    return combine(old, first_metadata(fetched, day))


@settings(max_examples=200)
@given(METADATA, FETCHED, DAYS)
def test_improving_twice_changes_nothing_more(old: Metadata, fetched: FetchedPaper, day: str) -> None:
    once = improve(old, fetched, day)
    assert improve(once, fetched, day) == once
    assert combine(once, once) == once


@settings(max_examples=200)
@given(METADATA, FETCHED)
def test_nothing_known_is_lost_and_nothing_edited_is_changed(old: Metadata, fetched: FetchedPaper) -> None:
    new = improve(old, fetched)
    # What is bound to the type of one record is not mixed with what is bound to the other's.
    is_bound = old.entry_type or fetched.entry_type
    for name in FIELDS:
        before, after = getattr(old, name), getattr(new, name)
        assert after or not before or (is_bound and name in ("venue", "fields")), name
        if name in old.edited:
            assert after == before, name
    assert new.trust == max(old.trust, fetched.trust)
    assert (new.version or 0) == max(old.version or 0, fetched.version or 0)


def _by_rank(fetched: Sequence[tuple[FetchedPaper, str]]) -> list[tuple[FetchedPaper, str]]:
    """Keep one of each rank: of two sources with equal ranks nothing says which is right."""
    return list({(one.trust, max(one.version or 1, 1)): (one, day) for one, day in fetched}.values())


@settings(max_examples=300)
@given(st.lists(st.tuples(FETCHED, DAYS), min_size=2, max_size=6).map(_by_rank), st.randoms(use_true_random=False))
def test_sources_agree_in_any_order(said: list[tuple[FetchedPaper, str]], random: Random) -> None:
    def together(order: Sequence[tuple[FetchedPaper, str]]) -> Metadata:
        return functools.reduce(lambda old, new: improve(old, *new), order[1:], first_metadata(*order[0]))

    def joined_pairwise(order: Sequence[tuple[FetchedPaper, str]]) -> Metadata:
        middle = len(order) // 2
        return combine(together(order[:middle]), together(order[middle:])) if middle else together(order)

    shuffled = random.sample(said, len(said))
    assert together(said) == together(shuffled) == joined_pairwise(shuffled)


def test_the_second_best_source_wins_over_the_weakest() -> None:
    """The best source has no abstract."""
    page_said = FetchedPaper("T", trust=Trust.PAGE, abstract="cut off")
    arxiv_said = FetchedPaper("T", trust=Trust.ARXIV, abstract="in full")
    registry_said = FetchedPaper("T", trust=Trust.REGISTRY, venue="NeurIPS")
    for order in itertools.permutations((page_said, arxiv_said, registry_said)):
        known = functools.reduce(improve, order[1:], first_metadata(order[0]))
        assert (known.abstract, known.venue) == ("in full", "NeurIPS")


def test_a_later_version_of_a_source_wins_over_an_earlier_one() -> None:
    first = FetchedPaper("A draft", trust=Trust.ARXIV, version=1)
    second = FetchedPaper("A paper", trust=Trust.ARXIV, version=2)
    for order in ((first, second), (second, first)):
        known = improve(first_metadata(order[0], "2026-11-20"), order[1], "2026-11-20")
        assert (known.title, known.version, known.revised) == ("A paper", 2, "2026-11-20")
    assert first_metadata(first, "2026-11-20").revised is None


def test_the_least_trusted_source_fills_a_gap() -> None:
    old = first_metadata(FetchedPaper("T", trust=Trust.REGISTRY, venue="NeurIPS"))
    new = improve(old, FetchedPaper("t", trust=Trust.PAGE, abstract="We show.", venue="elsewhere"))
    assert new == replace(old, abstract="We show.", trusts={"abstract": Trust.PAGE * 1000})


@pytest.mark.parametrize(
    ("fetched", "year"),
    [
        (FetchedPaper("T", trust=Trust.BIBTEX, year=2019, published="2017-06-12", identifiers=(ARXIV,)), 2019),
        (FetchedPaper("T", trust=Trust.ARXIV, published="2018-01-01", identifiers=(ARXIV,)), 2018),
        (FetchedPaper("T", trust=Trust.PAGE, identifiers=(DOI, ARXIV)), 2017),
        (FetchedPaper("T", trust=Trust.PAGE, appearance=Appearance(day="2026-03-12")), None),
    ],
)
def test_the_year_of_a_source(fetched: FetchedPaper, year: int | None) -> None:
    assert known_year(fetched) == year
    assert first_metadata(fetched).year == year


@pytest.mark.recorded
@pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded feeds at {RECORDED}")
def test_the_recorded_page_and_days_are_2245_works() -> None:
    page_text = (RECORDED / "trending-page.txt").read_text(encoding="utf-8")
    fetched = page.parse(page_text, today=datetime.date(2026, 11, 23)).papers
    for file in sorted((RECORDED / "1_hf" / "daily_papers").glob("*.json")):
        fetched += replies.parse_daily(json.loads(file.read_text(encoding="utf-8")), day=file.stem).papers

    evidence = [evidence_of(one, first_metadata(one), None) for one in fetched]
    placed = group_into_works({}, evidence).works
    known: dict[Work, Metadata] = {}
    for paper, work in zip(fetched, placed, strict=True):
        known[work] = improve(known[work], paper) if work in known else first_metadata(paper)
    works = list(known.values())

    assert len(fetched) == 80 + 2167
    assert len(works) == 2245
    # Two papers of the page were on Daily Papers too, and so have authors and a year now.
    assert sum(bool(work.authors) for work in works[:80]) == 2
    assert sum(work.year is not None for work in works[:80]) == 2
    assert all(work.year and work.authors for work in works[80:])


def entry(entry_type: str, trust: Trust = Trust.BIBTEX, **fields: str) -> FetchedPaper:
    """An entry of a .bib, with the venue that its fields name."""
    venue = fields.get("journal") or fields.get("booktitle")
    return FetchedPaper(title="T", trust=trust, entry_type=entry_type, fields=tuple(fields.items()), venue=venue)


def test_a_type_comes_with_the_fields_that_are_bound_to_it() -> None:
    preprint = entry("misc", eprint="1706.03762", howpublished="arXiv", note="mine")
    published = entry("inproceedings", booktitle="NIPS", pages="1--9")
    for order in ((preprint, published), (published, preprint)):
        known = improve(first_metadata(order[0]), order[1])
        assert (known.entry_type, known.venue) == ("inproceedings", "NIPS")
        assert dict(known.fields) == {"booktitle": "NIPS", "pages": "1--9", "eprint": "1706.03762", "note": "mine"}


def test_no_book_gets_a_journal_and_no_article_a_booktitle() -> None:
    book = entry("book", publisher="Press", edition="2")
    article = entry("article", Trust.REGISTRY, journal="J", volume="3")
    known = improve(first_metadata(book), article)
    assert (known.entry_type, known.venue, dict(known.fields)) == ("article", "J", {"journal": "J", "volume": "3"})


def test_the_fuller_of_two_entries_that_are_believed_alike_counts() -> None:
    short, full = entry("article", journal="J"), entry("article", journal="Journal", volume="3", pages="1")
    for order in ((short, full), (full, short)):
        known = improve(first_metadata(order[0]), order[1])
        assert (known.venue, dict(known.fields)) == ("Journal", dict(full.fields))


def test_a_corrected_entry_corrects_its_paper() -> None:
    old, new = entry("article", journal="J", pages="1"), entry("article", journal="J", pages="11", doi="10.1000/1")
    known = first_metadata(old)
    assert dict(corrected(known, None, first_metadata(new)).fields) == dict(new.fields)
    other = improve(known, FetchedPaper(title="T", trust=Trust.HUGGINGFACE, abstract="We show."))
    assert corrected(other, first_metadata(old), first_metadata(new)).abstract == "We show."
    edited = replace(known, title="Mine", edited=frozenset({"title"}))
    assert corrected(edited, None, first_metadata(replace(new, title="U"))).title == "Mine"
    assert corrected(known, None, first_metadata(replace(new, title="U"))).title_key == "u"
