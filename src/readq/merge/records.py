"""Join the records of one paper into one. The order of the records does not change the result.

Each rule chooses by the content of the records, never by the library that they come from or by the clock. Joining the
result with one of its records gives the same result again. So if two libraries import each other's dumps, both become
equal, whichever imports first. Importing the dumps again changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

from readq.merge.source_ranks import newest_version, ranks_of
from readq.model.fields import edit_marks, raw_fields
from readq.model.fields.paper_fields import FIELDS
from readq.model.identifiers import title_key
from readq.model.records import AnswerRecord, CardRecord, PaperRecord, SightingRecord
from readq.model.values import CONFLICT_HEADING, Caught, Status

_IN_RECORD = tuple(name for name, rule in FIELDS.items() if rule.in_record)
_SEPARATE = tuple(name for name, rule in FIELDS.items() if not rule.in_record)

_RANK = {str(status): rank for rank, status in enumerate(Status)}
_BETWEEN_NOTES = f"\n\n{CONFLICT_HEADING}\n\n"


def join(records: Sequence[PaperRecord], key: str) -> PaperRecord:
    """Join one or more records of the same paper into one record with the citation key `key`.

    The record with the latest decision gives status and snooze. Tags, former keys, identifiers, sightings and answers
    are united. The paper is starred if any record is starred. For each field of the metadata, the latest value set by a
    person is kept. If no person set the field, the value from the most trusted source is kept. Among records of equal
    trust, the record with most fields gives all its fields, and the other records only fill its gaps.
    """
    first, *others = sorted(set(records), key=_order)
    if not others and first.key == key:
        return first
    # Metadata is chosen from all records at once: chosen in pairs, it would depend on their order.
    values = join_metadata([first, *others])
    joined = replace(reduce(_join_two, others, first), key=key, aliases=_former_keys(key, records), **values)
    titles = {*joined.other_titles, *(title_key(paper.title) for paper in records)} - {title_key(joined.title)}
    return replace(joined, other_titles=tuple(sorted(titles)), trusts=ranks_of(values, (first, *others), joined.trust))


def _order(paper: PaperRecord) -> tuple[int, int, str]:
    """Return a sort key that depends on content only. The record with the longest note comes first."""
    return -len(paper.note or ""), -sum(len(card.answers) for card in paper.cards), repr(paper)


def _join_two(one: PaperRecord, other: PaperRecord) -> PaperRecord:
    later, earlier = sorted((one, other), key=decision, reverse=True)
    version, revised = newest_version((one.version, one.revised), (other.version, other.revised))
    return replace(
        one,
        key_frozen=one.key_frozen or other.key_frozen,
        trust=max(one.trust, other.trust),
        version=version,
        revised=revised,
        other_titles=_unite(one.other_titles, other.other_titles),
        edited=edit_marks.marked(edit_marks.latest((*one.edited, *other.edited))),
        identifiers=_unite(one.identifiers, other.identifiers),
        sightings=_unite_sightings(one.sightings, other.sightings),
        status=later.status,
        decided=later.decided,
        starred=one.starred or other.starred,
        snoozed_until=later.snoozed_until,
        added=min(one.added, other.added),
        tags=_unite(one.tags, other.tags),
        note=join_notes(one.note, other.note),
        watches=_unite_watches(one.watches, other.watches),
        cards=_unite_cards(later, earlier, tied=decision(later) == decision(earlier)),
    )


def _former_keys(present: str, records: Iterable[PaperRecord]) -> tuple[str, ...]:
    spellings: dict[str, str] = {}
    for key in sorted({key for paper in records for key in (paper.key, *paper.aliases)}):
        spellings.setdefault(key.casefold(), key)
    spellings.pop(present.casefold(), None)
    return tuple(sorted(spellings.values()))


def join_metadata(records: Sequence[PaperRecord]) -> dict[str, Any]:
    """Join the metadata of `records`, the records of one paper.

    Return a dict that maps the names of the fields that describe the paper to their values.
    """
    edited = edit_marks.latest(mark for paper in records for mark in paper.edited)
    unedited = [name for name in _IN_RECORD if name not in edited]
    fullest_first = sorted(records, key=partial(_record_order, unedited))
    values = {name: _first_present([getattr(paper, name) for paper in fullest_first]) for name in _IN_RECORD}
    for name in _SEPARATE:
        found = [(paper.trust, _fullness(value), value) for paper in records if (value := getattr(paper, name))]
        values[name] = max(found)[-1] if found else None
    for name, at in edited.items():
        latest = [getattr(paper, name) for paper in records if edit_marks.latest(paper.edited).get(name) == at]
        # Two corrections at one instant: the fuller value, so that the result does not depend on the order.
        values[name] = max(latest, key=_fullness)
    if "fields" in edited:
        values["fields"] = _with_other_corrections(values, records, edited)
    return values


def _with_other_corrections(
    values: Mapping[str, Any], records: Sequence[PaperRecord], edited: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return the BibTeX fields of the latest correction, with the corrections of other fields in other records.

    `values` are the joined values, and `edited` has the time of the latest correction of each field.
    """
    joined = dict(values["fields"])
    for name, at in edited.items():
        if name == "fields":
            continue
        bearers = [
            paper.fields
            for paper in records
            if edit_marks.latest(paper.edited).get(name) == at and getattr(paper, name, None) == values.get(name)
        ]
        if bearers and values["fields"] not in bearers:
            joined = raw_fields.with_column(joined, dict(max(bearers)), name)
    return tuple(joined.items())


