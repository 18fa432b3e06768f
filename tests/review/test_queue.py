"""Order, limits and repeats of a review session."""

from hypothesis import given
from hypothesis import strategies as st

from readq.model.values import Rating
from readq.review.queue import QueueCard, build_queue, is_repeated

TODAY = "2026-11-23"


def card(
    number: int, due: str = TODAY, *, paper: int | None = None, kind: str = "paper", new: bool = False
) -> QueueCard:
    return QueueCard(number, paper or number, kind, due, None if new else 5.0)


def numbers(cards: list[QueueCard]) -> list[int]:
    return [chosen.card_id for chosen in cards]


def test_longest_due_first_and_new_ones_after() -> None:
    cards = [card(1, "2026-11-01", new=True), card(2), card(3, "2026-11-20"), card(4, "2026-11-20")]
    assert numbers(build_queue(cards, today=TODAY, limit=10)) == [3, 4, 2, 1]


def test_priority_goes_before_the_day() -> None:
    cards = [card(1, "2026-01-01"), card(2)._replace(priority=1)]
    assert numbers(build_queue(cards, today=TODAY, limit=10)) == [2, 1]


def test_cards_due_tomorrow_are_left_out() -> None:
    assert numbers(build_queue([card(1, "2026-11-24"), card(2)], today=TODAY, limit=10)) == [2]


def test_one_card_of_a_paper_a_day() -> None:
    cards = [card(1, "2026-11-20", paper=7, kind="question"), card(2, paper=7), card(3, paper=8)]
    assert numbers(build_queue(cards, today=TODAY, limit=10)) == [1, 3]
    assert numbers(build_queue(cards, today=TODAY, limit=10, reviewed={7})) == [3]


def test_a_limit_for_all_and_a_limit_for_each_kind() -> None:
    cards = [card(1), card(2), card(3, kind="question"), card(4, kind="question")]
    assert numbers(build_queue(cards, today=TODAY, limit=3)) == [1, 2, 3]
    assert numbers(build_queue(cards, today=TODAY, limit={"paper": 1, "question": 2})) == [1, 3, 4]
    assert numbers(build_queue(cards, today=TODAY, limit={"question": 1})) == [3]
    assert build_queue(cards, today=TODAY, limit=0) == []


def test_a_card_over_its_limit_leaves_its_paper_to_the_other_kind() -> None:
    cards = [card(1, "2026-11-20"), card(2, "2026-11-21", paper=9), card(3, paper=9, kind="question")]
    assert numbers(build_queue(cards, today=TODAY, limit={"paper": 1, "question": 1})) == [1, 3]


@given(
    st.lists(
        st.builds(
            QueueCard,
            st.integers(1, 99),
            st.integers(1, 9),
            st.sampled_from(["paper", "question"]),
            st.sampled_from(["2026-11-20", TODAY, "2026-11-24"]),
            st.none() | st.floats(0.1, 99),
        ),
        unique_by=lambda chosen: chosen.card_id,
    ),
    st.integers(0, 12),
)
def test_a_queue_with_room_leaves_out_no_paper(cards: list[QueueCard], limit: int) -> None:
    chosen = build_queue(cards, today=TODAY, limit=limit)
    papers = [due.paper_id for due in chosen]
    assert len(set(papers)) == len(papers)
    assert len(chosen) == min(limit, len({due.paper_id for due in cards if due.due <= TODAY}))


def test_only_again_repeats_a_card() -> None:
    assert [rating for rating in Rating if is_repeated(rating, repeat=False)] == [Rating.AGAIN]
    assert not any(is_repeated(rating, repeat=True) for rating in Rating)
