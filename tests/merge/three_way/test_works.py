"""Papers that a person merged on one machine are one work with their records in the base and on the other machine."""

from dataclasses import replace

from paper_records import PAPER

from readq.merge.key_conflicts import KeySets, all_keys
from readq.merge.three_way.libraries import LastRecords, merge_papers
from readq.model.identifiers import title_key
from readq.model.records import PaperRecord

LATER = "2026-11-30T12:00:00Z"
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


def test_a_removed_paper_gives_the_joined_one_what_it_last_had_on_its_own_side_only() -> None:
    ours, theirs = (BOTH,), (FIRST,)
    changed = {"second": [replace(SECOND, tags=("y", "w"))]}
    keys = KeySets(*map(all_keys, (ours, theirs)))
    for before_removal, tags in (
        (LastRecords(theirs=changed), ("w", "x", "y", "z")),
        (LastRecords(changed), BOTH.tags),
    ):
        (one,) = merge_papers((FIRST, SECOND), ours, theirs, keys, before_removal).papers
        assert one.paper.tags == tags


def test_a_key_that_another_paper_took_later_joins_nothing() -> None:
    taken = replace(BOTH, other_titles=())
    papers = merged((FIRST, SECOND), (taken,), (FIRST, replace(SECOND, starred=True)))
    assert {(paper.title, paper.starred) for paper in papers} == {("Of gardens", False), ("Of proofs", True)}


def test_a_new_paper_takes_the_identifier_that_an_old_one_gave_up() -> None:
    base = replace(FIRST, tags=("x", "y"))
    old = replace(base, identifiers=())
    new = replace(PAPER, key="new", title="Of gardens again", identifiers=FIRST.identifiers, added=LATER)
    papers = {paper.key: paper for paper in merged((base,), (old, new), (replace(base, tags=("x",), starred=True),))}
    assert (papers["first"].identifiers, papers["first"].tags, papers["first"].starred) == ((), ("x",), True)
    assert (papers["new"].identifiers, papers["new"].tags) == (FIRST.identifiers, ())


def test_a_new_paper_takes_the_identifier_and_the_title_that_an_old_one_gave_up_on_both_sides() -> None:
    old = replace(FIRST, identifiers=())
    new = replace(PAPER, key="new", title=FIRST.title, identifiers=FIRST.identifiers, added=LATER, note=None)
    sides = ((old, replace(new, starred=True)), (replace(old, starred=True), replace(new, tags=("z",))))
    papers = {paper.key: paper for paper in merged((FIRST,), *sides)}
    assert (papers["first"].identifiers, papers["first"].tags, papers["first"].note) == ((), ("x",), "f")
    assert (papers["new"].identifiers, papers["new"].tags, papers["new"].starred) == (FIRST.identifiers, ("z",), True)


def test_a_paper_that_one_side_took_apart_and_the_other_changed_stays_apart() -> None:
    one = replace(BOTH, identifiers=(("arxiv", "2611.00001"), ("doi", "10.5555/1")))
    parts = (
        replace(one, identifiers=(("arxiv", "2611.00001"),), aliases=()),
        replace(SECOND, identifiers=(("doi", "10.5555/1"),)),
    )
    papers = {paper.key: paper for paper in merged((one,), parts, (replace(one, starred=True),))}
    assert papers.keys() == {"first", "second"}
    assert (papers["first"].identifiers, papers["first"].starred) == ((("arxiv", "2611.00001"),), True)
    assert papers["second"].identifiers == (("doi", "10.5555/1"),)


def test_what_the_other_side_found_out_about_an_old_paper_joins_it_with_a_new_one() -> None:
    new = replace(PAPER, key="new", title="Of gardens", identifiers=(("doi", "10.5555/2"),), added=LATER, note=None)
    known = replace(FIRST, identifiers=(("arxiv", "2611.00001"), ("doi", "10.5555/2")))
    (paper,) = merged((FIRST,), (FIRST, new), (known,))
    assert (paper.key, paper.aliases, paper.identifiers) == ("first", ("new",), known.identifiers)


def test_papers_with_one_title_stay_apart_when_a_person_corrects_the_title_of_one() -> None:
    base = (replace(FIRST, identifiers=()), replace(SECOND, title=FIRST.title))
    corrected = replace(base[1], title="Of gardens, again", edited=(f"title@{LATER}",))
    changed = (replace(base[0], starred=True), replace(base[1], tags=("y", "z")))
    papers = {paper.key: paper for paper in merged(base, (base[0], corrected), changed)}
    assert papers == {"first": changed[0], "second": replace(corrected, tags=("y", "z"))}


