from datetime import date, datetime, timedelta, timezone

from readq.config import Config
from readq.model.values import CardState, Rating
from readq.services.review.cards import DueCard
from readq.services.review.outlook import Outlook
from readq.tui.state.review.jobs import StepJob
from readq.tui.state.review.session import ABSTRACT, BACK, HIDDEN, LONGEST_ANSWER, ReviewSession
from readq.tui.state.review.summary import end_line, kept_cards, summary

EVENING = datetime(2026, 11, 23, 23, 0, tzinfo=timezone(timedelta(hours=1)))


def card(number: int) -> DueCard:
    state = CardState(None, None, None, "2026-11-23", None, 0, 0)
    return DueCard(number, number * 10, "paper", f"title {number}", "2026-11-23", state)


def review_session(count: int) -> ReviewSession:
    return ReviewSession((card(number) for number in range(1, count + 1)), Config(), EVENING)


def asked(session: ReviewSession) -> int | None:
    return session.card.card if session.card else None


def test_the_abstract_is_revealed_apart_and_stays() -> None:
    session = review_session(1)
    session.reveal()
    session.reveal()
    assert session.revealed == BACK
    session.reveal_abstract()
    session.reveal()
    assert session.revealed == ABSTRACT


def test_facts_of_an_answer() -> None:
    seconds = iter([100.0, 107.5, 200.0, 200.0 + LONGEST_ANSWER])
    session = ReviewSession([card(1)._replace(asks="claim")] * 2, Config(), EVENING, lambda: next(seconds))
    session.typed = "they claim it"
    assert session.facts() == ("claim", "they claim it", 7500, int(EVENING.timestamp() * 1000))
    session.answer(None)
    assert session.facts() == ("claim", None, LONGEST_ANSWER, int(EVENING.timestamp() * 1000))


def test_a_card_rated_again_is_repeated_until_it_is_remembered() -> None:
    session = review_session(2)
    session.answer(Rating.AGAIN)
    session.answer(Rating.GOOD)
    for _ in range(3):
        assert asked(session) == 1
        session.answer(Rating.AGAIN)
    session.answer(Rating.HARD)
    assert session.card is None


def test_undo_asks_the_card_again_revealed() -> None:
    session = review_session(2)
    session.typed = "what I knew"
    answer = session.answer(Rating.GOOD)
    assert session.revealed == HIDDEN
    session.take_back(answer)
    assert asked(session) == 1
    assert session.revealed == BACK
    assert session.typed == "what I knew"
    assert session.remaining == 2


def test_undo_of_again_removes_the_repetition() -> None:
    session = review_session(2)
    session.take_back(session.answer(Rating.AGAIN))
    session.answer(Rating.GOOD)
    session.answer(Rating.GOOD)
    assert session.card is None


def test_undo_of_a_repetition_keeps_the_first_answer() -> None:
    session = review_session(1)
    session.answer(Rating.AGAIN)
    session.take_back(session.answer(Rating.AGAIN))
    assert asked(session) == 1
    assert [answer.rating for answer in session.answers] == [Rating.AGAIN]
    session.answer(Rating.GOOD)
    assert session.card is None


def test_an_answer_that_was_not_written_takes_no_other_answer_back() -> None:
    session = review_session(4)
    first = session.answer(Rating.AGAIN)
    second = session.answer(Rating.GOOD)
    session.forget(first)
    assert [answer.card.card for answer in session.answers] == [2]
    assert session.remaining == 2
    session.ask_later(second)
    assert session.answers == []
    for number in (3, 4, 2):
        assert asked(session) == number
        session.answer(Rating.GOOD)
    assert session.card is None


def test_cards_changed_elsewhere_leave_the_queue() -> None:
    session = review_session(3)
    session.reveal()
    other = card(3).state._replace(due="2026-11-22")
    assert [left.card for left in session.refresh_states({2: card(2).state, 3: other})] == [1]
    assert (asked(session), session.revealed) == (2, HIDDEN)
    assert session.queued_states == {2: card(2).state, 3: other}
    session.reveal()
    session.refresh_states({2: card(2).state})
    assert (asked(session), session.revealed, session.remaining) == (2, BACK, 1)


def test_a_session_keeps_the_day_on_which_it_began() -> None:
    session = review_session(1)
    for hours in (0, 1, 5, 11, -48):
        assert session.day(EVENING + timedelta(hours=hours)) == date(2026, 11, 23)
    assert session.day(EVENING + timedelta(hours=12)) == date(2026, 11, 24)


def test_undo_passes_over_writes_that_changed_nothing() -> None:
    session = review_session(1)
    assert session.last_job() is None
    pending = StepJob("note", lambda conn: 7, lambda result: result)
    empty = StepJob("note", lambda conn: None, lambda result: result)
    empty.is_written = True
    session.jobs += [pending, empty]
    assert session.last_job() is pending
    assert session.jobs == []


def test_summary_counts_cards_and_answers_but_not_postponed_cards() -> None:
    session = review_session(3)
    session.answer(Rating.AGAIN)
    session.answer(None)
    session.answer(Rating.HARD)
    session.answer(Rating.GOOD)
    assert summary(session.answers) == "2 cards, 3 answers: 1 again, 1 hard, 1 good."
    assert summary([]) == "Nothing was rated."


def test_cards_put_away_leave_the_queue_and_come_back() -> None:
    session = review_session(3)
    session.answer(Rating.AGAIN)
    (answer,) = session.put_away([card(1)])
    assert session.remaining == 2
    session.take_back(answer)
    assert (asked(session), session.remaining) == (1, 3)
    everything = session.put_away(session.queued)
    assert session.card is None
    for each in reversed(everything):
        session.take_back(each)
    assert [one.card for one in session.queued] == [1, 2, 3]


def test_a_card_that_was_answered_does_not_come_back_when_it_is_put_away() -> None:
    session = review_session(2)
    session.answer(Rating.EASY)
    assert session.put_away([card(1)]) == []
    assert [one.card for one in session.queued] == [2]


def test_the_end_says_what_was_kept_and_what_comes() -> None:
    session = review_session(3)
    for rating in (Rating.AGAIN, Rating.GOOD, None, Rating.EASY):
        session.answer(rating)
    assert kept_cards(session.answers) == {1: False, 2: True}
    today = date(2026, 11, 23)
    line = end_line(session.answers, Outlook(date(2026, 11, 24), 6, 402), today)
    assert line == "1 of 2 remembered · next Tue: 6 · oldest memory 1.1 years"
    assert end_line([], Outlook(date(2027, 1, 9), 1), today) == "next 2027-01-09: 1"
    assert end_line([], Outlook(), today) == ""
