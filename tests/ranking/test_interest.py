"""Words learn from decisions, a decision taken back leaves nothing, and the explanation adds up to the number."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.ranking.explanation import explain
from readq.ranking.features import UNIT, Document, features, spellings
from readq.ranking.weights import (
    ENOUGH,
    Calibration,
    FeatureSums,
    Totals,
    calibrate,
    decision_weight,
    fair_score,
    feature_weights,
    raw_score,
    without,
)

WORDS = st.sampled_from(["graph", "tree", "proof", "robot", "arm", "speech", "audio", "flow"])
VECTORS = st.dictionaries(WORDS, st.integers(1, UNIT), min_size=1, max_size=6)
SUMS = st.dictionaries(
    WORDS, st.builds(FeatureSums, st.integers(1, 40), st.integers(0, 2**40), st.integers(0, 2**40)), max_size=10
)
TOTALS = Totals(50, 20, 20, 2**34, 2**33)


def test_words_are_folded_and_counted_and_stop_words_are_left_out() -> None:
    found = features(
        Document("The Théories of Graph-Networks", "theory theory 2024 graph", ("Ada Łuk",), "cs.LG", "AK")
    )
    assert set(found) == {
        "theory", "graph", "network", "graph-network", "author:ada luk", "category:cs.lg", "submitter:ak",
    }  # fmt: skip
    assert found["theory"] > found["network"] > found["author:ada luk"]


@given(st.text(max_size=200), st.text(max_size=400), st.lists(st.text(max_size=20), max_size=60))
def test_any_text_gives_a_vector_of_one_length(title: str, abstract: str, authors: list[str]) -> None:
    document = Document(title, abstract, tuple(authors))
    found = features(document)
    assert all(1 <= weight <= UNIT for weight in found.values())
    if found:
        length = sum(weight * weight for weight in found.values()) ** 0.5
        assert abs(length - UNIT) <= len(found) ** 0.5
    assert found.keys() <= spellings(document).keys()


@given(st.text(st.sampled_from("ab1_-. \n\x1c("), max_size=40))
def test_plain_and_other_text_have_the_same_words(text: str) -> None:
    assert features(Document(text)).keys() == features(Document(f"{text} é")).keys() - {"e"}


def test_a_word_of_the_title_weighs_more_than_one_of_the_abstract() -> None:
    found = features(Document("graph", "tree"))
    assert found["graph"] > found["tree"]


def test_what_is_liked_speaks_for_and_what_is_dropped_against() -> None:
    sums = {"graph": FeatureSums(5, 2**30, 0), "robot": FeatureSums(5, 0, 2**30), "both": FeatureSums(5, 2**30, 2**30)}
    weights = feature_weights(sums, Totals(50, 20, 20, 2**33, 2**33))
    assert weights["graph"] > weights["both"] == 0 > weights["robot"]
    assert weights["robot"] == pytest.approx(-0.75 * weights["graph"])


def test_a_word_in_fewer_papers_weighs_more() -> None:
    weights = feature_weights({"rare": FeatureSums(2, 9, 0), "frequent": FeatureSums(40, 9, 0)}, TOTALS)
    assert weights["rare"] > weights["frequent"]


def test_recent_decisions_weigh_more_and_bulk_decisions_half() -> None:
    day = date(2026, 11, 1)
    assert decision_weight(date(2028, 10, 31)) == 2 * decision_weight(day)
    assert decision_weight(day, bulk=True) == pytest.approx(decision_weight(day) / 2, abs=1)
    assert decision_weight(date(1, 1, 1)) == 1
    # 100,000 decisions of the heaviest kind on one word fit into SQLite's integers.
    assert decision_weight(date.max) * UNIT * 100_000 < 2**63


@pytest.mark.parametrize(("liked", "dropped"), [(ENOUGH - 1, 99), (99, ENOUGH - 1), (0, 0)])
def test_silent_until_enough_of_both_kinds(liked: int, dropped: int) -> None:
    assert not Totals(liked=liked, dropped=dropped).speaks
    assert Totals(liked=ENOUGH, dropped=ENOUGH).speaks


@given(VECTORS, SUMS, st.integers(-(2**20), 2**20))
def test_without_its_own_decision_a_paper_is_scored_as_if_it_were_never_made(
    own: Mapping[str, int], others: Mapping[str, FeatureSums], verdict: int
) -> None:
    liked, dropped = max(verdict, 0), max(-verdict, 0)
    decided = {
        name: FeatureSums(each.papers, each.liked + liked * own.get(name, 0), each.dropped + dropped * own.get(name, 0))
        for name, each in others.items()
    }
    after = TOTALS._replace(liked_weight=TOTALS.liked_weight + liked, dropped_weight=TOTALS.dropped_weight + dropped)
    rest, totals = without(own, verdict, decided, after)
    assert totals == TOTALS
    assert rest == {name: each for name, each in others.items() if name in own}
    computed = fair_score(own, verdict, decided, after)
    assert computed == pytest.approx(raw_score(own, feature_weights(rest, totals)), rel=1e-9, abs=1e-9)


@given(
    st.lists(st.floats(-5, 5), max_size=30), st.lists(st.floats(-5, 5), max_size=30), st.floats(-9, 9), st.floats(0, 9)
)
def test_the_number_never_falls_when_the_score_rises(
    liked: list[float], dropped: list[float], raw: float, more: float
) -> None:
    calibration = calibrate(liked, dropped)
    assert 0 <= calibration.number(raw) <= calibration.number(raw + more) <= 100


def test_the_middle_between_liked_and_dropped_is_fifty() -> None:
    calibration = calibrate([2.0, 3.0, 4.0], [-1.0, 0.0, 1.0])
    assert calibration.number(1.5) == pytest.approx(50)
    assert calibration.number(3.0) > 75 > 25 > calibration.number(0.0)


@given(VECTORS, SUMS, st.floats(-2, 2), st.floats(0.01, 20), st.integers(0, 9))
def test_the_explanation_adds_up_to_the_number(
    own: Mapping[str, int], sums: Mapping[str, FeatureSums], centre: float, slope: float, most: int
) -> None:
    calibration, weights = Calibration(centre, slope), feature_weights(sums, TOTALS)
    found = explain(own, weights, calibration, {name: name for name in own}, most)
    assert found.number == round(calibration.number(raw_score(own, weights)))
    assert found.start + sum(share.points for share in found.shares) + found.rest == found.number
    assert len(found.shares) <= most
    for share in found.shares:
        assert share.points * weights[share.word] > 0
