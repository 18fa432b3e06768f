"""Choose and order the cards of a review session."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from readq.model.values import Rating


class QueueCard(NamedTuple):
    """A due card. `kind` is `paper` or `question`, and `due` is an ISO day.

    `stability` is None if the card was never rated. Cards with a higher `priority` come first.
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
    """Return the cards to review today: by priority, then longest overdue first, never rated ones last.

    At most one card per paper and day is chosen, because one card gives away the answers to the others. `reviewed`
    holds the ids of the papers reviewed today. `limit` is the maximum number of cards, in total or per kind. A kind
    that is missing in the mapping gets no cards.
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
    """Return whether a card comes again in the same session.

    It does if it was rated `again`, unless this rating was already a `repeat`.
    """
    return rating is Rating.AGAIN and not repeat


def _order(card: QueueCard) -> tuple[int, bool, str, int]:
    return (-card.priority, card.stability is None, card.due, card.card_id)
