"""Two records of one paper joined into one, the same whichever side is asked first.

Each rule picks by content, never by side or by the clock, and what it gave absorbs both records when it meets them
again. So two libraries that exchange dumps in either order end up equal, and a second time brings nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

from readq.model import edit_marks
from readq.model.paper_fields import FIELDS
from readq.model.records import AnswerRecord, CardRecord, PaperRecord, SightingRecord
from readq.model.values import CONFLICT_HEADING, Status

_RECORD = tuple(name for name, rule in FIELDS.items() if rule.in_record)
_SINGLE = tuple(name for name, rule in FIELDS.items() if not rule.in_record)

_RANK = {str(status): rank for rank, status in enumerate(Status)}
_BETWEEN_NOTES = f"\n\n{CONFLICT_HEADING}\n\n"


def join(records: Sequence[PaperRecord], key: str) -> PaperRecord:
    """What records say of one paper, which has the citation key `key` from now on.

    The later decision wins; tags, aliases, identifiers, sightings and answers are united; a star anywhere stays; a
    field that a person set beats what a source said and what was set earlier, and a more trusted source a less trusted
    one. Of records that are trusted alike the fullest one counts, as a whole: the others only fill its gaps.
    """
    first, *others = sorted(set(records), key=_size)
    if not others and first.key == key:
        return first
    # Metadata is that of all together, so that it is the same whichever two meet first.
    return replace(
        reduce(_joined, others, first), key=key, aliases=_former_keys(key, records), **_metadata_of([first, *others])
    )


def _size(paper: PaperRecord) -> tuple[int, int, str]:
    """In an order of their own, so that no side comes first; a record that holds the others' texts leads."""
    return -len(paper.note or ""), -sum(len(card.answers) for card in paper.cards), repr(paper)


def _joined(one: PaperRecord, other: PaperRecord) -> PaperRecord:
    later, earlier = sorted((one, other), key=_decision, reverse=True)
    return replace(
        one,
        key_frozen=one.key_frozen or other.key_frozen,
        trust=max(one.trust, other.trust),
        edited=edit_marks.marked(edit_marks.latest((*one.edited, *other.edited))),
        identifiers=_united(one.identifiers, other.identifiers),
        sightings=_sightings(one.sightings, other.sightings),
        status=later.status,
        decided=later.decided,
        starred=one.starred or other.starred,
        snoozed_until=later.snoozed_until,
        added=min(one.added, other.added),
        tags=_united(one.tags, other.tags),
        note=joined_note(one.note, other.note),
        cards=_cards(later, earlier, tied=_decision(later) == _decision(earlier)),
    )


def _former_keys(present: str, records: Iterable[PaperRecord]) -> tuple[str, ...]:
    by_fold: dict[str, str] = {}
    for key in sorted({key for paper in records for key in (paper.key, *paper.aliases)}):
        by_fold.setdefault(key.casefold(), key)
    by_fold.pop(present.casefold(), None)
    return tuple(sorted(by_fold.values()))


def _metadata_of(records: Sequence[PaperRecord]) -> dict[str, Any]:
    edited = edit_marks.latest(mark for paper in records for mark in paper.edited)
    in_order = sorted(records, key=partial(_gaps, [name for name in _RECORD if name not in edited]))
    values = {name: _first([getattr(paper, name) for paper in in_order]) for name in _RECORD}
    for name in _SINGLE:
        said = [(paper.trust, _fullness(value), value) for paper in records if (value := getattr(paper, name))]
        values[name] = max(said)[-1] if said else None
    for name, at in edited.items():
        set_last = [getattr(paper, name) for paper in records if edit_marks.latest(paper.edited).get(name) == at]
        # Nothing says which is better: the fuller one, so that both sides choose alike.
        values[name] = max(set_last, key=_fullness)
    return values


def _first(values: Sequence[Any]) -> Any:  # noqa: ANN401 - of that field's type
    return next(filter(None, values), values[0])


def _gaps(names: Sequence[str], paper: PaperRecord) -> tuple[object, ...]:
    """The order of records, the fullest first, by what no person set: source, what BibTeX knows, gaps, then age."""
    fields = paper.fields if "fields" in names else ()
    values = [getattr(paper, name) for name in names]
    return -paper.trust, -len(repr(fields)), -sum(map(bool, values)), paper.added, repr(fields), repr(values)


def _fullness(value: object) -> tuple[bool, int, str]:
    return value is not None, len(repr(value)), repr(value)


def _decision(paper: PaperRecord) -> tuple[str, int, str]:
    return paper.decided or "", _RANK[paper.status], paper.snoozed_until or ""


def _united(one: Iterable[Any], other: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted({*one, *other}))


def _greater(one: Any, other: Any) -> Any:  # noqa: ANN401 - anything with an order, or None
    return other if one is None or (other is not None and other > one) else one