def _first_present(values: Sequence[Any]) -> Any:  # noqa: ANN401 - of that field's type
    return next(filter(None, values), values[0])


def _record_order(unedited: Sequence[str], paper: PaperRecord) -> tuple[object, ...]:
    """Return a sort key of a record, from the fields `unedited`, which no person set.

    The record that comes first has the highest trust, then the longest BibTeX fields, the most values and the earliest
    time of adding.
    """
    fields = paper.fields if "fields" in unedited else ()
    values = [getattr(paper, name) for name in unedited]
    return -paper.trust, -len(repr(fields)), -sum(map(bool, values)), paper.added, repr(fields), repr(values)


def _fullness(value: object) -> tuple[bool, int, str]:
    return value is not None, len(repr(value)), repr(value)


def decision(paper: PaperRecord) -> tuple[str, int, str]:
    """Return a sort key of a paper's latest decision (its status). The later of two decisions has the greater key."""
    return paper.decided or "", _RANK[paper.status], paper.snoozed_until or ""


def _unite(one: Iterable[Any], other: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted({*one, *other}))


def _unite_watches(one: Iterable[Caught], other: Iterable[Caught]) -> tuple[Caught, ...]:
    """Return the marks by view. If both records have a mark of one view, the earlier mark is kept."""
    by_view: dict[str, Caught] = {}
    for mark in sorted({*one, *other}, key=lambda mark: (mark.at, mark.action)):
        by_view.setdefault(mark.watch, mark)
    return tuple(by_view[name] for name in sorted(by_view))


def greater(one: Any, other: Any) -> Any:  # noqa: ANN401 - anything with an order, or None
    """Return the greater of two values of one type. None is less than any value."""
    return other if one is None or (other is not None and other > one) else one


def _unite_sightings(one: Iterable[SightingRecord], other: Iterable[SightingRecord]) -> tuple[SightingRecord, ...]:
    by_day = {(seen.feed, seen.day): seen for seen in one}
    for seen in other:
        by_day[seen.feed, seen.day] = join_sightings(by_day.get((seen.feed, seen.day), seen), seen)
    return tuple(by_day[feed_and_day] for feed_and_day in sorted(by_day))


def join_sightings(one: SightingRecord, other: SightingRecord) -> SightingRecord:
    """Join two sightings of one paper in the same feed on the same day. A sighting is an appearance in a feed.

    The result has the greater of the two values of `rank`, of `upvotes` and of `comments`. Of two different names in
    `submitted_by`, the result has the name that is later in alphabetical order. A known value replaces None.
    """
    counts = (greater(before, now) for before, now in zip(one[2:], other[2:], strict=True))
    return SightingRecord(one.feed, one.day, *counts)


def join_notes(one: str | None, other: str | None) -> str | None:
    """Join two notes into one. If one note is None, return the other. Return None if both are None.

    If the notes differ, both texts are kept, with a heading between them. A text is left out if the other text contains
    all its lines, one directly after the other.
    """
    if one is None or other is None or one == other:
        return other if one is None else one
    parts_of_one, parts_of_other = _parts(one), _parts(other)
    is_one_within = all(_is_within(part, parts_of_other) for part in parts_of_one)
    is_other_within = all(_is_within(part, parts_of_one) for part in parts_of_other)
    if is_one_within != is_other_within:
        return other if is_one_within else one
    parts = {*parts_of_one, *parts_of_other}
    return _BETWEEN_NOTES.join(sorted(part for part in parts if not _is_within(part, parts - {part})))


def _parts(text: str) -> list[str]:
    parts = [part.strip("\n") for part in text.split(_BETWEEN_NOTES)]
    return [part for part in parts if part] or [text]


def _is_within(part: str, texts: Iterable[str]) -> bool:
    return any(f"\n{part}\n" in f"\n{text}\n" for text in texts)


_FACTS = ("prompt", "recalled", "taken_ms", "sitting")
"""The fields of an answer that are missing in dumps of older versions of readq."""


def _unite_cards(later: PaperRecord, earlier: PaperRecord, *, tied: bool) -> tuple[CardRecord, ...]:
    """Unite the cards of two records. The record with the later decision says whether a card is enrolled.

    If `tied` is true, neither decision is later, and a card is enrolled if either record enrols it.
    """
    new = {(card.kind, card.question or ""): card for card in later.cards}
    old = {(card.kind, card.question or ""): card for card in earlier.cards}
    joined = (join_card(new.get(question), old.get(question), tied) for question in sorted({*new, *old}))
    return tuple(card for card in joined if card is not None)


