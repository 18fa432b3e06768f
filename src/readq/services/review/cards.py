"""List due cards, and rate, bury, prioritise and suspend cards."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.config import Config
from readq.days import instant, local_day
from readq.errors import ReadqError
from readq.model.values import ALGORITHM, Rating
from readq.services.history.steps import Outcome, run_as_step
from readq.services.papers.triage import enrol
from readq.store.connection.transactions import writing
from readq.store.journal import steps
from readq.store.papers import decisions, queries
from readq.store.papers.queries import Selection
from readq.store.references import MAX_DIGITS
from readq.store.review.cards import (
    Card,
    NewAnswer,
    count_answered,
    due_cards,
    find_card,
    find_paper_card,
    log_answer,
    papers_answered,
)


class DueCard(NamedTuple):
    """A due card. `card` is its id. `kind` is `paper` or `question`. `due` is an ISO day.

    `prompt` is the question, or the title of the paper for a card of the kind `paper`.
    """

    card: int
    paper_id: int
    kind: str
    prompt: str
    due: str


class RatedCard(NamedTuple):
    """A card after a rating. `card` is its id. `due` is the ISO day of the next review, in `interval_days` days.

    `stability` is in days, `difficulty` is from 1 to 10. `step` is the number of the journal step of the rating, by
    which it can be undone.
    """

    card: int
    due: str
    stability: float
    difficulty: float
    interval_days: int
    step: int


def due(connection: sqlite3.Connection, now: datetime, selection: Selection | None = None) -> list[DueCard]:
    """Return all cards that are due today, the longest overdue first. Daily limits are ignored.

    `selection` selects papers, and only their cards are returned. If it is None, the cards of all papers are returned.
    """
    chosen = selection or Selection()
    cards = due_cards(connection, local_day(now).isoformat(), chosen.where, chosen.params)
    return _with_prompts(connection, cards)


def review_queue(
    connection: sqlite3.Connection, now: datetime, config: Config, selection: Selection | None = None
) -> list[DueCard]:
    """Return the cards to review today: due cards, one for each paper, as many as the daily limits still allow.

    `selection` selects papers, and only their cards are returned. If it is None, the cards of all papers are
    considered.
    """
    from readq.review.queue import QueueCard, build_queue

    today = local_day(now).isoformat()
    chosen = selection or Selection()
    cards = due_cards(connection, today, chosen.where, chosen.params)
    done = count_answered(connection, today)
    limits = {"paper": config.papers_a_day, "question": config.questions_a_day}
    planned = build_queue(
        [QueueCard(card.id, card.paper_id, card.kind, card.due, card.stability, card.priority) for card in cards],
        today=today,
        limit={kind: max(0, limit - done.get(kind, 0)) for kind, limit in limits.items()},
        reviewed=papers_answered(connection, today),
    )
    by_id = {card.id: card for card in cards}
    return _with_prompts(connection, [by_id[candidate.card_id] for candidate in planned])


def intervals(connection: sqlite3.Connection, card_id: int, now: datetime, config: Config) -> dict[str, int]:
    """Return the number of days until the next review of a card, for each of the ratings again, hard, good and easy.

    Raises ReadqError if there is no such card.
    """
    card = _card(connection, card_id)
    return _intervals(card, local_day(now), config)


def rate(connection: sqlite3.Connection, card_id: int, rating: Rating, now: datetime, config: Config) -> RatedCard:
    """Rate the card with the id `card_id`, as one step. Raises ReadqError if there is no such card."""
    with writing(connection):
        step = steps.begin(connection, instant(now), _step_name(rating))
        rated = _answer(connection, step, _card(connection, card_id), rating, now, config)
        steps.finish(connection, step)
    return rated


def rate_papers(
    connection: sqlite3.Connection, ids: Sequence[int], rating: Rating, now: datetime, config: Config
) -> list[RatedCard]:
    """Rate the card of each paper with `rating`, as one step. Return the rated cards.

    The card of a paper is its card of the kind `paper`, not a question card. Papers that are not in review are enrolled
    first.
    """
    return rate_all(connection, (), ids, rating, now, config)[0]


def rate_all(
    connection: sqlite3.Connection,
    names: Sequence[str],
    ids: Sequence[int],
    rating: Rating,
    now: datetime,
    config: Config,
) -> tuple[list[RatedCard], tuple[str, ...]]:
    """Rate single cards, and the cards of papers, with the same `rating`, as one step.

    `names` are names of cards in the form `card:ID`. `ids` are ids of papers. For a paper, its card of the kind `paper`
    is rated, not its question cards. A card is rated once even if it is named twice. Papers that are not in review are
    enrolled first. Return the rated cards, and the names in `names` for which there is no card.
    """
    with writing(connection):
        step = steps.begin(connection, instant(now), _step_name(rating))
        decisions.enrol(connection, step, decisions.listed(ids), local_day(now).isoformat(), instant(now))
        named = {name: _named_card(connection, name) for name in names}
        own = (find_paper_card(connection, paper_id) for paper_id in ids)
        cards = {card.id: card for card in (*named.values(), *own) if card is not None}
        rated = [_answer(connection, step, card, rating, now, config) for card in cards.values()]
        steps.finish(connection, step)
    return rated, tuple(name for name, card in named.items() if card is None)


def _named_card(connection: sqlite3.Connection, name: str) -> Card | None:
    number = name.removeprefix("card:")
    is_number = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
    return find_card(connection, int(number)) if is_number else None


def bury(connection: sqlite3.Connection, card_id: int, now: datetime) -> Outcome:
    """Hide a card until tomorrow, as one step. Raises ReadqError if there is no such card."""
    card = _card(connection, card_id)
    tomorrow = (local_day(now) + timedelta(days=1)).isoformat()
    return run_as_step(
        connection,
        [card.paper_id],
        "buried",
        now,
        lambda step, _: decisions.set_card(connection, step, card_id, "buried_until", tomorrow),
    )


def prioritise(connection: sqlite3.Connection, card_id: int, now: datetime) -> bool:
    """Give a card priority, or remove its priority if it has priority, as one step. Return whether it has priority now.

    Cards with priority are reviewed before other cards. Raises ReadqError if there is no such card.
    """
    card = _card(connection, card_id)
    run_as_step(
        connection,
        [card.paper_id],
        "priority taken off" if card.priority else "prioritised",
        now,
        lambda step, _: decisions.set_card(connection, step, card_id, "priority", int(not card.priority)),
    )
    return not card.priority


def suspend(connection: sqlite3.Connection, card_id: int, now: datetime) -> Outcome:
    """Take the paper of a card out of review, as one step. Raises ReadqError if there is no such card."""
    return enrol(connection, [_card(connection, card_id).paper_id], False, now)


def _step_name(rating: Rating) -> str:
    return f"rated {rating.name.lower()}"


def _card(connection: sqlite3.Connection, card_id: int) -> Card:
    card = find_card(connection, card_id)
    if card is None:
        raise ReadqError(f"no card {card_id}", "see readq due")
    return card


def _with_prompts(connection: sqlite3.Connection, cards: Sequence[Card]) -> list[DueCard]:
    titles = {row.id: row.title for row in queries.queue_rows(connection, [card.paper_id for card in cards])}
    return [
        DueCard(card.id, card.paper_id, card.kind, card.question or titles[card.paper_id], card.due) for card in cards
    ]


def _retention(card: Card, config: Config) -> float:
    return config.paper_retention if card.kind == "paper" else config.question_retention


def _elapsed(card: Card, today: date) -> int:
    """Return the days since the last answer; never negative, even if the clock was set back."""
    return max(0, (today - date.fromisoformat(card.last_day)).days) if card.last_day else 0


def _intervals(card: Card, today: date, config: Config) -> dict[str, int]:
    from readq.review.fsrs import Memory, preview

    memory = None if card.stability is None or card.difficulty is None else Memory(card.stability, card.difficulty)
    reviews = preview(memory, _elapsed(card, today), _retention(card, config))
    return {rating.name.lower(): review.interval_days for rating, review in reviews.items()}


def _answer(
    connection: sqlite3.Connection, step: int, card: Card, rating: Rating, now: datetime, config: Config
) -> RatedCard:
    from readq.review.fsrs import Memory, preview

    # The days of the log must not decrease, even if the clock was set back.
    today = max(local_day(now), date.fromisoformat(card.last_day)) if card.last_day else local_day(now)
    memory = None if card.stability is None or card.difficulty is None else Memory(card.stability, card.difficulty)
    retention = _retention(card, config)
    elapsed = _elapsed(card, today)
    review = preview(memory, elapsed, retention)[rating]
    due_day = (today + timedelta(days=review.interval_days)).isoformat()
    offset = now.utcoffset()
    answer = NewAnswer(
        rating=int(rating),
        at=instant(now),
        at_ms=int(now.timestamp() * 1000),
        day=today.isoformat(),
        utc_offset=int(offset.total_seconds()) if offset else 0,
        elapsed_days=elapsed,
        stability=review.stability,
        difficulty=review.difficulty,
        interval_days=review.interval_days,
        due=due_day,
        retention=retention,
        algorithm=ALGORITHM,
    )
    log_answer(connection, step, card, answer)
    return RatedCard(card.id, due_day, review.stability, review.difficulty, review.interval_days, step)