def _sightings(one: Iterable[SightingRecord], other: Iterable[SightingRecord]) -> tuple[SightingRecord, ...]:
    found = {(seen.feed, seen.day): seen for seen in one}
    for seen in other:
        old = found.get((seen.feed, seen.day), seen)
        found[seen.feed, seen.day] = SightingRecord(
            seen.feed, seen.day, *(_greater(before, now) for before, now in zip(old[2:], seen[2:], strict=True))
        )
    return tuple(found[place] for place in sorted(found))


def joined_note(one: str | None, other: str | None) -> str | None:
    """Both texts where they differ, under a heading; a text that the other holds line by line is not repeated."""
    if one is None or other is None or one == other:
        return other if one is None else one
    here, there = _parts(one), _parts(other)
    kept_here = all(_is_within(part, there) for part in here)
    kept_there = all(_is_within(part, here) for part in there)
    if kept_here != kept_there:
        return other if kept_here else one
    parts = {*here, *there}
    return _BETWEEN_NOTES.join(sorted(part for part in parts if not _is_within(part, parts - {part})))


def _parts(text: str) -> list[str]:
    parts = [part.strip("\n") for part in text.split(_BETWEEN_NOTES)]
    return [part for part in parts if part] or [text]


def _is_within(part: str, texts: Iterable[str]) -> bool:
    return any(f"\n{part}\n" in f"\n{text}\n" for text in texts)


def _cards(later: PaperRecord, earlier: PaperRecord, *, tied: bool) -> tuple[CardRecord, ...]:
    """Cards united. In review or not goes with the later decision; between equal ones, being in review wins."""
    new = {(card.kind, card.question or ""): card for card in later.cards}
    old = {(card.kind, card.question or ""): card for card in earlier.cards}
    joined = (_card(new.get(place), old.get(place), tied) for place in sorted({*new, *old}))
    return tuple(card for card in joined if card is not None)


def _card(later: CardRecord | None, earlier: CardRecord | None, tied: bool) -> CardRecord | None:
    card = later or earlier
    if card is None:
        return None
    other = (earlier if later else None) or card._replace(enrolled=False, due=None, answers=())
    if later is None and card.kind == "paper" and not tied:
        card = card._replace(enrolled=False)
    enrolled = card.enrolled or (tied and other.enrolled)
    answers = joined_answers(card.answers, other.answers)
    first_due = min(filter(None, (card.due, other.due)), default=None) if tied else card.due
    due = first_due if enrolled and not answers else None
    buried_until, priority = _greater(card.buried_until, other.buried_until), max(card.priority, other.priority)
    if card.kind == "paper" and not (enrolled or answers or buried_until or priority):
        return None
    answer = _greater(card.answer, other.answer)
    return CardRecord(card.kind, card.question, answer, enrolled, due, buried_until, priority, answers)


def joined_answers(one: Sequence[AnswerRecord], other: Sequence[AnswerRecord]) -> tuple[AnswerRecord, ...]:
    """All answers, each once, in the order in which they were given; the days they counted for do not go back.

    An answer is known by its instant and what it said. A side that has all of the other's keeps its own order: there a
    clock may have gone back. So does one that has all of the other's of one second.
    """
    here, there = _without_days(one), _without_days(other)
    order = _joined_order(here, there)
    if order is None:
        order = []
        for at in sorted({answer.at for answer in (*here, *there)}):
            mine, theirs = ([answer for answer in side if answer.at == at] for side in (here, there))
            order += _joined_order(mine, theirs) or sorted((Counter(mine) | Counter(theirs)).elements())
    days = _days(one)
    for place, day in _days(other).items():
        days[place] = max(days.get(place, ""), day)
    joined: list[AnswerRecord] = []
    latest = ""
    for place in _occurrences(order):
        latest = max(latest, days[place])
        joined.append(place[0]._replace(day=latest))
    return tuple(joined)


def _joined_order(here: list[AnswerRecord], there: list[AnswerRecord]) -> list[AnswerRecord] | None:
    """That of the side which has all of the other's; None when neither has, or both in different orders."""
    if here == there:
        return here
    covers_there, covers_here = not Counter(there) - Counter(here), not Counter(here) - Counter(there)
    if covers_there == covers_here:
        return None
    return here if covers_there else there


def _days(answers: Sequence[AnswerRecord]) -> dict[tuple[AnswerRecord, int], str]:
    return dict(zip(_occurrences(_without_days(answers)), (answer.day for answer in answers), strict=True))


def _occurrences(answers: Iterable[AnswerRecord]) -> Iterator[tuple[AnswerRecord, int]]:
    """Each with how many like it came before: the same answer may be given twice within a second."""
    seen: Counter[AnswerRecord] = Counter()
    for answer in answers:
        yield answer, seen[answer]
        seen[answer] += 1


def _without_days(answers: Sequence[AnswerRecord]) -> list[AnswerRecord]:
    return [answer._replace(day="") for answer in answers]
