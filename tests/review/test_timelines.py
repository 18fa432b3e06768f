"""Random timelines: the services' schedule equals that of the package `fsrs`, run directly on the same days.

Intervals are equal after three rules: `again` is tomorrow; hard < good < easy; at most five years.
"""

import random
from datetime import UTC, datetime, timedelta

import fsrs
import pytest

from readq.model.values import Rating
from readq.review.fsrs import preview
from readq.review.fsrs_formulae import next_review
from readq.review.replay import RatingOnDay, replay
from readq.review.schedule import MAXIMUM_INTERVAL, Memory

TIMELINES = 220
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def direct(retention: float) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=MAXIMUM_INTERVAL,
        enable_fuzzing=False,
    )


def by_the_rules(intervals: list[int], rating: Rating) -> int:
    _, hard, good, easy = intervals
    good = max(good, hard + 1)
    easy = min(max(easy, good + 1), MAXIMUM_INTERVAL)
    good = min(good, easy - 1)
    return [1, min(hard, good - 1), good, easy][rating - 1]


@pytest.mark.parametrize("seed", range(TIMELINES))
def test_a_timeline_equals_that_of_the_package(seed: int) -> None:
    chance = random.Random(seed)
    retention = chance.choice((0.7, 0.8, 0.9, 0.95))
    scheduler, card = direct(retention), fsrs.Card(card_id=0, due=EPOCH)
    day, answers, expected = datetime(2026, 1, 1, tzinfo=UTC), [], []
    is_read_first = chance.random() < 0.5
    for place in range(chance.randrange(2, 14)):
        rating = Rating.GOOD if is_read_first and not place else chance.choice(list(Rating))
        options = [scheduler.review_card(card, fsrs.Rating(button), day)[0] for button in Rating]
        card = options[rating - 1]
        expected.append((card.stability, card.difficulty, [(option.due - day).days for option in options]))
        answers.append(RatingOnDay(rating, day.date().isoformat(), retention, is_read=is_read_first and not place))
        day += timedelta(days=chance.choice((1, 2, 5, 20, 100, 400)))
    made = list(replay(answers, answers[0].day))
    for answer, one, (stability, difficulty, intervals) in zip(answers, made, expected, strict=True):
        assert one.after.stability == pytest.approx(stability, rel=1e-9)
        assert one.after.difficulty == pytest.approx(difficulty, rel=1e-9)
        assert one.after.interval_days == by_the_rules(intervals, Rating(answer.rating))
    assert made[-1].after.reps == len(answers) - is_read_first


def test_the_preview_equals_the_result_in_ten_thousand_cases() -> None:
    chance = random.Random(0)
    for _ in range(2_500):
        memory = Memory(chance.uniform(0.01, 2000), chance.uniform(1, 10)) if chance.random() < 0.9 else None
        days, retention = chance.choice((0, 1, 7, 60, 900)), chance.choice((0.7, 0.8, 0.9, 0.99))
        shown = preview(memory, days, retention)
        for rating in Rating:
            assert shown[rating] == next_review(memory, days, retention, rating)
