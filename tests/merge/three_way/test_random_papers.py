"""Random changes to a few papers with common titles and identifiers are merged against their common past."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from example_settings import repeatable
from hypothesis import given
from hypothesis import strategies as st
from paper_records import PAPER

from readq.merge.key_conflicts import KeySets, all_keys
from readq.merge.three_way.libraries import merge_papers
from readq.model.records import PaperRecord

LATER = "2026-11-30T12:00:00Z"
TITLES = st.sampled_from(["Of gardens", "Of proofs", "Editorial"])

CHANGES: st.SearchStrategy[Callable[[PaperRecord], PaperRecord | None]] = st.one_of(
    st.just(lambda paper: paper),
    st.just(lambda _: None),
    st.just(lambda paper: replace(paper, starred=not paper.starred)),
    st.just(lambda paper: replace(paper, identifiers=paper.identifiers[1:])),
    st.just(lambda paper: replace(paper, key=f"{paper.key}x", aliases=(paper.key,))),
    TITLES.map(lambda title: lambda paper: replace(paper, title=title, edited=(f"title@{LATER}",))),
)


@st.composite
def libraries(draw: st.DrawFn) -> tuple[list[PaperRecord], ...]:
    """Draw a base and two sides. Each paper has a tag of its own."""
    number = draw(st.integers(1, 3))
    owners = draw(st.lists(st.integers(0, number), min_size=4, max_size=4))
    identifiers = [(scheme, f"{prefix}{index}") for scheme, prefix in SCHEMES for index in (1, 2)]
    base = [
        replace(
            PAPER,
            key=f"k{index}",
            title=draw(TITLES),
            tags=(f"k{index}",),
            added=f"2026-11-2{draw(st.integers(0, 1))}T08:00:00Z",
            identifiers=tuple(one for one, owner in zip(identifiers, owners, strict=True) if owner == index),
        )
        for index in range(number)
    ]
    sides = []
    for name in ("ours", "theirs"):
        side = [changed for paper in base if (changed := draw(CHANGES)(paper)) is not None]
        given_up = {one for paper in base for one in paper.identifiers} - {
            one for old in side for one in old.identifiers
        }
        if given_up:
            taken = (draw(st.sampled_from(sorted(given_up))),)
            side.append(replace(PAPER, key=name, title=draw(TITLES), tags=(name,), added=LATER, identifiers=taken))
        sides.append(side)
    return base, *sides


SCHEMES = (("arxiv", "2611.0000"), ("doi", "10.5555/"))


def merged(base: Sequence[PaperRecord], ours: Sequence[PaperRecord], theirs: Sequence[PaperRecord]) -> set[PaperRecord]:
    keys = KeySets(all_keys(ours), all_keys(theirs))
    return {one.paper for one in merge_papers(base, ours, theirs, keys).papers}


@repeatable
@given(libraries())
def test_neither_side_counts_more_and_an_unchanged_side_leaves_the_other(
    drawn: tuple[list[PaperRecord], list[PaperRecord], list[PaperRecord]],
) -> None:
    base, ours, theirs = drawn
    result = merged(base, ours, theirs)
    assert result == merged(base, theirs, ours)
    for side in (ours, theirs):
        assert merged(base, side, base) == merged(base, base, side) == merged(base, side, side) == {*side}
        assert merged(side, [*result], side) == result


@repeatable
@given(libraries())
def test_papers_that_were_different_in_the_past_stay_apart(
    drawn: tuple[list[PaperRecord], list[PaperRecord], list[PaperRecord]],
) -> None:
    old = {paper.key for paper in drawn[0]}
    assert all(len(old.intersection(paper.tags)) <= 1 for paper in merged(*drawn))
