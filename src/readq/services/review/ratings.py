"""Rate cards: store the answers in the log, and schedule the next reviews."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.config import Config
from readq.days import instant, local_day
from readq.errors import ReadqError
from readq.model.values import ALGORITHM, CardState, Rating
from readq.services.review import card_names, prompts
from readq.services.review.cards import elapsed_days, is_open, retention
from readq.store.connection.transactions import writing
from readq.store.journal import steps
from readq.store.papers import decisions
from readq.store.review import history
from readq.store.review.cards import AnswerFacts, Card, NewAnswer, find_card, find_paper_card, log_answer, ratings_on
from readq.text import strip_controls

LONGEST_RECALL = 10_000
"""The maximum length of a typed answer that is stored, in characters. Longer answers are cut."""

RETIREMENT_DAYS = 365
"""The interval in days above which the user is asked whether to retire a card, so that it is never asked again."""


class NewRating(NamedTuple):
    """A rating of a card."""

    card: int
    """The id of the card."""
    rating: Rating
    at: datetime
    """The time at which the rating was given."""
    day: date
    """The local day for which the rating counts."""
    seen: CardState
    """The state of the card when it was shown. The rating is valid only if the card is still in this state."""
    facts: AnswerFacts = AnswerFacts()
    """Details to store with the answer, such as a typed text.

    If `facts.prompt` is None, the prompt that the card asks next is stored.
    """


class RatedCard(NamedTuple):
    """A card after a rating."""

    card: int
    """The id of the card."""
    due: str
    """The ISO day of the next review."""
    stability: float
    """The stability after the rating, in days."""
    difficulty: float
    """The difficulty after the rating, from 1 to 10."""
    interval_days: int
    """The number of days until the next review."""
    step: int
    """The number of the step in the undo history that contains the rating."""
    reps: int
    """The number of answers."""
    lapses: int
    """The number of lapses: days on which the user forgot a card that the user knew before."""
    last_day: str
    """The ISO day for which the rating counts."""

    @property
    def may_retire(self) -> bool:
        """Whether the user should be asked to retire the card, because its interval is longer than a year."""
        return self.interval_days > RETIREMENT_DAYS

    @property
    def state(self) -> CardState:
        """The scheduling state of the card after the rating."""
        return CardState(
            self.stability, self.difficulty, self.interval_days, self.due, self.last_day, self.reps, self.lapses
        )


class RatingTargets(NamedTuple):
    """The cards to rate."""

    names: Sequence[str] = ()
    """The names of cards, in the form `card:ID`."""
    ids: Sequence[int] = ()
    """The ids of papers."""
    reps: int | None = None
    """If it is not None, a card is rated only if it has exactly this number of answers so far."""
    recalled: str | None = None
    """The typed answer to store with each rating, or None."""


class RatingResult(NamedTuple):
    """The result of rating cards."""

    rated: list[RatedCard]
    """The cards after their ratings."""
    missing: tuple[str, ...] = ()
    """The names of cards that do not exist."""
    moved: tuple[tuple[int, int], ...] = ()
    """The ids of cards that were not rated because of `RatingTargets.reps`, each with its number of answers."""
    without_card: tuple[int, ...] = ()
    """The ids of papers that were not rated because of `RatingTargets.reps`: they have no card, so no answers."""
    dropped: tuple[int, ...] = ()
    """The ids of dropped papers. Their cards were not rated, because a dropped paper is not in review."""


def answer(connection: sqlite3.Connection, given: NewRating, config: Config) -> RatedCard | None:
    """Rate a card as one step of the undo history, if its state is still `given.seen`.

    Return the card after the rating. Return None and write nothing if the card was answered, suspended, buried or
    removed elsewhere.
    """
    with writing(connection):
        card = find_card(connection, given.card)
        if card is None or card.state != given.seen or not is_open(card, given.day.isoformat()):
            return None
        step = steps.begin(connection, instant(given.at), _step_name(given.rating))
        rated = _log(connection, step, card, given, config)
        steps.finish(connection, step)
    return rated


def was_forgotten_before(connection: sqlite3.Connection, card_id: int, day: date) -> bool:
    """Return whether the user forgot a card when it was last asked, on a day before the local day `day`.

    A card is forgotten on a day if its first answer on that day is `again`. Return False if the card has no answer, or
    if its last answer is on `day` or later.
    """
    card = find_card(connection, card_id)
    if card is None or not card.reps or not card.last_day or card.last_day >= day.isoformat():
        return False
    last = history.last_answers(connection, [card_id]).get(card_id)
    return last is not None and last.rating == Rating.AGAIN


def rate(connection: sqlite3.Connection, card_id: int, rating: Rating, now: datetime, config: Config) -> RatedCard:
    """Rate the card with the id `card_id`, as one step of the undo history. Return the card after the rating.

    Raises ReadqError if there is no such card, or if its paper is dropped.
    """
    rated = rate_all(connection, RatingTargets(names=[f"card:{card_id}"]), rating, now, config).rated
    if not rated:
        raise ReadqError(f"no card {card_id}", "see readq due")
    return rated[0]


def rate_papers(
    connection: sqlite3.Connection, ids: Sequence[int], rating: Rating, now: datetime, config: Config
) -> list[RatedCard]:
    """Rate the card of each paper with `rating`, as one step of the undo history. Return the cards after the rating.

    The card of a paper is its card of the kind `paper`, not a question card. Papers that are not in review are enrolled
    first. Dropped papers are skipped.
    """
    return rate_all(connection, RatingTargets(ids=ids), rating, now, config).rated


def rate_all(
    connection: sqlite3.Connection, targets: RatingTargets, rating: Rating, now: datetime, config: Config
) -> RatingResult:
    """Rate the cards in `targets` with `rating`, as one step of the undo history. Return the result.

    For a paper in `targets`, its card of the kind `paper` is rated, not its question cards. A card is rated once even
    if it is named twice. A paper that is not in review is enrolled first. If the paper has no card yet, it gets a new
    card. Such a paper is skipped if `targets.reps` is greater than 0, because a new card has no answers.
    """
    with writing(connection):
        step = steps.begin(connection, instant(now), _step_name(rating))
        named = {name: _named_card(connection, name) for name in targets.names}
        own = {paper_id: find_paper_card(connection, paper_id) for paper_id in targets.ids}
        known = {card.id: card for card in (*named.values(), *own.values()) if card is not None}
        moved = {card.id: card.reps for card in known.values() if targets.reps not in (None, card.reps)}
        without_card = tuple(paper_id for paper_id, card in own.items() if card is None and targets.reps)
        to_enrol = [paper_id for paper_id, card in own.items() if (card.id not in moved if card else not targets.reps)]
        papers = [*to_enrol, *(card.paper_id for card in known.values())]
        dropped = decisions.dropped(connection, decisions.listed(papers))
        decisions.enrol(connection, step, decisions.listed(to_enrol), local_day(now).isoformat(), instant(now))
        enrolled = (find_paper_card(connection, paper_id) for paper_id in to_enrol)
        cards = {card.id: card for card in (*named.values(), *enrolled) if card is not None}
        asked = [card for card in cards.values() if card.id not in moved and card.paper_id not in dropped]
        asks, recalled, day = prompts.next_prompts(connection, asked), _kept_text(targets.recalled), local_day(now)
        rated = [
            _log(
                connection,
                step,
                card,
                NewRating(card.id, rating, now, day, card.state, AnswerFacts(asks[card.id], recalled)),
                config,
            )
            for card in asked
        ]
        steps.finish(connection, step)
    missing = tuple(name for name, card in named.items() if card is None)
    return RatingResult(rated, missing, tuple(moved.items()), without_card, dropped)


def _named_card(connection: sqlite3.Connection, name: str) -> Card | None:
    number = card_names.number(name)
    return None if number is None else find_card(connection, number)


def _kept_text(text: str | None) -> str | None:
    """Return a typed text as it is stored: without control characters, and cut to LONGEST_RECALL characters."""
    return (strip_controls(text).strip()[:LONGEST_RECALL] or None) if text else None


def _step_name(rating: Rating) -> str:
    return f"rated {rating.name.lower()}"


def _log(connection: sqlite3.Connection, step: int, card: Card, given: NewRating, config: Config) -> RatedCard:
    from readq.review.fsrs import preview
    from readq.review.same_day import bound_interval, is_first_encounter
    from readq.review.schedule import Memory

    # The days of the log must not decrease, even if the clock was set back.
    day = max(given.day, date.fromisoformat(card.last_day)) if card.last_day else given.day
    is_first = is_first_encounter(card.reps, card.last_day, day.isoformat())
    if is_first or card.stability is None or card.difficulty is None:
        memory = None
    else:
        memory = Memory(card.stability, card.difficulty)
    elapsed, wanted = elapsed_days(card.last_day, day), retention(card.kind, config)
    review = preview(memory, elapsed, wanted)[given.rating]
    rating_today = ratings_on(connection, [card.id], day.isoformat()).get(card.id)
    interval_days = bound_interval(review.interval_days, card.interval_days, rating_today)
    offset = given.at.utcoffset()
    facts = given.facts._replace(recalled=_kept_text(given.facts.recalled))
    if facts.prompt is None:
        facts = facts._replace(prompt=prompts.next_prompts(connection, [card])[card.id])
    log_answer(
        connection,
        step,
        card,
        NewAnswer(
            rating=int(given.rating),
            at=instant(given.at),
            at_ms=int(given.at.timestamp() * 1000),
            day=day.isoformat(),
            utc_offset=int(offset.total_seconds()) if offset else 0,
            elapsed_days=elapsed,
            stability=review.stability,
            difficulty=review.difficulty,
            interval_days=interval_days,
            due=(day + timedelta(days=interval_days)).isoformat(),
            retention=wanted,
            algorithm=ALGORITHM,
            facts=facts,
        ),
    )
    return _rated(connection, card.id, step)


def _rated(connection: sqlite3.Connection, card_id: int, step: int) -> RatedCard:
    card = find_card(connection, card_id)
    if card is None or card.stability is None or card.difficulty is None or card.interval_days is None:
        raise TypeError(f"card {card_id} has no schedule after its rating")
    return RatedCard(
        card.id, card.due, card.stability, card.difficulty, card.interval_days, step, card.reps, card.lapses,
        card.last_day or "",
    )  # fmt: skip
