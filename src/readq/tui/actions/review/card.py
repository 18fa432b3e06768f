"""Actions of a sitting: reveal, rate, postpone and undo."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from sqlite3 import Connection

from readq.errors import ReadqError
from readq.model.values import Rating
from readq.services.history.steps import Outcome
from readq.services.history.undo import UndoResult
from readq.services.review import card_changes, cards
from readq.services.review.cards import ReviewChoice
from readq.services.review.ratings import NewRating, RatedCard
from readq.tui.screens.review_screen import MORE, ReviewScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.review.jobs import Answer, RatingJob, StepJob, UndoableJob
from readq.tui.state.review.session import ABSTRACT, HIDDEN
from readq.tui.text.sanitize import display_text


def _reveal(screen: ReviewScreen) -> None:
    # Once all is revealed the key does nothing: users press it as often as there are parts, and one press too many
    # must not rate the card.
    if screen.review_session.card is not None and screen.review_session.revealed != ABSTRACT:
        screen.review_session.reveal(has_note=screen.has_note())
        screen.draw_card()


def _go_on(screen: ReviewScreen) -> None:
    if screen.review_session.card is not None and screen.review_session.revealed == ABSTRACT:
        _answer(screen, Rating.GOOD)
    else:
        _reveal(screen)


def _rate(screen: ReviewScreen, rating: Rating) -> None:
    if screen.review_session.card is None or screen.review_session.revealed == HIDDEN:
        _reveal(screen)
    else:
        _answer(screen, rating)


def _answer(screen: ReviewScreen, rating: Rating) -> None:
    screen.session.require_writable()
    review = screen.review_session
    answer = review.answer(rating)
    now = screen.session.clock()
    given = NewRating(answer.card.card, rating, now, review.day(now), answer.card.state)
    job = RatingJob(answer, given, review.states, review.config)

    def done(rated: RatedCard | None) -> None:
        if rated is None:
            _forget(screen, answer)

    review.jobs.append(job)
    screen.session.write(job.do, done, partial(_ask_later, screen, answer))
    screen.ask_card()
    screen.show_message(f"rated {rating.name.lower()}: {display_text(answer.card.prompt)}")


def _forget(screen: ReviewScreen, answer: Answer) -> None:
    """Remove an answer that was not written. The other answers stay."""
    screen.review_session.forget(answer)
    if screen.is_attached:
        screen.ask_card()
    prompt = display_text(answer.card.prompt)
    screen.session.observer.show_message(f"not written, it was answered or taken out since: {prompt}")


def _ask_later(screen: ReviewScreen, answer: Answer, error: ReadqError) -> None:
    """Put the card of an answer that could not be written back into the queue. The other answers stay."""
    screen.review_session.ask_later(answer)
    if screen.is_attached:
        screen.ask_card()
    screen.session.observer.show_error(error)


def _postpone(screen: ReviewScreen, service: Callable[[Connection, int, datetime], Outcome], past: str) -> None:
    review, now = screen.review_session, screen.session.clock()
    if review.card is None:
        return
    screen.session.require_writable()
    answer = review.answer(None)
    card = answer.card.card
    job = StepJob(past, lambda conn: service(conn, card, now), lambda outcome: outcome.step, answer)
    review.jobs.append(job)
    screen.session.write(job.do, failed=partial(_ask_later, screen, answer))
    screen.ask_card()
    screen.show_message(f"{past}: {display_text(answer.card.prompt)}")


def _bury(screen: ReviewScreen) -> None:
    day = screen.review_session.day(screen.session.clock())
    _postpone(screen, lambda conn, card, now: card_changes.bury(conn, card, now, day), "buried until tomorrow")


def _prioritise(screen: ReviewScreen) -> None:
    card, now = screen.review_session.card, screen.session.clock()
    if card is None:
        return
    screen.session.require_writable()
    job = StepJob("priority", lambda conn: card_changes.prioritise(conn, card.card, now), lambda result: result[1].step)
    screen.review_session.jobs.append(job)
    screen.session.write(
        job.do,
        lambda result: screen.show_message("asked first from now on" if result[0] else "asked in its turn again"),
    )


def _undo(screen: ReviewScreen) -> None:
    screen.session.require_writable()
    review, now = screen.review_session, screen.session.clock()
    job = review.last_job()
    if job is None:
        screen.show_message("nothing to undo in this review")
        return
    name = job.what
    if job.answer is not None:
        name = display_text(job.answer.card.prompt)
        review.take_back(job.answer)
    screen.session.write(partial(job.undo, now=now), partial(_report_undo, screen, job))
    screen.ask_card()
    screen.show_message(f"undone: {name}")


def _report_undo(screen: ReviewScreen, job: UndoableJob, undone: UndoResult | None) -> None:
    if undone is not None and undone.is_unchanged:
        screen.show_message(f"cannot undo, it was changed since: {job.what}")


def _ask_more(screen: ReviewScreen) -> None:
    session, review = screen.session, screen.review_session
    if review.card is not None:
        screen.show_message("more cards can be asked when these are answered")
        return
    now, choice = session.clock(), ReviewChoice(more=MORE)
    due = session.library.read(lambda conn: cards.review_queue(conn, now, session.config, choice), None)
    if due is None:
        screen.show_message("the library is locked for a moment, try again")
    elif due:
        review.extend(due)
        screen.ask_card()
    else:
        screen.show_message("nothing more is due")


def _scroll(screen: ReviewScreen, lines: int) -> None:
    screen.scroll_paper(lines)


HANDLERS: Mapping[str, Handler] = {
    "reveal": _reveal,
    "go_on": _go_on,
    **{rating.name.lower(): partial(_rate, rating=rating) for rating in Rating},
    "undo": _undo,
    "bury": _bury,
    "suspend": partial(_postpone, service=card_changes.suspend, past="suspended"),
    "priority": _prioritise,
    "more": _ask_more,
    "scroll_down": partial(_scroll, lines=1),
    "scroll_up": partial(_scroll, lines=-1),
}
