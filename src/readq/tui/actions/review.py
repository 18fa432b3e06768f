"""Actions on the review screen: reveal, rate, postpone and undo. `start_review` opens the screen."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from sqlite3 import Connection

from readq.errors import ReadqError
from readq.model.values import Rating
from readq.services.history.steps import Outcome
from readq.services.review import cards
from readq.services.views import list_selection
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.review_screen import ReviewScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.review_session import ABSTRACT, HIDDEN, ReviewSession, UndoableJob
from readq.tui.text.sanitize import display_text


async def start_review(screen: KeyedScreen, query: str = "") -> None:
    """Open the review screen with the cards that are due today. If no card is due, show a message instead.

    If `query` is not empty, only cards of papers that match `query` are asked. Raises UsageError if `query` cannot be
    parsed.
    """
    session = screen.session
    now = session.clock()
    selection = list_selection(query, now) if query else None
    due = session.library.read(lambda conn: cards.review_queue(conn, now, session.config, selection), None)
    if due is None:
        screen.show_message("another program holds the library, try again")
    elif due:
        await screen.app.push_screen(ReviewScreen(screen.context, ReviewSession(due)))
    else:
        screen.show_message("nothing is due for review")


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
    session, now = screen.session, screen.session.clock()
    card = screen.review_session.answer(rating)
    _write(screen, UndoableJob(lambda conn: cards.rate(conn, card.card, rating, now, session.config)))
    screen.show_message(f"rated {rating.name.lower()}: {display_text(card.prompt)}")


def _postpone(screen: ReviewScreen, service: Callable[[Connection, int, datetime], Outcome], past: str) -> None:
    now = screen.session.clock()
    if screen.review_session.card is not None:
        screen.session.require_writable()
        card = screen.review_session.answer(None)
        _write(screen, UndoableJob(lambda conn: service(conn, card.card, now)))
        screen.show_message(f"{past}: {display_text(card.prompt)}")


def _prioritise(screen: ReviewScreen) -> None:
    card, now = screen.review_session.card, screen.session.clock()
    if card is not None:
        screen.session.require_writable()
        screen.session.write(
            lambda conn: cards.prioritise(conn, card.card, now),
            lambda first: screen.show_message("asked first from now on" if first else "asked in its turn again"),
        )


def _write(screen: ReviewScreen, job: UndoableJob) -> None:
    def failed(error: ReadqError) -> None:
        _ask_again(screen, job)
        screen.session.observer.show_error(error)

    screen.jobs.append(job)
    screen.session.write(job.do, failed=failed)
    screen.ask_card()


def _ask_again(screen: ReviewScreen, job: UndoableJob) -> None:
    """Undo an answer that could not be written, and all later ones, so that their cards are asked again."""
    now = screen.session.clock()
    if job not in screen.jobs:
        return
    while screen.jobs[-1] is not job:
        later = screen.jobs.pop()
        screen.review_session.undo_answer()
        screen.session.write(partial(later.undo, now=now))
    screen.jobs.pop()
    screen.review_session.undo_answer()
    if screen.is_attached:
        screen.ask_card()


def _undo(screen: ReviewScreen) -> None:
    screen.session.require_writable()
    answer, now = screen.review_session.undo_answer(), screen.session.clock()
    if answer is None:
        screen.show_message("nothing to undo in this review")
        return
    job = screen.jobs.pop()
    screen.session.write(partial(job.undo, now=now))
    screen.ask_card()
    screen.show_message(f"undone: {display_text(answer.card.prompt)}")


def _scroll(screen: ReviewScreen, lines: int) -> None:
    screen.scroll_paper(lines)


HANDLERS: Mapping[str, Handler] = {
    "reveal": _reveal,
    "go_on": _go_on,
    **{rating.name.lower(): partial(_rate, rating=rating) for rating in Rating},
    "undo": _undo,
    "bury": partial(_postpone, service=cards.bury, past="buried until tomorrow"),
    "suspend": partial(_postpone, service=cards.suspend, past="suspended"),
    "priority": _prioritise,
    "scroll_down": partial(_scroll, lines=1),
    "scroll_up": partial(_scroll, lines=-1),
}
