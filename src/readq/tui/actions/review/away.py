"""Actions that remove the current card from the review without a rating: bury, postpone, suspend, retire.

A buried card is asked again tomorrow, and a postponed card on a day that the user gives. A suspended card is not asked
until the user resumes it. A retired card is not asked any more, because the user has learnt it or has given it up.

The module also asks the user what to do with a card that was forgotten twice in a row, or whose next interval is longer
than a year.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from sqlite3 import Connection

from readq.days import local_day, parse_day
from readq.errors import ReadqError
from readq.services.history.steps import Outcome
from readq.services.papers import triage
from readq.services.review import backlog, card_changes
from readq.services.review.cards import DueCard
from readq.store.review.cards import DueRow
from readq.tui.actions import completion
from readq.tui.keys.action import LIST
from readq.tui.screens.menu_screen import MenuScreen
from readq.tui.screens.review.review_screen import ReviewScreen, format_interval
from readq.tui.screens.screen_context import Handler
from readq.tui.state.review.jobs import Answer, StepJob
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.menu_list import MenuItem
from readq.tui.widgets.prompt_line import Prompt

Service = Callable[[Connection, int, datetime], Outcome]
"""A function that takes a card out of review, and writes this to the library. An example is `suspend`.

Its arguments are the connection, the id of the card, and the time.
"""


def ask_later(screen: ReviewScreen, answers: Sequence[Answer], error: ReadqError) -> None:
    """Put the cards of `answers` back into the queue, and show `error`, the reason why the answers were not written."""
    for answer in answers:
        screen.review_session.ask_later(answer)
    if screen.is_attached:
        screen.ask_card()
    screen.session.observer.show_error(error)


def put_away(
    screen: ReviewScreen,
    cards: Sequence[DueCard],
    job: Callable[[Connection], Outcome],
    past: str,
    done: Callable[[Outcome], None] | None = None,
) -> None:
    """Take `cards` out of the queue of the review, and run `job` in the background.

    `job` writes the change of the cards to the library, as one undo step. `past` is a past participle that describes
    the step, such as `buried`. `done` is called with the result of `job`.
    """
    review = screen.review_session
    answers = review.put_away(cards)
    write = StepJob(past, job, lambda outcome: outcome.step, answers)
    review.jobs.append(write)
    screen.session.write(write.do, done, partial(ask_later, screen, answers))
    screen.ask_card()


def _put_current_away(screen: ReviewScreen, service: Service, past: str) -> None:
    card = screen.review_session.card
    if card is not None:
        _put_card_away(screen, card, service, past)


def _put_card_away(screen: ReviewScreen, card: DueCard, service: Service, past: str) -> None:
    screen.session.require_writable()
    now = screen.session.clock()
    put_away(screen, [card], lambda conn: service(conn, card.card, now), past)
    screen.show_message(f"{past}: {display_text(card.prompt)}")


def _bury(screen: ReviewScreen) -> None:
    day = screen.review_session.day(screen.session.clock())
    _put_current_away(screen, lambda conn, card, now: card_changes.bury(conn, card, now, day), "buried until tomorrow")


def _retire(conn: Connection, card: int, now: datetime) -> Outcome:
    return card_changes.retire(conn, [], True, now, [card])


def _ask_for_day(screen: ReviewScreen) -> None:
    asked = screen.review_session.card
    if asked is None:
        return

    def accept(text: str) -> bool:
        now = screen.session.clock()
        until = parse_day(text, local_day(now))
        row = DueRow(asked.card, asked.paper_id, asked.due, asked.state.reps, 0)
        plan = backlog.plan_until([row], until, now)
        _put_card_away(
            screen, asked, lambda conn, _, now: backlog.postpone(conn, plan, now), f"postponed until {until}"
        )
        return True

    keys = (("Enter", "ask again on that day"), ("Esc", "cancel"))
    hint = "tomorrow, 3d, 2w, fri, 2026-11-30"
    screen.open_prompt(Prompt("ask again on:", accept, hint=hint, keys=keys, suggest=completion.words(completion.DAYS)))


async def ask_about_forgotten(screen: ReviewScreen, card: DueCard) -> None:
    """Ask the user what to do with a card that was forgotten twice in a row.

    The user can review the card again, read the paper again, shorten the note, or retire the card.
    """

    async def chosen(value: str | None) -> None:
        if value == "read":
            _read_again(screen, card)
        elif value == "note":
            await screen.run_safely(screen.note_session.open, card.paper_id)
        elif value == "retire":
            _put_card_away(screen, card, _retire, "retired")

    items = [
        MenuItem("again", "a", "ask it again"),
        MenuItem("read", "b", "read it again: begin the paper"),
        MenuItem("note", "n", "shorten the note"),
        MenuItem("retire", "x", "let it go: retire the card"),
    ]
    await screen.app.push_screen(MenuScreen(f"Forgotten twice in a row: {display_text(card.prompt)}", items), chosen)


def _read_again(screen: ReviewScreen, card: DueCard) -> None:
    screen.session.require_writable()
    now = screen.session.clock()
    put_away(screen, [card], lambda conn: triage.read_again(conn, [card.paper_id], now), "to be read again")
    key = screen.keymap.label(LIST, "finish")
    screen.show_message(f"to be read again, {key} in the list brings it back into review: {display_text(card.prompt)}")


async def offer_retirement(screen: ReviewScreen, card: DueCard, days: int) -> None:
    """Offer to retire a card whose next interval, `days` days, is longer than a year.

    A retired card is not reviewed any more.
    """

    def chosen(value: str | None) -> None:
        if value == "retire":
            _put_card_away(screen, card, _retire, "retired")

    items = [
        MenuItem("keep", "a", f"ask it again in {format_interval(days)}"),
        MenuItem("retire", "x", "let it go: retire the card"),
    ]
    title = f"Next asked in more than a year: {display_text(card.prompt)}"
    await screen.app.push_screen(MenuScreen(title, items), chosen)


HANDLERS: Mapping[str, Handler] = {
    "bury": _bury,
    "suspend": partial(_put_current_away, service=card_changes.suspend, past="suspended"),
    "retire": partial(_put_current_away, service=_retire, past="retired"),
    "postpone": _ask_for_day,
}
