"""The menu for a backlog of due cards, and its four actions.

The user can spread the cards that this review does not ask over several days, or postpone them to one day. The user can
retire the cards that were answered but never recalled, so that they are not reviewed any more. For these actions, the
menu shows how many cards would change.

A user who goes on holiday can name the day of return. The cards that are due before this day are then asked on this
day.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from sqlite3 import Connection
from typing import NamedTuple

from readq.days import local_day, parse_day
from readq.errors import UsageError
from readq.services.history.steps import Outcome
from readq.services.review import backlog, card_changes
from readq.store.review.cards import DueRow
from readq.text import counted
from readq.tui.actions.review.away import put_away
from readq.tui.screens.menu_screen import MenuScreen
from readq.tui.screens.review.review_screen import ReviewScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.widgets.menu_list import MenuItem
from readq.tui.widgets.prompt_line import Prompt

_DAYS = 14
"""The number of days that the prompt proposes for spreading the cards."""


class _Backlog(NamedTuple):
    """The due cards. `rest` are those that this review does not ask, `unrecalled` those that were never recalled."""

    all: Sequence[DueRow]
    rest: Sequence[DueRow]
    unrecalled: Sequence[DueRow]


async def _read(screen: ReviewScreen) -> _Backlog:
    library, now = screen.session.library, screen.session.clock()

    def read(conn: Connection) -> tuple[Sequence[DueRow], Sequence[int]]:
        rows = backlog.due_cards(conn, now, None)
        return rows, backlog.unrecalled(conn, rows)

    rows, numbers = await library.read_when_free(read)
    never, asked = set(numbers), {card.card for card in screen.review_session.queued}
    return _Backlog(rows, [row for row in rows if row.id not in asked], [row for row in rows if row.id in never])


async def _choose(screen: ReviewScreen) -> None:
    """Show the menu of actions on the due cards, each with its number of cards, and start the chosen action."""
    found = await _read(screen)
    rest, never = counted(len(found.rest), "card"), counted(len(found.unrecalled), "card")
    items = [
        MenuItem("spread", "s", f"spread the rest over days: {rest}"),
        MenuItem("postpone", "p", f"the rest on a later day: {rest}"),
        MenuItem("retire", "r", f"retire what was never recalled: {never}"),
        MenuItem("away", "a", "be away until a day: nothing is asked before it"),
    ]

    def chosen(value: str | None) -> None:
        if value == "spread":
            _ask_for_days(screen, found.rest)
        elif value == "postpone":
            _ask_for_day(screen, found.rest)
        elif value == "retire":
            _ask_to_retire(screen, found.unrecalled)
        elif value == "away":
            _ask_for_return(screen)

    title = f"{counted(len(found.all), 'card')} due, {len(found.all) - len(found.rest):,} in this review"
    await screen.app.push_screen(MenuScreen(title, items), chosen)


def _ask_for_days(screen: ReviewScreen, rows: Sequence[DueRow]) -> None:
    """Ask over how many days to spread cards. The resulting numbers are shown while the user types."""

    def preview(text: str) -> str:
        days = _number(text)
        first = local_day(screen.session.clock()) + timedelta(days=1)
        last = first + timedelta(days=min(days, len(rows)) - 1)
        a_day = -(-len(rows) // days)
        return f"{counted(len(rows), 'card')}, at most {a_day:,} a day, {first} to {last}; those with priority first"

    def accept(text: str) -> bool:
        days, now, config = _number(text), screen.session.clock(), screen.session.config

        def job(conn: Connection) -> Outcome:
            return backlog.postpone(conn, backlog.plan_spread(conn, rows, days, now, config), now)

        _write(screen, [], job, f"spread {counted(len(rows), 'card')} over {counted(days, 'day')}")
        return True

    if _has_any(screen, rows):
        _open(screen, "spread over days:", accept, preview, str(_DAYS))


def _number(text: str) -> int:
    digits = text.strip()
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    if not 1 <= number <= backlog.MOST_DAYS:
        raise UsageError("that is no number of days", f"from 1 to {backlog.MOST_DAYS:,}")
    return number


def _ask_for_day(screen: ReviewScreen, rows: Sequence[DueRow]) -> None:
    def plan(text: str) -> backlog.Postponement:
        now = screen.session.clock()
        return backlog.plan_until(rows, parse_day(text, local_day(now)), now)

    def preview(text: str) -> str:
        return "; ".join(f"{day}: {counted(cards, 'card')}" for day, cards in plan(text).counts())

    def accept(text: str) -> bool:
        chosen, now = plan(text), screen.session.clock()
        _write(screen, [], lambda conn: backlog.postpone(conn, chosen, now), f"postponed {counted(len(rows), 'card')}")
        return True

    if _has_any(screen, rows):
        _open(screen, "ask the rest on:", accept, preview, "1w")


def _ask_for_return(screen: ReviewScreen) -> None:
    """Ask for the day of return. Cards that are due, or become due before that day, are asked on that day."""
    session, review, label = screen.session, screen.review_session, "away until:"

    def plan(conn: Connection, until: date, now: datetime) -> backlog.Postponement:
        return backlog.plan_until(backlog.due_cards(conn, now, None, until), until, now)

    def preview(text: str) -> str:
        now = session.clock()
        until = _day_of_return(text, now)

        def show(cards: int) -> None:
            prompt = screen.prompt_line.prompt
            if prompt is not None and (prompt.label, screen.prompt_line.text) == (label, text):
                shown = f"{counted(cards, 'card')} would be asked before it, and wait until then"
                screen.prompt_line.show_message(shown)

        session.read(lambda conn: len(plan(conn, until, now).days), show)
        return "…"

    def accept(text: str) -> bool:
        now, cards = session.clock(), 0
        until = _day_of_return(text, now)
        what = f"away until {until}"

        def job(conn: Connection) -> Outcome:
            # Read here: while the library is locked, the UI's thread would find no cards to postpone.
            nonlocal cards
            chosen = plan(conn, until, now)
            cards = len(chosen.days)
            return backlog.postpone(conn, chosen, now)

        numbers = [card for card, state in review.queued_states.items() if state.due < until.isoformat()]
        _write(screen, numbers, job, what, lambda: f"{what}: {counted(cards, 'card')} postponed")
        return True

    _open(screen, label, accept, preview, "1w")


def _day_of_return(text: str, now: datetime) -> date:
    """Return the local day that a text names. Raises UsageError if cards cannot be postponed to it."""
    until = parse_day(text, local_day(now))
    backlog.plan_until([], until, now)
    return until


def _ask_to_retire(screen: ReviewScreen, rows: Sequence[DueRow]) -> None:
    numbers = [row.id for row in rows]

    def accept(text: str) -> bool:
        if text.strip().casefold() in ("y", "yes"):
            now = screen.session.clock()
            what = f"retired {counted(len(numbers), 'card')}"
            _write(screen, numbers, lambda conn: card_changes.retire(conn, [], True, now, numbers), what)
        return True

    if _has_any(screen, rows):
        label = f"retire {counted(len(rows), 'card')} that were answered, and never recalled? y:"
        screen.open_prompt(Prompt(label, accept, keys=(("y Enter", "retire them"), ("Esc", "leave them"))))


def _has_any(screen: ReviewScreen, rows: Sequence[DueRow]) -> bool:
    if not rows:
        screen.show_message("no card is left to do that with")
    return bool(rows)


def _open(
    screen: ReviewScreen, label: str, accept: Callable[[str], bool], preview: Callable[[str], str], text: str
) -> None:
    """Ask for a text. While it is typed, show what it would do."""

    def shown(typed: str) -> str:
        try:
            return preview(typed)
        except UsageError as error:
            return error.message

    def changed(typed: str) -> None:
        screen.prompt_line.show_message(shown(typed))

    keys = (("Enter", "do it"), ("Esc", "cancel"))
    screen.open_prompt(Prompt(label, accept, text=text, hint=shown(text), keys=keys, changed=changed))


def _write(
    screen: ReviewScreen,
    numbers: Sequence[int],
    job: Callable[[Connection], Outcome],
    what: str,
    result: Callable[[], str] | None = None,
) -> None:
    """Write a change of many cards as one step of the review. The cards `numbers` leave the review.

    `result` returns the message to show after the write. If it is None, the message `what` is shown at once.
    """
    screen.session.require_writable()
    chosen = set(numbers)

    def say(text: str) -> None:
        screen.session.observer.show_message(f"{text}; {screen.keymap.label(screen.scope, 'undo')} takes it back")

    queued = [card for card in screen.review_session.queued if card.card in chosen]
    put_away(screen, queued, job, what, (lambda _: say(result())) if result else None)
    if result is None:
        say(what)


HANDLERS: Mapping[str, Handler] = {"backlog": _choose}
