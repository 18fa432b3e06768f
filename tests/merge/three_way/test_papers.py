"""Two records of one paper are merged field by field against their common past."""

from dataclasses import replace

import pytest
from example_settings import repeatable
from hypothesis import given
from hypothesis import strategies as st
from paper_records import ANSWER, PAPER

from readq.merge.key_conflicts import Side
from readq.merge.three_way.papers import merge_paper
from readq.merge.three_way.values import unite
from readq.model.records import CardRecord, PaperRecord, SightingRecord

EARLY, LATE = "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"


def merged(base: PaperRecord, ours: PaperRecord, theirs: PaperRecord) -> PaperRecord:
    sides = [Side([paper], {paper.key.casefold()}) for paper in (ours, theirs)]
    result = merge_paper(base, ours, theirs, (sides[0], sides[1]))
    assert merge_paper(base, theirs, ours, (sides[1], sides[0])) == result
    return result


def test_different_fields_are_both_taken() -> None:
    ours = replace(PAPER, starred=True, tags=("nlp",))
    theirs = replace(PAPER, status="queued", decided=EARLY, note="claim: x")
    result = merged(PAPER, ours, theirs)
    assert (result.starred, result.tags, result.status, result.note) == (True, ("nlp",), "queued", "claim: x")


def test_what_was_taken_away_stays_away() -> None:
    seen = SightingRecord("hf", "2026-11-20", 1, 2, None, None)
    base = replace(PAPER, tags=("a", "b"), starred=True, sightings=(seen,), snoozed_until="2026-12-01", note="x\ny")
    ours = replace(base, tags=("b",), starred=False, sightings=(), snoozed_until=None, note="y")
    theirs = replace(base, tags=("a", "b", "c"), note="x\ny\nz")
    result = merged(base, ours, theirs)
    assert (result.tags, result.starred, result.sightings) == (("b", "c"), False, ())
    assert (result.snoozed_until, result.note) == (None, "y\nz")


def test_corrections_of_different_bibtex_fields_are_both_kept() -> None:
    base = replace(PAPER, fields=(("title", "T"), ("pages", "1"), ("volume", "1")))
    ours = replace(base, fields=(("title", "T"), ("pages", "1--9"), ("volume", "1")), edited=(f"fields@{EARLY}",))
    theirs = replace(base, fields=(("title", "T"), ("pages", "1"), ("volume", "7")), edited=(f"fields@{LATE}",))
    assert dict(merged(base, ours, theirs).fields) == {"title": "T", "pages": "1--9", "volume": "7"}
    both = replace(theirs, fields=(("title", "T"), ("pages", "2"), ("volume", "7")))
    assert dict(merged(base, ours, both).fields) == {"title": "T", "pages": "2", "volume": "7"}


def test_a_title_that_only_one_side_has_stays_another_title() -> None:
    ours = replace(PAPER, title="As its source calls it")
    theirs = replace(PAPER, title="As a person calls it", edited=(f"title@{LATE}",))
    result = merged(PAPER, ours, theirs)
    assert (result.title, result.other_titles) == ("As a person calls it", ("asitssourcecallsit",))
    given_up = replace(PAPER, other_titles=("aformertitle",))
    assert merged(given_up, ours, theirs).other_titles == ("asitssourcecallsit",)


def test_the_later_of_two_decisions_wins() -> None:
    ours = replace(PAPER, status="queued", decided=LATE)
    theirs = replace(PAPER, status="dropped", decided=EARLY)
    assert merged(PAPER, ours, theirs).status == "queued"
    taken_back = replace(PAPER, status="inbox", decided=None)
    queued = replace(PAPER, status="queued", decided=EARLY)
    assert merged(queued, taken_back, replace(queued, starred=True)).status == "inbox"


def test_only_inbox_and_queued_papers_stay_snoozed() -> None:
    snoozed = replace(PAPER, snoozed_until="2026-12-01")
    for status, expected in [("dropped", None), ("done", None), ("reading", None), ("queued", "2026-12-01")]:
        assert merged(PAPER, replace(PAPER, status=status, decided=EARLY), snoozed).snoozed_until == expected


def test_the_later_decision_says_whether_the_paper_is_in_review() -> None:
    enrolled = (CardRecord("paper", None, None, True, "2026-11-29", None, 0, ()),)
    done = replace(PAPER, status="done", decided=EARLY, cards=enrolled)
    assert merged(PAPER, done, replace(PAPER, status="dropped", decided=LATE)).cards == ()
    assert merged(PAPER, replace(done, decided=LATE), replace(PAPER, status="dropped", decided=EARLY)).cards == enrolled
    assert merged(PAPER, replace(PAPER, status="dropped", decided=EARLY), replace(PAPER, cards=enrolled)).cards == ()


