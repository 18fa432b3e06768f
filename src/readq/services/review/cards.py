"""List due cards, choose the cards of a review session, and preview the intervals of ratings."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.config import Config
from readq.days import local_day
from readq.errors import ReadqError
from readq.model.values import CardState
from readq.review.queue import Answered, DayCount, QueueCard, Rest, build_queue, count_day
from readq.services.review import card_order, prompts
from readq.services.views import list_selection
from readq.store.papers import queries
from readq.store.papers.queries import Selection
from readq.store.review.cards import (
    Card,
    DueQuery,
    DueRow,
    Preferred,
    answered_cards,
    count_due,
    count_first_answered,
    due_rows,
    find_card,
    find_cards,
    other_rows,
    preferred_rows,
    ratings_on,
)


class DueCard(NamedTuple):
    """A due card."""

    card: int
    """The id of the card."""
    paper_id: int
    kind: str
    """The kind of the card: `paper` or `question`."""
    prompt: str
    """The text of the question for a question card, and the title of the paper for a card of the kind `paper`."""
    due: str
    """The due day, an ISO day."""
    state: CardState
    """The scheduling state of the card."""
    asks: str = ""
    """The text of the question for a question card. For a card of the kind `paper`, it names a fixed question.

    The fixed questions are `claim`, `how`, `limit` and `use`.
    """
    answer: str | None = None
    """The answer to the question. None for a card of the kind `paper`."""
    is_prioritised: bool = False
    """Whether the user gave the card priority."""

    @property
    def question(self) -> str:
        """The question to show. For a card of the kind `paper`, it is the fixed question that `asks` names."""
        from readq.review.prompts import PROMPTS

        return PROMPTS.get(self.asks, self.asks) if self.kind == "paper" else self.prompt


class ReviewChoice(NamedTuple):
    """The choice of cards for a review session."""

    query: str = ""
    """The query that finds the papers whose cards are chosen. If it is "", all papers are found."""
    more: int = 0
    """The number of cards to ask beyond the daily limit."""
    ahead: int = 0
    """Cards that become due within this number of days after today count as due."""


def due(
    connection: sqlite3.Connection, now: datetime, selection: Selection | None = None, limit: int | None = None
) -> list[DueCard]:
    """Return the cards that are due today, the longest overdue first. Return at most `limit` cards if it is given.

    Daily limits are ignored. If `selection` is not None, only the cards of the papers that it selects are returned.
    """
    return _with_prompts(connection, [row.id for row in _due_rows(connection, now, selection)[:limit]])


def count_all_due(connection: sqlite3.Connection, now: datetime, selection: Selection | None = None) -> int:
    """Return the number of cards that `due` returns without a limit."""
    return len(_due_rows(connection, now, selection))


def _due_rows(connection: sqlite3.Connection, now: datetime, selection: Selection | None) -> list[DueRow]:
    today, chosen = local_day(now).isoformat(), selection or Selection()
    return due_rows(connection, DueQuery(today, today, chosen.where, chosen.params))


def day_count(connection: sqlite3.Connection, day: date, config: Config) -> DayCount:
    """Return the number of cards to ask on the local day `day`, and the number of due cards.

    The first number is limited by the daily limit in `config`.
    """
    return count_day(*count_due(connection, day.isoformat()), config.a_day)


def review_queue(
    connection: sqlite3.Connection, now: datetime, config: Config, choice: ReviewChoice | None = None
) -> list[DueCard]:
    """Return the cards to review today: due cards, at most one for each paper, within the daily limit.

    Cards that were answered today count towards the limit. `choice` may restrict the cards to some papers, raise the
    limit, or include cards that become due soon. Raises UsageError if the query of `choice` cannot be parsed.
    """
    asked = choice or ReviewChoice()
    selection = list_selection(asked.query, now, connection) if asked.query else Selection()
    day = local_day(now)
    today, horizon = day.isoformat(), (day + timedelta(days=asked.ahead)).isoformat()
    query = DueQuery(today, horizon, selection.where, selection.params)
    preferred = Preferred(card_order.cited_papers(connection, config))
    ranked = card_order.rank(connection, preferred_rows(connection, query, preferred), preferred.cited)
    answered = answered_cards(connection, today)
    new = count_first_answered(connection, today)
    planned = build_queue(
        [QueueCard(row.id, row.paper_id, row.due, row.reps == 0, rank) for row, rank in ranked],
        today=today,
        limit=max(0, config.a_day - len(answered)) + asked.more,
        answered=Answered({card.paper_id for card in answered}, new, len(answered) - new),
        rest=Rest(
            map(_of_rest, other_rows(connection, query, preferred, is_new=True)),
            map(_of_rest, other_rows(connection, query, preferred, is_new=False)),
        ),
    )
    return _with_prompts(connection, [candidate.card_id for candidate in planned])


def _of_rest(row: DueRow) -> QueueCard:
    return QueueCard(row.id, row.paper_id, row.due, row.reps == 0, card_order.REST)


def intervals(connection: sqlite3.Connection, card_id: int, now: datetime, config: Config) -> dict[str, int]:
    """Return a dict that maps each rating to the days until the next review of the card if it gets this rating now.

    The keys are `again`, `hard`, `good` and `easy`. Raises ReadqError if there is no such card.
    """
    card = find_card(connection, card_id)
    if card is None:
        raise ReadqError(f"no card {card_id}", "see readq due")
    return preview_intervals(
        connection, [DueCard(card.id, card.paper_id, card.kind, "", card.due, card.state)], local_day(now), config
    )[card_id]


def preview_intervals(
    connection: sqlite3.Connection, cards: Sequence[DueCard], day: date, config: Config
) -> dict[int, dict[str, int]]:
    """Return a dict that maps the id of each of `cards` to the result of `intervals` for this card.

    `day` is the local day of the ratings. The intervals are computed from `DueCard.state`, even if the state in the
    library has changed meanwhile.
    """
    today = day.isoformat()
    asked_today = [card.card for card in cards if card.state.last_day is not None and card.state.last_day >= today]
    ratings: dict[int, int] = {}
    if asked_today:
        ratings = ratings_on(connection, asked_today, today)
    return {card.card: _preview(card, day, ratings.get(card.card), config) for card in cards}


def _preview(card: DueCard, day: date, rating_today: int | None, config: Config) -> dict[str, int]:
    from readq.review.fsrs import preview
    from readq.review.same_day import bound_interval, is_first_encounter
    from readq.review.schedule import Memory

    state = card.state
    is_first = is_first_encounter(state.reps, state.last_day, day.isoformat())
    if is_first or state.stability is None or state.difficulty is None:
        memory = None
    else:
        memory = Memory(state.stability, state.difficulty)
    reviews = preview(memory, elapsed_days(state.last_day, day), retention(card.kind, config))
    return {
        rating.name.lower(): bound_interval(review.interval_days, state.interval_days, rating_today)
        for rating, review in reviews.items()
    }


def unmoved_cards(connection: sqlite3.Connection, states: dict[int, CardState], day: date) -> dict[int, CardState]:
    """Return the cards that a review session can still ask, as a dict from card ids to present states.

    `states` maps the ids of the cards to their states when the session last read them. `day` is the local day. Removed,
    suspended and buried cards are left out. A card whose state has changed was answered elsewhere. It is left out too,
    unless it is now due on `day`.
    """
    today = day.isoformat()
    present = find_cards(connection, list(states))
    return {
        number: card.state
        for number, card in present.items()
        if is_open(card, today) and (card.state == states[number] or card.due <= today)
    }


def find_due_card(connection: sqlite3.Connection, card: DueCard) -> DueCard | None:
    """Return `card` with the present text of its question, or None if the card does not exist any more.

    A card of the kind `paper` keeps its question. The scheduling state and the due day are also kept, even if they
    have changed in the library, because a rating is valid only for the state in which the card was shown.
    """
    found = _with_prompts(connection, [card.card])
    if not found:
        return None
    asks = card.asks if card.kind == "paper" else found[0].asks
    return found[0]._replace(asks=asks, state=card.state, due=card.due)


def is_open(card: Card, today: str) -> bool:
    """Return whether a card may be asked on the local ISO day `today`.

    A card may be asked unless it is suspended, or buried until a later day.
    """
    return not card.suspended and (card.buried_until is None or card.buried_until <= today)


def retention(kind: str, config: Config) -> float:
    """Return the desired probability of recall in the settings, from 0.70 to 0.99.

    `kind` is the kind of the cards, `paper` or `question`.
    """
    return config.paper_retention if kind == "paper" else config.question_retention


def elapsed_days(last_day: str | None, today: date) -> int:
    """Return the number of days from `last_day`, the ISO day of the last answer, to `today`.

    Return 0 if `last_day` is None, or if it is after `today` because the clock was set back.
    """
    return max(0, (today - date.fromisoformat(last_day)).days) if last_day else 0


def _with_prompts(connection: sqlite3.Connection, card_ids: Sequence[int]) -> list[DueCard]:
    by_id = find_cards(connection, card_ids)
    cards = [by_id[number] for number in card_ids if number in by_id]
    titles = queries.titles(connection, [card.paper_id for card in cards])
    asks = prompts.next_prompts(connection, cards)
    return [
        DueCard(
            card.id,
            card.paper_id,
            card.kind,
            card.question or titles[card.paper_id],
            card.due,
            card.state,
            asks[card.id],
            card.answer,
            card.priority > 0,
        )
        for card in cards
        if card.paper_id in titles
    ]
