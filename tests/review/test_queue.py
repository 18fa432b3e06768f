"""Order, limits and counts of a review session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.review.queue import Answered, QueueCard, backlog_text, build_queue, count_day, span_text

TODAY = "2026-11-23"
"""A day on which a known card begins."""


def card(number: int, due: str = TODAY, *, paper: int | None = None, new: bool = False) -> QueueCard:
    return QueueCard(number, paper or number, due, new)


def numbers(cards: list[QueueCard]) -> list[int]:
    return [chosen.card_id for chosen in cards]


def test_the_longest_due_comes_first() -> None:
    cards = [card(2), card(3, "2026-11-20"), card(4, "2026-11-20")]
    assert numbers(build_queue(cards, today=TODAY, limit=10)) == [3, 4, 2]


def test_new_cards_take_turns_with_the_others() -> None:
    known = [card(number, "2026-10-01") for number in range(1, 8)]
    new = [card(number, new=True) for number in range(11, 18)]
    assert numbers(build_queue(known + new, today=TODAY, limit=5)) == [1, 11, 2, 12, 3]
    assert numbers(build_queue(known + new, today="2026-11-24", limit=5)) == [11, 1, 12, 2, 13]
    assert numbers(build_queue(known[:1] + new, today=TODAY, limit=4)) == [1, 11, 12, 13]


def test_a_session_of_one_card_goes_on_with_the_kind_whose_turn_it_is() -> None:
    cards = [card(1), card(2, new=True)]
    for answered, asked in ((Answered(), [1]), (Answered({9}, known=1), [2]), (Answered({8, 9}, 1, 1), [1])):
        assert numbers(build_queue(cards, today=TODAY, limit=1, answered=answered)) == asked


@given(st.integers(1, 5), st.integers(0, 30), st.integers(0, 30))
def test_no_kind_waits_for_ever(limit: int, known: int, new: int) -> None:
    """However many known cards are due each day, a new card is asked within two days, and the other way round."""
    cards = [card(number) for number in range(1, known + 1)] + [card(100 + number, new=True) for number in range(new)]
    asked = [chosen for day in (TODAY, "2026-11-24") for chosen in build_queue(cards, today=day, limit=limit)]
    assert any(chosen.is_new for chosen in asked) == bool(new)
    assert any(not chosen.is_new for chosen in asked) == bool(known)


def test_priority_goes_before_the_day() -> None:
    cards = [card(1, "2026-01-01"), card(2)._replace(priority=1)]
    assert numbers(build_queue(cards, today=TODAY, limit=10)) == [2, 1]


def test_one_card_of_a_paper_a_day() -> None:
    cards = [card(1, "2026-11-20", paper=7), card(2, paper=7), card(3, paper=8)]
    assert numbers(build_queue(cards, today=TODAY, limit=10)) == [1, 3]
    assert numbers(build_queue(cards, today=TODAY, limit=10, answered=Answered({7}, known=1))) == [3]


@given(
    st.lists(
        st.builds(
            QueueCard,
            st.integers(1, 99),
            st.integers(1, 9),
            st.sampled_from(["2026-11-20", TODAY]),
            st.booleans(),
            st.integers(0, 1),
        ),
        unique_by=lambda chosen: chosen.card_id,
    ),
    st.integers(0, 12),
)
def test_a_queue_with_room_leaves_out_no_paper(cards: list[QueueCard], limit: int) -> None:
    chosen = build_queue(cards, today=TODAY, limit=limit)
    papers = [due.paper_id for due in chosen]
    assert len(set(papers)) == len(papers)
    assert len(chosen) == min(limit, len({due.paper_id for due in cards}))


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((390, 390, 0, 5), "today 5 of 390"),
        ((388, 388, 2, 5), "today 3 of 388"),
        ((385, 385, 9, 5), "today 0 of 385"),
        ((3, 2, 1, 5), "today 2 of 3"),
        ((1390, 1390, 0, 5), "today 5 of 1,390"),
    ],
)
def test_the_count_of_a_day(counts: tuple[int, int, int, int], text: str) -> None:
    assert str(count_day(*counts)) == text


@pytest.mark.parametrize(
    ("waiting", "a_day", "text"),
    [
        (0, 5, ""),
        (1, 5, "1 waits for tomorrow"),
        (5, 5, "5 wait for tomorrow"),
        (12, 5, "12 wait, about 3 days at 5 a day"),
        (385, 5, "385 wait, about 11 weeks at 5 a day"),
        (1300, 5, "1,300 wait, about 9 months at 5 a day"),
        (4000, 5, "4,000 wait, about 2.2 years at 5 a day"),
        (7, 0, "7 wait"),
    ],
)
def test_the_backlog_in_words(waiting: int, a_day: int, text: str) -> None:
    assert backlog_text(waiting, a_day) == text


def test_spans_in_words() -> None:
    words = [span_text(days) for days in (1, 14, 20, 182, 183, 402)]
    assert words == ["1 day", "14 days", "3 weeks", "26 weeks", "6 months", "1.1 years"]
