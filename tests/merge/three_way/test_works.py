"""Papers that a person merged on one machine are one work with their records in the base and on the other machine."""

from dataclasses import replace

from paper_records import PAPER

from readq.merge.key_conflicts import KeySets, all_keys
from readq.merge.three_way.libraries import merge_papers
from readq.model.identifiers import title_key
from readq.model.records import PaperRecord

FIRST = replace(PAPER, key="first", title="Of gardens", identifiers=(("arxiv", "2611.00001"),), note="f", tags=("x",))
SECOND = replace(PAPER, key="second", title="Of proofs", identifiers=(), note="s", tags=("y",))
BOTH = replace(
    FIRST, aliases=("second",), other_titles=(title_key(SECOND.title),), note="f\ns\nmore", tags=("x", "y", "z")
)


def merged(
    base: tuple[PaperRecord, ...], ours: tuple[PaperRecord, ...], theirs: tuple[PaperRecord, ...]
) -> list[PaperRecord]:
    """Return the merged papers, which must not depend on the order of the sides."""
    results = [
        [one.paper for one in merge_papers(base, *sides, KeySets(*map(all_keys, sides))).papers]
        for sides in ((ours, theirs), (theirs, ours))
    ]
    assert results[0] == results[1]
    return results[0]


def test_what_the_other_side_changed_in_either_paper_is_taken_into_the_joined_one() -> None:
    (paper,) = merged((FIRST, SECOND), (BOTH,), (FIRST, replace(SECOND, note=None, starred=True)))
    assert (paper.key, paper.aliases, paper.note, paper.starred) == ("first", ("second",), "f\nmore", True)


def test_the_joined_paper_keeps_what_it_got_from_a_paper_that_the_other_side_removed() -> None:
    for theirs in ((replace(FIRST, starred=True),), (replace(SECOND, starred=True),)):
        (paper,) = merged((FIRST, SECOND), (BOTH,), theirs)
        assert (paper.note, paper.tags, paper.starred) == ("f\ns\nmore", ("x", "y", "z"), True)


def test_a_key_that_another_paper_took_later_joins_nothing() -> None:
    taken = replace(BOTH, other_titles=())
    papers = merged((FIRST, SECOND), (taken,), (FIRST, replace(SECOND, starred=True)))
    assert {(paper.title, paper.starred) for paper in papers} == {("Of gardens", False), ("Of proofs", True)}
