"""Merge the review cards of one paper against a base, the paper's record in the common past of both libraries."""

from collections.abc import Mapping, Sequence
from typing import Any

from readq.merge.records import decision, greater, holds_anything, join_answers, join_card
from readq.merge.three_way.values import choose, without_removed
from readq.model.records import AnswerRecord, CardRecord, PaperRecord
from readq.review.questions import Question, similarity

_Name = tuple[str, str]
"""The identity of a card: its kind and its question.

If the base has the card, the question is the question in the base.
"""


def merge_cards(base: PaperRecord, ours: PaperRecord, theirs: PaperRecord) -> tuple[CardRecord, ...]:
    """Merge the cards of one paper, each card field by field. `base` is the paper's record in the common past.

    A merged card has the answers of both sides. An answer of `base` that one side has undone is left out. A card whose
    question one side reworded counts as the same card. A card of `base` that one side removed is kept if the other side
    changed it. If this card is of the kind `paper`, it loses the answers of `base`, because a side removes such a card
    only after it has undone these answers. If nothing worth keeping is left (see `holds_anything`), it is left out.
    """
    before = {_name(card): card for card in base.cards}
    mine, other = _by_name(before, ours.cards), _by_name(before, theirs.cards)
    # Both sides may have given two cards one text.
    merged: dict[_Name, CardRecord] = {}
    for name in sorted({*mine, *other}):
        own, their = mine.get(name), other.get(name)
        if name in before or own is None or their is None:
            card = _merge_card(before.get(name), own, their)
        else:
            card = _join(own, their, decision(ours), decision(theirs))
        if card is not None:
            same = merged.get(_name(card))
            merged[_name(card)] = _same_text(same, card) if same else card
    return tuple(merged[name] for name in sorted(merged))


def _join(ours: CardRecord, theirs: CardRecord, our_decision: Any, their_decision: Any) -> CardRecord | None:  # noqa: ANN401 - sort keys
    """Join a card that both sides made, by the rules for a merge without a base."""
    later, earlier = (ours, theirs) if our_decision >= their_decision else (theirs, ours)
    return join_card(later, earlier, our_decision == their_decision)


def _name(card: CardRecord) -> _Name:
    return card.kind, card.question or ""


def _by_name(before: Mapping[_Name, CardRecord], cards: Sequence[CardRecord]) -> dict[_Name, CardRecord]:
    """Return a dict that maps names in the base to the cards of one side. A reworded question has its former name."""
    found = {_name(card): card for card in cards if _name(card) in before}
    gone = [name for name in before if name not in found and name[0] == "question"]
    changed = [card for card in cards if _name(card) not in before]
    # The questions of one note are often made at one time, so that several of them could be a changed question.
    alike = sorted(
        (-_likeness(before[name], card), name, place)
        for name in gone
        for place, card in enumerate(changed)
        if _is_same(before[name], card)
    )
    former: dict[int, _Name] = {}
    for _, name, place in alike:
        if name not in found and place not in former:
            former[place] = name
            found[name] = changed[place]
    return found | {_name(card): card for place, card in enumerate(changed) if place not in former}


def reworded(before: Sequence[CardRecord], after: Sequence[CardRecord]) -> dict[str, str]:
    """Return a dict that maps the former text of each reworded question to its present text.

    `before` and `after` are the cards of one paper before and after a merge.
    """
    names = {_name(card): card for card in before}
    pairs = ((name, card.question) for name, card in _by_name(names, after).items() if name in names)
    return {former: present for (_, former), present in pairs if present is not None and present != former}


def _likeness(before: CardRecord, card: CardRecord) -> float:
    """Return how likely `card` is `before` with a changed text. An answer to both is the best sign."""
    if before.answers and before.answers[0] in card.answers:
        return 2.0
    one, other = (Question(each.question or "", each.answer or "") for each in (before, card))
    return similarity(one, other)


def _is_same(before: CardRecord, card: CardRecord) -> bool:
    """Return whether `card` is `before`, a card of the base, with a changed text.

    Such a card was made at the same time as `before`, and has its answers.
    """
    if card.kind != "question" or before.created is None or before.created != card.created:
        return False
    return not before.answers or before.answers[0] in card.answers or before.answer == card.answer


def _merge_card(base: CardRecord | None, ours: CardRecord | None, theirs: CardRecord | None) -> CardRecord | None:
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    if base is None or ours is None or theirs is None:
        left = theirs if ours is None else ours
        if left is None or base is None or left.kind != "paper":
            return left
        if base.answers:
            return _without_undone(base, left)
        # The other side only took it out of review.
        out = base._replace(enrolled=False, due=None, buried_until=None, priority=0, retired=None)
        ours, theirs = ours or out, theirs or out
    answers = _merge_answers(base.answers, ours.answers, theirs.answers)
    enrolled = choose(base.enrolled, ours.enrolled, theirs.enrolled, max)
    card = CardRecord(
        ours.kind,
        choose(base.question, ours.question, theirs.question, greater),
        choose(base.answer, ours.answer, theirs.answer, greater),
        enrolled,
        None,
        choose(base.buried_until, ours.buried_until, theirs.buried_until, greater),
        choose(base.priority, ours.priority, theirs.priority, max),
        answers,
        None if enrolled else choose(base.retired, ours.retired, theirs.retired, greater),
        choose(base.orphaned, ours.orphaned, theirs.orphaned, greater),
        min(filter(None, (base.created, ours.created, theirs.created)), default=None),
    )
    due = choose(base.due, ours.due, theirs.due, lambda one, other: min(filter(None, (one, other)), default=None))
    return _with_due(card, due, ours, theirs) if card.kind != "paper" or holds_anything(card) else None


def _without_undone(base: CardRecord, card: CardRecord) -> CardRecord | None:
    """Return a changed card of one side without the answers of the base. Return None if nothing is left in it.

    The other side has the card no more, because it took these answers back.
    """
    left = card._replace(answers=_merge_answers(base.answers, (), card.answers))
    return _with_due(left, left.due, card) if holds_anything(left) else None


def _with_due(card: CardRecord, due: str | None, *sides: CardRecord) -> CardRecord:
    """Return the card with its due day, which it has only if it is in review without answers.

    If `due` is None, the due day is the first day of `sides`.
    """
    if not card.enrolled or card.is_rated:
        return card
    days = [answer.day for side in sides for answer in side.answers]
    return card._replace(due=due or min(filter(None, (*(side.due for side in sides), *days)), default=None))


def _merge_answers(
    base: Sequence[AnswerRecord], ours: Sequence[AnswerRecord], theirs: Sequence[AnswerRecord]
) -> tuple[AnswerRecord, ...]:
    """Unite the answers of both sides, without the answers that one side took back."""
    before, mine, other = ([(one.at, one.rating, one.kind) for one in side] for side in (base, ours, theirs))
    kept = [
        [answer for answer, stays in zip(side, without_removed(before, own, against), strict=True) if stays]
        for side, own, against in ((ours, mine, other), (theirs, other, mine))
    ]
    return join_answers(*kept)


def _same_text(one: CardRecord, other: CardRecord) -> CardRecord:
    """Join two cards that have the same text."""
    first, second = sorted((one, other), key=repr)
    joined = first._replace(
        answers=join_answers(first.answers, second.answers), enrolled=one.enrolled or other.enrolled
    )
    return joined._replace(due=None) if joined.is_rated or not joined.enrolled else joined
