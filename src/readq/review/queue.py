"""What a sitting of review asks, in which order, and what it asks twice."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from readq.model.values import Rating


class QueueCard(NamedTuple):
    """A card as the queue sees it: `kind` is `paper` or `question`, `due` an ISO day, `stability` None if never rated.

    A higher `priority` is asked first.
    """

    card_id: int
    paper_id: int
    kind: str
    due: str
    stability: float | None
    priority: int = 0


def build_queue(
    cards: Sequence[QueueCard], *, today: str, limit: int | Mapping[str, int], asked: Collection[int] = ()
) -> list[QueueCard]:
    """Return the cards to ask today, in order: by priority, then longest due first, those never rated last.

    One card a paper, because the first gives the others away; papers in `asked` had theirs today. `limit` caps the
    cards, as one number or as one for each kind (a kind without a number is not asked).
    """
    left = dict(limit) if isinstance(limit, Mapping) else dict.fromkeys((card.kind for card in cards), limit)
    together = len(cards) if isinstance(limit, Mapping) else limit
    papers = set(asked)
    chosen: list[QueueCard] = []
    for card in sorted((card for card in cards if card.due <= today), key=_order):
        if len(chosen) >= together:
            break
        if card.paper_id in papers or left.get(card.kind, 0) <= 0:
            continue
        papers.add(card.paper_id)
        left[card.kind] -= 1
        chosen.append(card)
    return chosen


def is_repeated(rating: Rating, *, repeat: bool) -> bool:
    """Whether a card comes once more in the same sitting: after `again`, unless it was a `repeat` already."""
    return rating is Rating.AGAIN and not repeat


def _order(card: QueueCard) -> tuple[int, bool, str, int]:
    return (-card.priority, card.stability is None, card.due, card.card_id)
