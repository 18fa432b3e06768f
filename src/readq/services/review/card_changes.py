"""Bury, prioritise, suspend and retire review cards. Each call is one step of the undo history.

A buried card is hidden until a day. A suspended card is hidden until the suspension ends. A retired card is not asked
any more, because the user has learnt it or has given it up.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from readq.days import local_day
from readq.errors import ReadqError
from readq.services.history.steps import Outcome, run_as_step
from readq.store.papers import decisions
from readq.store.review.cards import Card, cards_of_papers, find_card, find_cards


def bury(connection: sqlite3.Connection, card_id: int, now: datetime, day: date | None = None) -> Outcome:
    """Hide a card until the day after the local day `day`, as one step of the undo history. Return the outcome.

    If `day` is None, the day of `now` is used. Raises ReadqError if there is no such card.
    """
    card = _card(connection, card_id)
    tomorrow = ((day or local_day(now)) + timedelta(days=1)).isoformat()
    return run_as_step(
        connection,
        [card.paper_id],
        "buried",
        now,
        lambda step, _: decisions.set_card(connection, step, card_id, "buried_until", tomorrow),
    )


def prioritise(connection: sqlite3.Connection, card_id: int, now: datetime) -> tuple[bool, Outcome]:
    """Give priority to a card, or take the priority away if the card has it, as one step of the undo history.

    Return whether the card has priority now, and the outcome. Cards with priority are reviewed before other cards.
    Raises ReadqError if there is no such card.
    """
    card = _card(connection, card_id)
    outcome = run_as_step(
        connection,
        [card.paper_id],
        "priority taken off" if card.priority else "prioritised",
        now,
        lambda step, _: decisions.set_card(connection, step, card_id, "priority", int(not card.priority)),
    )
    return not card.priority, outcome


def suspend(connection: sqlite3.Connection, card_id: int, now: datetime) -> Outcome:
    """Suspend a card, as one step of the undo history. Return the outcome.

    The card keeps its schedule. Raises ReadqError if there is no such card.
    """
    card = _card(connection, card_id)
    return _suspend(connection, [card.paper_id], [card], True, now)


def suspend_papers(connection: sqlite3.Connection, ids: Sequence[int], suspended: bool, now: datetime) -> Outcome:
    """Suspend all cards of papers, or end their suspension if `suspended` is False. Return the outcome.

    The change is one step of the undo history. The cards keep their schedules. If `suspended` is False, retired cards
    and cards of dropped papers stay suspended.
    """
    return _suspend(connection, ids, cards_of_papers(connection, ids), suspended, now)


def retire(
    connection: sqlite3.Connection, ids: Sequence[int], retired: bool, now: datetime, cards: Sequence[int] = ()
) -> Outcome:
    """Retire cards, or end their retirement if `retired` is False, as one step of the undo history. Return the outcome.

    A retired card is not asked any more, but keeps its history and schedule. `cards` are the ids of the cards to
    change. `ids` are the ids of papers. Their cards of the kind `paper` are changed too, and their question cards are
    not. A retired card is also suspended. If `retired` is False, the suspension ends too, except for cards of dropped
    papers.
    """
    day = local_day(now).isoformat() if retired else None
    named = find_cards(connection, cards)
    changing = _to_retire(connection, ids, retired, named)
    papers = [*ids, *(card.paper_id for card in named.values())]

    def act(step: int, _: object) -> None:
        dropped = () if retired else decisions.dropped(connection, decisions.listed(papers))
        for card in changing:
            decisions.set_card(connection, step, card.id, "retired", day)
            if card.paper_id not in dropped:
                decisions.set_card(connection, step, card.id, "suspended", int(retired))

    return run_as_step(connection, papers, "retired" if retired else "taken back into review", now, act)


def to_retire(
    connection: sqlite3.Connection, ids: Sequence[int], retired: bool, cards: Sequence[int] = ()
) -> list[Card]:
    """Return the cards that `retire` would change with the same arguments."""
    return _to_retire(connection, ids, retired, find_cards(connection, cards))


def _to_retire(
    connection: sqlite3.Connection, ids: Sequence[int], retired: bool, named: Mapping[int, Card]
) -> list[Card]:
    own = {card.id: card for card in cards_of_papers(connection, ids) if card.kind == "paper"}
    return [card for card in {**own, **named}.values() if (card.retired is not None) != retired]


def _suspend(
    connection: sqlite3.Connection, ids: Sequence[int], cards: Sequence[Card], suspended: bool, now: datetime
) -> Outcome:
    def act(step: int, _: object) -> None:
        dropped = () if suspended else decisions.dropped(connection, decisions.listed(ids))
        for card in cards:
            if card.paper_id not in dropped and card.retired is None:
                decisions.set_card(connection, step, card.id, "suspended", int(suspended))

    return run_as_step(connection, ids, "suspended" if suspended else "unsuspended", now, act)


def _card(connection: sqlite3.Connection, card_id: int) -> Card:
    card = find_card(connection, card_id)
    if card is None:
        raise ReadqError(f"no card {card_id}", "see readq due")
    return card