def test_ratings_are_united_without_those_that_were_taken_back() -> None:
    def rated(*ats: str) -> PaperRecord:
        answers = tuple(ANSWER._replace(at=at, day=at[:10]) for at in ats)
        return replace(PAPER, cards=(CardRecord("paper", None, None, True, None, None, 0, answers),))

    result = merged(rated(EARLY), rated(EARLY, LATE), rated(EARLY, "2026-11-23T08:00:00Z"))
    assert [answer.at for answer in result.cards[0].answers] == [EARLY, LATE, "2026-11-23T08:00:00Z"]
    due = replace(rated(), cards=(rated().cards[0]._replace(due="2026-11-21"),))
    result = merged(rated(EARLY), due, rated(EARLY, LATE))
    assert [answer.at for answer in result.cards[0].answers] == [LATE]


def test_an_undone_answer_does_not_return_with_a_card_that_the_other_side_changed() -> None:
    answers = [ANSWER._replace(at=at, day=at[:10]) for at in (EARLY, LATE)]
    before = CardRecord("paper", None, None, True, None, None, 0, (answers[0],))

    def cards(theirs: CardRecord) -> tuple[CardRecord, ...]:
        return merged(replace(PAPER, cards=(before,)), PAPER, replace(PAPER, cards=(theirs,))).cards

    assert cards(before._replace(answers=(*answers,))) == (before._replace(answers=(answers[1],)),)
    assert cards(before._replace(priority=1)) == (before._replace(answers=(), priority=1, due=EARLY[:10]),)
    assert cards(before._replace(enrolled=False)) == ()


def test_a_paper_that_one_side_took_out_of_review_stays_out_if_the_other_put_it_off() -> None:
    card = CardRecord("paper", None, None, True, EARLY[:10], None, 0, ())
    put_off = card._replace(buried_until=LATE[:10])
    result = merged(replace(PAPER, cards=(card,)), PAPER, replace(PAPER, cards=(put_off,)))
    assert result.cards == (put_off._replace(enrolled=False, due=None),)
    result = merged(replace(PAPER, cards=(put_off,)), replace(PAPER, cards=(card,)), PAPER)
    assert result.cards == ()


def test_a_reworded_question_keeps_the_answers_of_both_sides() -> None:
    def asked(question: str, *ats: str) -> PaperRecord:
        answers = tuple(ANSWER._replace(at=at, day=at[:10]) for at in ats)
        card = CardRecord("question", question, "Yes", True, None, None, 0, answers, None, None, EARLY)
        return replace(PAPER, cards=(card,))

    result = merged(asked("Does it?", EARLY), asked("Does it really?", EARLY), asked("Does it?", EARLY, LATE))
    assert [(card.question, len(card.answers)) for card in result.cards] == [("Does it really?", 2)]


@pytest.mark.parametrize("is_frozen", [True, False])
def test_an_exported_key_stays_though_the_other_side_renamed_a_provisional_one(is_frozen: bool) -> None:
    ours = replace(PAPER, key_frozen=True)
    theirs = replace(PAPER, key="later2026name", key_frozen=False)
    result = merged(PAPER, ours, theirs)
    assert (result.key, result.key_frozen, result.aliases) == (PAPER.key, True, ("later2026name",))


def test_corrections_of_two_fields_are_both_kept_and_one_taken_back_is_gone() -> None:
    ours = replace(PAPER, title="Right", edited=(f"title@{EARLY}",))
    theirs = replace(PAPER, venue="NeurIPS", edited=(f"venue@{LATE}",))
    result = merged(PAPER, ours, theirs)
    assert (result.title, result.venue) == ("Right", "NeurIPS")
    assert result.edited == (f"title@{EARLY}", f"venue@{LATE}")
    back = merged(ours, PAPER, replace(ours, starred=True))
    assert (back.title, back.edited, back.starred) == (PAPER.title, (), True)


def test_better_metadata_of_one_side_is_taken_whole_with_its_ranks() -> None:
    theirs = replace(PAPER, title="As published", year=2027, trust=60, trusts=(("abstract", 30000),), version=2)
    result = merged(PAPER, replace(PAPER, tags=("a",)), theirs)
    assert (result.title, result.year, result.trust, result.version) == ("As published", 2027, 60, 2)
    assert result.trusts == (("abstract", 30000),)


SETS = st.frozensets(st.sampled_from("abcd"))


@repeatable
@given(SETS, SETS, SETS)
def test_sets(base: frozenset[str], ours: frozenset[str], theirs: frozenset[str]) -> None:
    result = set(unite(base, ours, theirs))
    assert not result & ((base - ours) | (base - theirs))
    assert result >= (ours - base) | (theirs - base)
    assert result == set(unite(base, theirs, ours))
