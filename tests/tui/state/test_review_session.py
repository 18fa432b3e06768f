from readq.model.values import Rating
from readq.services.review.cards import DueCard
from readq.tui.state.review_session import ABSTRACT, HIDDEN, NOTE, Sitting, summary


def card(number: int) -> DueCard:
    return DueCard(number, number * 10, "paper", f"title {number}", "2026-11-23")


def sitting(count: int) -> Sitting:
    return Sitting(card(number) for number in range(1, count + 1))


def asked(session: Sitting) -> int | None:
    return session.card.card if session.card else None


def test_the_note_comes_before_the_abstract() -> None:
    session = sitting(1)
    session.reveal(has_note=True)
    assert session.revealed == NOTE
    session.reveal(has_note=True)
    assert session.revealed == ABSTRACT


def test_without_a_note_the_abstract_comes_at_once() -> None:
    session = sitting(1)
    session.reveal(has_note=False)
    assert session.revealed == ABSTRACT


def test_again_asks_a_card_once_more_at_the_end_and_only_once() -> None:
    session = sitting(2)
    session.answer(Rating.AGAIN)
    session.answer(Rating.GOOD)
    assert asked(session) == 1
    session.answer(Rating.AGAIN)
    assert session.card is None


def test_going_back_asks_the_card_again_revealed() -> None:
    session = sitting(2)
    session.answer(Rating.GOOD)
    assert session.revealed == HIDDEN
    session.back()
    assert asked(session) == 1
    assert session.revealed == ABSTRACT
    assert session.left == 2


def test_going_back_over_an_again_forgets_its_repetition() -> None:
    session = sitting(2)
    session.answer(Rating.AGAIN)
    session.back()
    session.answer(Rating.GOOD)
    session.answer(Rating.GOOD)
    assert session.card is None


def test_going_back_over_the_repetition_keeps_the_first_answer() -> None:
    session = sitting(1)
    session.answer(Rating.AGAIN)
    session.answer(Rating.GOOD)
    session.back()
    assert asked(session) == 1
    assert [answer.rating for answer in session.answers] == [Rating.AGAIN]
    session.answer(Rating.AGAIN)
    assert session.card is None


def test_going_back_at_the_start_does_nothing() -> None:
    assert sitting(1).back() is None


def test_summary_counts_ratings_and_not_what_was_put_off() -> None:
    session = sitting(3)
    session.answer(Rating.GOOD)
    session.answer(None)
    session.answer(Rating.HARD)
    assert summary(session.answers) == "2 cards rated: 1 hard, 1 good."
    assert summary([]) == "Nothing was rated."