def test_a_paper_that_got_the_title_of_another_paper_is_not_joined_with_it() -> None:
    base = (replace(FIRST, identifiers=()), SECOND)
    doi = (("doi", "10.5555/2"),)
    ours = (replace(base[0], identifiers=doi), replace(SECOND, title=FIRST.title, edited=(f"title@{LATER}",)))
    new = replace(PAPER, key="new", title="Of woods", identifiers=doi, added=LATER, note=None)
    papers = {paper.key: paper for paper in merged(base, ours, (*base, new))}
    assert papers.keys() == {"first", "second"}
    assert (papers["second"].note, papers["second"].tags, papers["second"].identifiers) == ("s", ("y",), ())


def test_a_new_paper_takes_the_identifier_of_an_old_one_whose_title_the_other_side_corrected() -> None:
    corrected = replace(FIRST, title="Of flowers", edited=(f"title@{LATER}",))
    new = replace(PAPER, key="new", title="Of woods", identifiers=FIRST.identifiers, added=LATER, note=None)
    papers = {paper.key: paper for paper in merged((FIRST,), (replace(FIRST, identifiers=()), new), (corrected,))}
    assert papers == {"first": replace(corrected, identifiers=()), "new": new}


def test_a_paper_with_a_corrected_title_that_took_the_key_of_another_paper_is_not_taken_for_it() -> None:
    base = (FIRST, replace(SECOND, identifiers=(("arxiv", "2611.00002"),)))
    taken = replace(FIRST, key="second", aliases=("first",), title="Of flowers", edited=(f"title@{LATER}",))
    for other in (base[1], replace(base[1], title="Of theorems", edited=(f"title@{LATER}",))):
        ours = (taken, replace(other, key="secondb", tags=("y", "z")))
        papers = merged(base, ours, (base[0], replace(base[1], note=None, starred=True)))
        assert {(paper.title, paper.note, paper.tags, paper.starred) for paper in papers} == {
            ("Of flowers", "f", ("x",), False),
            (other.title, None, ("y", "z"), True),
        }


def test_a_paper_that_took_the_key_and_the_title_of_another_paper_is_not_taken_for_it() -> None:
    base = (FIRST, replace(SECOND, identifiers=(("arxiv", "2611.00002"),), added=LATER))
    taken = replace(FIRST, key="second", aliases=("first",), title=SECOND.title, other_titles=(title_key(FIRST.title),))
    papers = merged(
        base, (taken, replace(base[1], key="seconda")), (base[0], replace(base[1], note=None, starred=True))
    )
    assert {(paper.note, paper.tags, paper.starred, paper.identifiers) for paper in papers} == {
        ("f", ("x",), False, FIRST.identifiers),
        (None, ("y",), True, base[1].identifiers),
    }


def test_a_paper_that_took_key_and_title_of_a_removed_paper_is_not_taken_for_a_join_of_both() -> None:
    base = (FIRST, replace(SECOND, identifiers=(("arxiv", "2611.00002"),), added=LATER))
    taken = replace(FIRST, key="second", aliases=("first",), title=SECOND.title, other_titles=(title_key(FIRST.title),))
    papers = merged(base, (taken,), (base[0], replace(base[1], note="new")))
    assert {(paper.note, paper.identifiers) for paper in papers} == {
        ("f", FIRST.identifiers),
        ("new", base[1].identifiers),
    }


def test_a_join_that_lost_the_key_and_the_identifier_of_a_paper_has_its_former_key_and_its_title() -> None:
    base = (FIRST, replace(SECOND, aliases=("former",), identifiers=(("arxiv", "2611.00002"),), tags=("x", "y")))
    joined = replace(
        FIRST, key="other", aliases=("first", "former"), title=SECOND.title, other_titles=(title_key(FIRST.title),)
    )
    new = replace(
        PAPER, key="second", title="Of neither", identifiers=(("arxiv", "2611.00003"),), note=None, added=LATER
    )
    papers = merged(base, (joined, new), (base[0], replace(base[1], starred=True)))
    assert {(paper.key, paper.tags, paper.starred) for paper in papers} == {
        ("other", ("x",), True),
        ("second", (), False),
    }


def test_papers_with_one_title_that_swapped_their_keys_stay_apart() -> None:
    base = (FIRST, replace(SECOND, title=FIRST.title, added=LATER))
    ours = (replace(base[0], key="second"), replace(base[1], key="first"))
    papers = merged(base, ours, (base[0], replace(base[1], starred=True)))
    assert {(paper.note, paper.starred, paper.identifiers) for paper in papers} == {
        ("f", False, FIRST.identifiers),
        ("s", True, ()),
    }
