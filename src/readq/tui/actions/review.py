"""Keys of the review screen: reveal, rate, take back, put off."""

from collections.abc import Callable, Mapping
from datetime import datetime
from sqlite3 import Connection

from readq.errors import ReadqError
from readq.model.values import Rating
from readq.services.history.steps import Outcome
from readq.services.review import cards as reviewing
from readq.tui.screens.review_screen import ReviewScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.review_session import ABSTRACT, HIDDEN, UndoableJob
from readq.tui.text.sanitize import display_text


def _reveal(screen: ReviewScreen) -> None:
    # How often it is to be pressed depends on the note: once too often must not be an answer.
    if screen.review_session.card is not None and screen.review_session.revealed != ABSTRACT:
        screen.review_session.reveal(has_note=screen.has_note())
        screen.draw_card()


def _go_on(screen: ReviewScreen) -> None:
    if screen.review_session.card is not None and screen.review_session.revealed == ABSTRACT:
        _answer(screen, Rating.GOOD)
    else:
        _reveal(screen)


def rate(rating: Rating) -> Handler:
    """Give a rating; before the reveal, only reveal."""

    def act(screen: ReviewScreen) -> None:
        if screen.review_session.card is None or screen.review_session.revealed == HIDDEN:
            _reveal(screen)
        else:
            _answer(screen, rating)

    return act


def _answer(screen: ReviewScreen, rating: Rating) -> None:
    screen.session.require_writable()
    session, now = screen.session, screen.session.clock()
    card = screen.review_session.answer(rating)
    _write(screen, UndoableJob(lambda conn: reviewing.rate(conn, card.card, rating, now, session.config)))
    screen.say(f"rated {rating.name.lower()}: {display_text(card.prompt)}")


def _put_off(service: Callable[[Connection, int, datetime], Outcome], said: str) -> Handler:
    def act(screen: ReviewScreen) -> None:
        now = screen.session.clock()
        if screen.review_session.card is not None:
            screen.session.require_writable()
            card = screen.review_session.answer(None)
            _write(screen, UndoableJob(lambda conn: service(conn, card.card, now)))
            screen.say(f"{said}: {display_text(card.prompt)}")

    return act


def _prioritise(screen: ReviewScreen) -> None:
    card, now = screen.review_session.card, screen.session.clock()
    if card is not None:
        screen.session.require_writable()
        screen.session.write(
            lambda conn: reviewing.prioritise(conn, card.card, now),
            lambda first: screen.say("asked first from now on" if first else "asked in its turn again"),
        )


def _write(screen: ReviewScreen, job: UndoableJob) -> None:
    def failed(error: ReadqError) -> None:
        _ask_again(screen, job)
        screen.session.observer.show_error(error)

    screen.jobs.append(job)
    screen.session.write(job.do, failed=failed)
    screen.ask_card()


def _ask_again(screen: ReviewScreen, job: UndoableJob) -> None:
    """An answer could not be kept: it is taken back with those that came after it."""
    now = screen.session.clock()
    if job not in screen.jobs:
        return
    while screen.jobs[-1] is not job:
        later = screen.jobs.pop()
        screen.review_session.undo_answer()
        screen.session.write(lambda conn, later=later: later.undo(conn, now))  # type: ignore[misc] # mypy loses the type
    screen.jobs.pop()
    screen.review_session.undo_answer()
    if screen.is_attached:
        screen.ask_card()


def _back(screen: ReviewScreen) -> None:
    screen.session.require_writable()
    answer, now = screen.review_session.undo_answer(), screen.session.clock()
    if answer is None:
        screen.say("nothing to take back in this sitting")
        return
    job = screen.jobs.pop()
    screen.session.write(lambda conn: job.undo(conn, now))
    screen.ask_card()
    screen.say(f"taken back: {display_text(answer.card.prompt)}")


def _scroll(lines: int) -> Handler:
    def act(screen: ReviewScreen) -> None:
        screen.scroll_paper(lines)

    return act


HANDLERS: Mapping[str, Handler] = {
    "reveal": _reveal,
    "go_on": _go_on,
    **{rating.name.lower(): rate(rating) for rating in Rating},
    "undo": _back,
    "bury": _put_off(reviewing.bury, "buried until tomorrow"),
    "suspend": _put_off(reviewing.suspend, "suspended"),
    "priority": _prioritise,
    "scroll_down": _scroll(1),
    "scroll_up": _scroll(-1),
}
