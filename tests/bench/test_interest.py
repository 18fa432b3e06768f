"""The measurement of interest, on daily lists made here: a reader's topic is found without its words."""

import random
from datetime import date, timedelta

import interest
import pytest

from readq.ranking.features import Document, features

NEAR = {
    "robot": "gripper torque grasp tactile joint actuator",
    "speech": "phoneme vocoder prosody accent pitch speaker",
}
COMMON = ["model", "data", "training", "large", "network", "scale", "learning", "benchmark", "baseline", "task"]


def lists(days: int = 120, a_day: int = 6) -> list[interest.Listed]:
    """Daily lists of papers, each with its topic's word and some of the words that go with it."""
    dice = random.Random(7)
    found = []
    for place in range(days * a_day):
        day = date(2026, 1, 1) + timedelta(days=place // a_day)
        topic = dice.choice([*NEAR, "", ""])
        near = dice.sample(NEAR[topic].split(), 3) if topic else []
        document = Document(f"{topic} {dice.choice(COMMON)}", " ".join([*near, *dice.choices(COMMON, k=20)]))
        found.append(interest.Listed(day, document, features(document), dice.randrange(100)))
    return found


def test_a_topic_is_found_without_its_word_and_wrong_decisions_cost_little() -> None:
    papers = lists()
    who = interest.reader(papers, "robot")
    assert not any("robot" in own for own in who.features)
    found = interest.measure(papers, who, 200)
    assert found.auc > 0.95
    assert found.precision > 2 * found.by_upvotes
    assert found.auc - found.flipped < 0.04


def test_exactly_a_tenth_of_the_decisions_is_reversed() -> None:
    right = {place: place % 3 == 0 for place in range(40)}
    wrong = [interest._with_flips(right, draw) for draw in range(2)]
    assert [sum(right[place] != each[place] for place in right) for each in wrong] == [4, 4]
    assert wrong[0] != wrong[1]


def test_an_order_that_was_learnt_says_nothing_about_other_likings() -> None:
    papers = lists()
    who = interest.reader(papers, "robot")
    middle = len(papers) // 2
    blind = who._replace(liked=[*who.liked[:middle], *who.liked[middle:][::-1]])
    assert interest.measure(papers, blind, 200).auc == pytest.approx(0.5, abs=0.15)


def test_auc_and_precision() -> None:
    assert interest.auc([3, 2, 1], [True, False, False]) == 1
    assert interest.auc([1, 1], [True, False]) == 0.5
    assert interest.precision([5, 4, 3], [True, False, True], first=2) == 0.5


def test_the_report_has_a_row_for_each_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interest, "TOPICS", {"robots": "robot", "speech": "speech"})
    monkeypatch.setattr(interest, "TUNED_ON", ("robots",))
    monkeypatch.setattr(interest, "DECISIONS", (40, 80, 120))
    lines = list(interest.report(lists(40)))
    assert [line.split()[0] for line in lines[2:6]] == ["robots", "speech", "mean", "untuned"]
    assert len(lines) == 9
