from readq.model.values import Rating
from readq.services.review.cards import DueCard
from readq.tui.state.review_session import ABSTRACT, HIDDEN, NOTE, ReviewSession, summary


def card(number: int) -> DueCard:
    return DueCard(number, number * 10, "paper", f"title {number}", "2026-11-23")


def review_session(count: int) -> ReviewSession:
    return ReviewSession(card(number) for number in range(1, count + 1))


def asked(session: ReviewSession) -> int | None:
    return session.card.card if session.card else None


def test_the_note_is_revealed_before_the_abstract() -> None:
    session = review_session(1)
    session.reveal(has_note=True)
    assert session.revealed == NOTE
    session.reveal(has_note=True)
    assert session.revealed == ABSTRACT


def test_without_a_note_the_abstract_is_revealed_first() -> None:
    session = review_session(1)
    session.reveal(has_note=False)
    assert session.revealed == ABSTRACT


def test_a_card_rated_again_is_repeated_once_at_the_end() -> None:
    session = review_session(2)
    session.answer(Rating.AGAIN)
    session.answer(Rating.GOOD)
    assert asked(session) == 1
    session.answer(Rating.AGAIN)
    assert session.card is None


def test_undo_asks_the_card_again_revealed() -> None:
    session = review_session(2)
    session.answer(Rating.GOOD)
    assert session.revealed == HIDDEN
    session.undo_answer()
    assert asked(session) == 1
    assert session.revealed == ABSTRACT
    assert session.remaining == 2


def test_undo_of_again_removes_the_repetition() -> None:
    session = review_session(2)
    session.answer(Rating.AGAIN)
    session.undo_answer()
    session.answer(Rating.GOOD)
    session.answer(Rating.GOOD)
    assert session.card is None


def test_undo_of_a_repetition_keeps_the_first_answer() -> None:
    session = review_session(1)
    session.answer(Rating.AGAIN)
    session.answer(Rating.GOOD)
    session.undo_answer()
    assert asked(session) == 1
    assert [answer.rating for answer in session.answers] == [Rating.AGAIN]
    session.answer(Rating.AGAIN)
    assert session.card is None


def test_undo_without_an_answer_does_nothing() -> None:
    assert review_session(1).undo_answer() is None


def test_summary_counts_ratings_but_not_postponed_cards() -> None:
    session = review_session(3)
    session.answer(Rating.GOOD)
    session.answer(None)
    session.answer(Rating.HARD)
    assert summary(session.answers) == "2 cards rated: 1 hard, 1 good."
    assert summary([]) == "Nothing was rated."