def join_card(later: CardRecord | None, earlier: CardRecord | None, tied: bool) -> CardRecord | None:
    """Join the states of one card in two records of its paper. Return None if neither record has the card.

    `later` is the card in the record with the later decision on the paper, `earlier` the card in the other record. If
    `tied` is true, neither decision is later. Return None, too, for a card of the kind `paper` that is not worth
    keeping (see `holds_anything`).
    """
    card = later or earlier
    if card is None:
        return None
    other = (earlier if later else None) or card._replace(
        enrolled=False, due=None, answers=(), retired=None, orphaned=None
    )
    if later is None and card.kind == "paper" and not tied:
        card = card._replace(enrolled=False)
    enrolled = card.enrolled or (tied and other.enrolled)
    answers = join_answers(card.answers, other.answers)
    first_due = min(filter(None, (card.due, other.due)), default=None) if tied else card.due
    joined = CardRecord(
        card.kind,
        card.question,
        greater(card.answer, other.answer),
        enrolled,
        None,
        greater(card.buried_until, other.buried_until),
        max(card.priority, other.priority),
        answers,
        # A card that is asked is neither retired nor an orphan.
        None if enrolled else greater(card.retired, other.retired),
        greater(card.orphaned, other.orphaned) if card.orphaned and (other.orphaned or later is None) else None,
        min(filter(None, (card.created, other.created)), default=None),
    )
    if card.kind == "paper" and not holds_anything(joined):
        return None
    return joined._replace(due=first_due) if enrolled and not joined.is_rated else joined


def holds_anything(card: CardRecord) -> bool:
    """Return whether a card is worth keeping.

    A card is kept if it is in review, has answers or a priority, was buried (put off to a later day), or was retired by
    the user.
    """
    return any((card.enrolled, card.answers, card.buried_until, card.priority, card.retired))


def join_answers(one: Sequence[AnswerRecord], other: Sequence[AnswerRecord]) -> tuple[AnswerRecord, ...]:
    """Join two lists of answers to one card. Return the answers in the order in which they were given.

    An answer that is in both lists occurs once in the result. Two answers are the same if they differ only in their
    days, or in the fields that older versions of readq do not store: the prompt, the typed text, the time taken and the
    session.

    Equal lists keep their order. If a longer list contains all answers of a shorter list, the order of the longer list
    is kept. Otherwise, the answers are sorted by time. If an answer has different days in the two lists, the later day
    is kept. The days of the result never decrease: if an answer has an earlier day than the answer before it, it gets
    the day of that answer.
    """
    ours, theirs = _bare(one), _bare(other)
    order = _order_of_superset(ours, theirs)
    if order is None:
        order = []
        for at in sorted({answer.at for answer in (*ours, *theirs)}):
            our_second, their_second = ([answer for answer in side if answer.at == at] for side in (ours, theirs))
            union = Counter(our_second) | Counter(their_second)
            order += _order_of_superset(our_second, their_second) or sorted(union.elements())
    whole = _by_occurrence(one)
    for occurrence, answer in _by_occurrence(other).items():
        whole[occurrence] = _complete(answer, whole.get(occurrence, answer))
    joined: list[AnswerRecord] = []
    latest = ""
    for occurrence in _occurrences(order):
        latest = max(latest, whole[occurrence].day)
        joined.append(whole[occurrence]._replace(day=latest))
    return tuple(joined)


def _complete(one: AnswerRecord, other: AnswerRecord) -> AnswerRecord:
    """Join two records of the same answer. The result has the later day, and the facts that either of them has."""
    facts: dict[str, Any] = {name: greater(getattr(one, name), getattr(other, name)) for name in _FACTS}
    return one._replace(day=max(one.day, other.day), **facts)


def _order_of_superset(ours: list[AnswerRecord], theirs: list[AnswerRecord]) -> list[AnswerRecord] | None:
    """If one of the lists of answers contains all answers of the other list, return the longer list.

    Return None if neither list contains the other, or if they differ only in order.
    """
    if ours == theirs:
        return ours
    covers_theirs, covers_ours = not Counter(theirs) - Counter(ours), not Counter(ours) - Counter(theirs)
    if covers_theirs == covers_ours:
        return None
    return ours if covers_theirs else theirs


def _by_occurrence(answers: Sequence[AnswerRecord]) -> dict[tuple[AnswerRecord, int], AnswerRecord]:
    return dict(zip(_occurrences(_bare(answers)), answers, strict=True))


def _occurrences(answers: Iterable[AnswerRecord]) -> Iterator[tuple[AnswerRecord, int]]:
    """Yield each answer with the number of equal answers before it. A card can get equal answers in one second."""
    seen: Counter[AnswerRecord] = Counter()
    for answer in answers:
        yield answer, seen[answer]
        seen[answer] += 1


def _bare(answers: Sequence[AnswerRecord]) -> list[AnswerRecord]:
    """Return the answers without their days and without the facts that older versions do not keep."""
    return [answer._replace(day="", prompt=None, recalled=None, taken_ms=None, sitting=None) for answer in answers]
