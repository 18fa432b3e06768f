"""Merge the records of one paper in two libraries. The base is the paper's record in the libraries' common past."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from readq.merge.key_conflicts import Side, preferred_key
from readq.merge.records import decision, holds_anything, join_metadata, join_sightings
from readq.merge.source_ranks import newest_version, ranks_of
from readq.merge.three_way.cards import merge_cards
from readq.merge.three_way.note_text import merge_notes
from readq.merge.three_way.values import choose, merge_mapping, unite
from readq.model.fields import edit_marks, raw_fields
from readq.model.fields.paper_fields import FIELDS
from readq.model.identifiers import title_key
from readq.model.records import CardRecord, PaperRecord, SightingRecord
from readq.model.values import Caught, Status

_RECORD = tuple(name for name, rule in FIELDS.items() if rule.in_record)
_SEPARATE = tuple(name for name, rule in FIELDS.items() if not rule.in_record)
_SNOOZABLE = (Status.INBOX, Status.QUEUED)
"""The statuses that a snoozed paper can have."""


def merge_paper(base: PaperRecord, ours: PaperRecord, theirs: PaperRecord, sides: tuple[Side, Side]) -> PaperRecord:
    """Merge two records of one paper field by field. A field that only one side changed is taken from that side.

    `base` is the record of the paper in the common past of both libraries. If both sides changed the status or the day
    of a snooze, the later decision wins. A paper that is neither in the inbox nor in the queue is not snoozed. In a
    set, such as the tags, the additions and removals of both sides count.

    The fields of the bibliographic record that no person corrected are taken together from one side, because a mixture
    would cite a paper that does not exist. If both sides changed the citation key, `preferred_key` chooses one of the
    two keys. It needs `sides`: `ours` and `theirs`, each with all keys of its library.
    """
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    later = max(ours, theirs, key=lambda paper: (decision(paper), repr(paper)))
    status, decided = choose(
        (base.status, base.decided),
        (ours.status, ours.decided),
        (theirs.status, theirs.decided),
        lambda *_: (later.status, later.decided),
    )
    snoozed_until = choose(base.snoozed_until, ours.snoozed_until, theirs.snoozed_until, lambda *_: later.snoozed_until)
    metadata = _metadata(base, ours, theirs)
    titles = unite(_titles(base), _titles(ours), _titles(theirs))
    return PaperRecord(
        **metadata,
        **_keys(base, ours, theirs, sides),
        identifiers=unite(base.identifiers, ours.identifiers, theirs.identifiers),
        other_titles=tuple(title for title in titles if title != title_key(metadata["title"])),
        sightings=_sightings(base, ours, theirs),
        status=status,
        decided=decided,
        starred=choose(base.starred, ours.starred, theirs.starred, max),
        snoozed_until=snoozed_until if status in _SNOOZABLE else None,
        added=choose(base.added, ours.added, theirs.added, min),
        tags=unite(base.tags, ours.tags, theirs.tags),
        note=merge_notes(base.note, ours.note, theirs.note),
        watches=_watches(base, ours, theirs),
        cards=_cards(base, ours, theirs, later, status),
    )


def _titles(paper: PaperRecord) -> tuple[str, ...]:
    """Return the keys of the present title and of all other titles."""
    return (title_key(paper.title), *paper.other_titles)


def _cards(
    base: PaperRecord, ours: PaperRecord, theirs: PaperRecord, later: PaperRecord, status: str
) -> tuple[CardRecord, ...]:
    """Return the merged cards.

    If both sides decided, the later decision says whether the paper's own card is in review.
    """
    cards = merge_cards(base, ours, theirs)
    before, mine, other = ((paper.status, paper.decided) for paper in (base, ours, theirs))
    if status != Status.DROPPED and (before in (mine, other) or mine == other):
        return cards
    own = next((card for card in later.cards if card.kind == "paper"), None)
    if status != Status.DROPPED and own is not None and own.enrolled:
        return cards
    left = [card._replace(enrolled=False, due=None) if card.kind == "paper" else card for card in cards]
    return tuple(card for card in left if card.kind != "paper" or holds_anything(card))


def _keys(base: PaperRecord, ours: PaperRecord, theirs: PaperRecord, sides: tuple[Side, Side]) -> dict[str, Any]:
    """Return the citation key, whether it is frozen, and the former keys."""
    before, mine, other = ((paper.key, paper.key_frozen) for paper in (base, ours, theirs))
    key, is_frozen = choose(before, mine, other, lambda one, two: (preferred_key(*sides), one[1] or two[1]))
    former = dict(_spellings(unite(base.aliases, ours.aliases, theirs.aliases)))
    if before not in (mine, other) and mine != other:
        former.update(_spellings(paper.key for paper in (ours, theirs)))
    former.pop(key.casefold(), None)
    return {"key": key, "key_frozen": is_frozen, "aliases": tuple(sorted(former.values()))}


def _spellings(keys: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((key.casefold(), key) for key in sorted(keys, reverse=True))


def _metadata(base: PaperRecord, ours: PaperRecord, theirs: PaperRecord) -> dict[str, Any]:
    """Return the metadata of the merged paper, with the trust in the sources of the values."""
    marks = [edit_marks.latest(paper.edited) for paper in (base, ours, theirs)]
    edited = merge_mapping(marks[0], marks[1], marks[2], max)
    # A correction that one side took back must not count.
    mine, other = (
        replace(paper, edited=edit_marks.marked({name: at for name, at in own.items() if edited.get(name) == at}))
        for paper, own in zip((ours, theirs), marks[1:], strict=True)
    )
    values = join_metadata([mine, other])
    corrected = [own.get("fields", "") for own in marks]
    if corrected[0] not in corrected[1:] and all(corrected[1:]):
        # Both sides corrected the entry, perhaps different fields of it.
        earlier = min(ours, theirs, key=lambda paper: edit_marks.latest(paper.edited)["fields"])
        fields = raw_fields.reverted(dict(values["fields"]), dict(base.fields), dict(earlier.fields))
        values["fields"] = tuple(fields.items())
    unedited = [name for name in _RECORD if name not in edited]

    def record(paper: PaperRecord) -> list[Any]:
        return [getattr(paper, name) for name in unedited]

    if record(base) in (record(ours), record(theirs)):
        changed = theirs if record(ours) == record(base) else ours
        values.update(zip(unedited, record(changed), strict=True))
    for name in _SEPARATE:
        if name not in edited:
            joined = values[name]
            before, own, their = (getattr(paper, name) for paper in (base, ours, theirs))
            values[name] = choose(before, own, their, lambda *_, joined=joined: joined)
    trust = choose(base.trust, ours.trust, theirs.trust, max)
    version, revised = choose(
        (base.version, base.revised), (ours.version, ours.revised), (theirs.version, theirs.revised), newest_version
    )
    return {
        **values,
        "edited": edit_marks.marked(edited),
        "trust": trust,
        "trusts": ranks_of(values, (ours, theirs), trust),
        "version": version,
        "revised": revised,
    }


def _sightings(base: PaperRecord, ours: PaperRecord, theirs: PaperRecord) -> tuple[SightingRecord, ...]:
    before, mine, other = ({one[:2]: one for one in paper.sightings} for paper in (base, ours, theirs))
    merged = merge_mapping(before, mine, other, join_sightings)
    return tuple(merged[place] for place in sorted(merged))


def _watches(base: PaperRecord, ours: PaperRecord, theirs: PaperRecord) -> tuple[Caught, ...]:
    before, mine, other = ({mark.watch: mark for mark in paper.watches} for paper in (base, ours, theirs))
    merged = merge_mapping(before, mine, other, lambda *marks: min(marks, key=lambda mark: (mark.at, mark.action)))
    return tuple(merged[name] for name in sorted(merged))
