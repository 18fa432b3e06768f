"""Choose and order the cards of a review session."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from readq.model.values import Rating


class QueueCard(NamedTuple):
    """A due card. `kind` is `paper` or `question`. `due` is an ISO day.

    `stability` is None if the card was never rated. Cards with a higher `priority` are asked first.
    """

    card_id: int
    paper_id: int
    kind: str
    due: str
    stability: float | None
    priority: int = 0


def build_queue(
    cards: Sequence[QueueCard], *, today: str, limit: int | Mapping[str, int], reviewed: Collection[int] = ()
) -> list[QueueCard]:
    """Return the cards to review today in the order in which to ask them. Cards with the highest priority come first.

    Among cards of equal priority, cards that were rated before come first, the longest overdue first. At most one card
    of a paper is chosen, because one card gives away the answers to the others. `today` is an ISO day. `limit` is the
    maximum number of cards, in all or for each `kind`. A `kind` that is missing in the mapping gets no cards.
    `reviewed` holds the ids of papers that were reviewed today; their cards are left out.
    """
    remaining = dict(limit) if isinstance(limit, Mapping) else dict.fromkeys((card.kind for card in cards), limit)
    total = len(cards) if isinstance(limit, Mapping) else limit
    papers = set(reviewed)
    chosen: list[QueueCard] = []
    for card in sorted((card for card in cards if card.due <= today), key=_order):
        if len(chosen) >= total:
            break
        if card.paper_id in papers or remaining.get(card.kind, 0) <= 0:
            continue
        papers.add(card.paper_id)
        remaining[card.kind] -= 1
        chosen.append(card)
    return chosen


def is_repeated(rating: Rating, *, repeat: bool) -> bool:
    """Return whether a card with the rating `rating` is asked again in the same session.

    Only the rating `again` repeats a card, and only once. `repeat` is True if the card has been repeated already.
    """
    return rating is Rating.AGAIN and not repeat


def _order(card: QueueCard) -> tuple[int, bool, str, int]:
    return (-card.priority, card.stability is None, card.due, card.card_id)
