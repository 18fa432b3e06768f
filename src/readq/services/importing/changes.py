"""Compute in memory the changes that an import makes to papers. Neither reads nor writes the library."""

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from readq.model.citation_keys import suffixes, syntax
from readq.model.fetched_paper import FetchedPaper
from readq.model.identity.comparison import contradict
from readq.model.identity.evidence import Identifier, Identity
from readq.model.identity.works import Work
from readq.model.import_report import Kept, Renamed
from readq.model.metadata import Metadata, combine, corrected, filled
from readq.model.values import Status
from readq.services.citation_keys.generated_keys import generated_key
from readq.templates.key_template import SCHOLAR, KeyForm

Counts = tuple[Any, ...]
"""The rank, upvotes, comments and submitter of a paper in a feed on one day."""


class EntryEffect(Enum):
    """The effect of an entry on the library: a new paper, an updated paper, refreshed counts, or nothing.

    REFRESHED means that the feed lists the paper a second time on one day, and that only the rank, upvotes, comments or
    submitter have changed.
    """

    NEW = auto()
    UPDATED = auto()
    REFRESHED = auto()
    UNCHANGED = auto()


class Entry(NamedTuple):
    """A paper to import."""

    paper: FetchedPaper
    feed: str | None
    """The name of the feed that listed the paper, or None."""
    day: str
    """The ISO day on which the paper was listed or imported."""
    status: Status = Status.INBOX
    """The status of the paper if it is new to the library."""
    number: int | None = None
    """The id of the paper in the library, or None if the caller does not know it."""
    origin: str | None = None
    """The source of the record, such as `file:/home/me/refs.bib`. If it is None, the feed is the source."""
    file: str | None = None
    """The name of the file that is imported, or None for an entry that is not from a file."""


class PreviousRecord(NamedTuple):
    """The result of comparing an entry with the last record from the same origin.

    An origin is a file, a feed or a page. A record is the metadata that an earlier import found there for the entry.
    """

    is_repeated: bool = False
    """Whether the entry equals the record. False if there is no record."""
    is_corrected: bool = False
    """Whether the entry differs from the record. False if there is no record."""
    metadata: Metadata | None = None
    """The metadata of the record. None if the stored paper has the same metadata, or if `is_corrected` is False."""
    identifiers: frozenset[Identifier] = frozenset()
    """The identifiers of the record. Empty if `is_corrected` is False."""


_NO_RECORD = PreviousRecord()


class StoredPapers(NamedTuple):
    """The stored papers that an import may change."""

    identities: Mapping[int, Identity]
    """Maps paper ids to the facts that identify the papers."""
    metadata: Mapping[int, Metadata]
    """Maps paper ids to the metadata of the papers."""
    keys: Mapping[int, tuple[str, bool]]
    """Maps paper ids to pairs: the citation key of the paper, and whether the key is frozen."""
    sightings: Mapping[tuple[int, int, str], Counts]
    """Maps (paper id, feed id, ISO day) to the rank, votes, comments and submitter of the paper in the feed."""
    tags: Mapping[int, set[str]]
    """Maps paper ids to the tags of the papers."""
    notes: Mapping[int, str]
    """Maps paper ids to the notes on the papers."""
    key_owners: dict[str, int]
    """Maps case-folded citation keys to paper ids. It is updated when an import assigns keys."""


class PaperChange:
    """The changes that an import makes to one paper. The paper may be new."""

    def __init__(self, number: int, metadata: Metadata, identity: Identity | None = None) -> None:
        self.number = number
        self.is_new = identity is None
        self.status = Status.INBOX
        self.metadata_before = self.metadata = metadata
        self.identifiers: set[Identifier] = set(identity.identifiers) if identity else set()
        self.added_identifiers: set[Identifier] = set()
        self.dropped_identifiers: set[Identifier] = set()
        self.titles: set[str] = set(identity.titles) if identity else set()
        self.added_titles: set[str] = set()
        self.sightings: dict[tuple[int, str], Counts] = {}
        self.seen: set[tuple[int, str]] = set()
        self.tags: dict[str, None] = {}
        self.note_before: str | None = None
        self.note: str | None = None
        self.key_before = self.key = ""
        self.frozen_before = self.frozen = False
        self.claimed_key: str | None = None
        self.further_keys: dict[str, None] = {}
        self.aliases: list[str] = []

    @property
    def is_metadata_changed(self) -> bool:
        """Whether the metadata, the identifiers or the citation key have changed."""
        return (
            self.metadata != self.metadata_before
            or bool(self.added_identifiers or self.dropped_identifiers)
            or (self.key, self.frozen) != (self.key_before, self.frozen_before)
        )

    @property
    def is_written(self) -> bool:
        """Whether the import changes the paper in a way that undo can reverse: the paper is new, or its data changed.

        False if only the rank, votes, comments or submitter of the paper in a feed changed.
        """
        added = self.sightings or self.tags or self.aliases or self.added_titles
        return self.is_new or self.is_metadata_changed or bool(added)

    @property
    def other_titles(self) -> set[str]:
        """The title keys to store for the paper in addition to the key of its title.

        A title key is a title normalised for comparison.
        """
        if self.is_new and len(self.added_titles) == 1:
            return set()
        return (self.added_titles | {self.metadata_before.title_key}) - {self.metadata.title_key}

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """A value that changes if an entry changes the paper.

        The appearances of the paper in feeds do not change it.
        """
        return (
            self.metadata,
            len(self.identifiers),
            len(self.dropped_identifiers),
            len(self.tags),
            self.note,
            self.claimed_key,
            len(self.further_keys),
        )


class Changes:
    """The changes of one import. Entries are applied one after the other. `papers` maps paper ids to changes.

    `papers` has the papers that the entries describe. It also has each other paper whose citation key is taken away
    and given to one of these papers.
    """

    def __init__(
        self, stored: StoredPapers, feeds: Mapping[str, int], next_number: int, key_form: KeyForm = SCHOLAR
    ) -> None:
        self._stored = stored
        self._key_form = key_form
        self._feeds = feeds
        self._next_number = next_number
        self._numbers: dict[Work, int] = {}
        self._released_keys: set[str] = set()
        self._suffixes: dict[str, int] = {}
        self.papers: dict[int, PaperChange] = {}
        self.kept: list[Kept] = []

    def apply(
        self, entry: Entry, metadata: Metadata, work: Work, previous: PreviousRecord = _NO_RECORD
    ) -> tuple[EntryEffect, int]:
        """Apply an entry with the metadata `metadata` to its paper. Return the effect, and the id of the paper.

        `previous` compares the entry with its last record. `work` has all papers and entries of the same work.
        """
        paper = entry.paper
        number = min(work.papers) if work.papers else self._numbers.get(work)
        change = self._new(metadata, entry.status, work) if number is None else self._change(number)
        before = change.fingerprint
        if number is not None and not previous.is_repeated:
            if _is_own_export(paper, change):
                for key in paper.former_keys:
                    self._add_former_key(change, key)
                return self._add_sighting(change, entry), number
            _improve(change, metadata, paper.identifiers, previous)
            if entry.origin and entry.origin.startswith("file:") and not previous.is_corrected:
                self._take_by_key(change, paper, metadata)
        seen = self._add_sighting(change, entry)
        if not previous.is_repeated:  # else the user has removed what is missing
            self._add_identity(change, {*work.evidence.identifiers} & {*paper.identifiers}, metadata.title_key)
            self.add_tags(change, paper.tags)
            if paper.note and paper.note.strip() not in (change.note or ""):
                change.note = f"{change.note.rstrip()}\n\n{paper.note}" if change.note else paper.note
        self._claim_key(change, paper.key)
        for key in paper.former_keys:
            self._add_former_key(change, key)
        if number is None:
            return EntryEffect.NEW, change.number
        return seen if change.fingerprint == before else EntryEffect.UPDATED, change.number

    def _take_by_key(self, change: PaperChange, paper: FetchedPaper, metadata: Metadata) -> None:
        """Add the values that a paper lacks and an entry with its citation key has. List the fields with other values.

        Such an entry is an earlier export that somebody edited, or stands in the file of a co-author.
        """
        if not (key := _key_of(paper, change)):
            return
        from readq.services.importing.own_export import other_values

        change.metadata = filled(change.metadata, metadata)
        if others := other_values(paper, key, change.metadata, change.identifiers):
            self.kept.append(Kept(change.key, others))

    def add_tags(self, change: PaperChange, tags: Sequence[str]) -> None:
        """Add `tags` to the change of a paper. Tags that the paper already has are skipped."""
        if tags:
            present = self._stored.tags.get(change.number, ())
            change.tags.update(dict.fromkeys(tag for tag in tags if tag not in present))

    def _new(self, metadata: Metadata, status: Status, work: Work) -> PaperChange:
        change = PaperChange(self._next_number, metadata)
        change.status = status
        self._numbers[work] = change.number
        self.papers[change.number] = change
        self._next_number += 1
        return change

    def _change(self, number: int) -> PaperChange:
        change = self.papers.get(number)
        if change is None:
            change = PaperChange(number, self._stored.metadata[number], self._stored.identities[number])
            change.key, change.frozen = change.key_before, change.frozen_before = self._stored.keys[number]
            change.note = change.note_before = self._stored.notes.get(number)
            self.papers[number] = change
        return change

    def _add_identity(self, change: PaperChange, identifiers: set[Identifier], title: str) -> None:
        new = identifiers - change.identifiers
        change.added_identifiers |= new
        change.identifiers |= new
        if title not in change.titles:
            change.added_titles.add(title)
            change.titles.add(title)

    def _claim_key(self, change: PaperChange, key: str | None) -> None:
        if not key:
            return
        if not change.frozen and not change.claimed_key:
            change.claimed_key = key
        else:
            self._add_former_key(change, key)

    def _add_former_key(self, change: PaperChange, key: str) -> None:
        if key not in (change.claimed_key, change.key) and key.casefold() not in self._stored.key_owners:
            change.further_keys[key] = None

    def _add_sighting(self, change: PaperChange, entry: Entry) -> EntryEffect:
        if not entry.feed:
            return EntryEffect.UNCHANGED
        place = (self._feeds[entry.feed], entry.day)
        seen = entry.paper.appearance
        fresh: Counts = (seen.rank or None, seen.upvotes, seen.comments, seen.submitted_by) if seen else (None,) * 4
        old = change.sightings.get(place) or self._stored.sightings.get((change.number, *place))
        # Later counts are better. But if one list names a paper twice, its first place in the list counts.
        better, worse = (old, fresh) if old and place in change.seen else (fresh, old or fresh)
        change.seen.add(place)
        counts = tuple(other if count is None else count for count, other in zip(better, worse, strict=True))
        if counts == old:
            return EntryEffect.UNCHANGED
        change.sightings[place] = counts
        return EntryEffect.REFRESHED if old else EntryEffect.UPDATED

    def assign_keys(self, owners: Callable[[Collection[str]], Mapping[str, int]]) -> list[Renamed]:
        """Give each paper in `papers` its citation key. Return the user's own keys that could not be used.

        A citation key in one of the user's own files is given to the paper if possible, and frozen. All other keys
        are made from the metadata, and are provisional (not frozen). `owners` is called with prefixes of keys. It
        returns the keys of the library that start with one of these prefixes, as a dict from keys to paper ids.
        Prefixes and keys are case-folded.
        """
        renamed = [found for one in list(self.papers.values()) if (found := self._assign_claimed_key(one))]
        for one in self.papers.values():
            self._assign_further_keys(one)
        wanted = {one.number: base for one in self.papers.values() if (base := self._wanted_base(one))}
        for key, owner in owners({base.casefold() for base in wanted.values()}).items():
            if key not in self._released_keys:
                self._stored.key_owners.setdefault(key, owner)
        for number, base in wanted.items():
            self._release_key(self.papers[number])
            self._take_key(self.papers[number], base)
        return renamed

    def unfitting_keys(self) -> list[str]:
        """Return the frozen citation keys that matched the metadata before the import and do not match it afterwards.

        Call this method before `assign_keys`.
        """
        stored = (one for one in self.papers.values() if one.frozen and one.is_metadata_changed and not one.is_new)
        return sorted(
            one.key
            for one in stored
            if suffixes.has_base(one.key, self._base_before(one))
            and not suffixes.has_base(one.key, generated_key(one.metadata, one.identifiers, self._key_form))
        )

    def _wanted_base(self, change: PaperChange) -> str | None:
        """Return the base of a new provisional key if the paper has no key, or one that does not fit.

        Return None if its key stays.
        """
        if change.frozen:
            return None
        base = generated_key(change.metadata, change.identifiers, self._key_form)
        return None if change.key and base == self._base_before(change) else base

    def _base_before(self, change: PaperChange) -> str:
        identifiers = change.identifiers - change.added_identifiers
        return generated_key(change.metadata_before, identifiers, self._key_form)

    def _assign_claimed_key(self, change: PaperChange) -> Renamed | None:
        if not change.claimed_key or change.frozen:
            return None
        wanted = syntax.accepted_key(change.claimed_key)
        self._release_key(change)
        owner = self._stored.key_owners.get(wanted.casefold())
        if owner is not None and not self._change(owner).frozen:
            # A provisional key is released for it; the owner gets another key in `assign_keys`.
            self._release_key(self._change(owner))
        self._take_key(change, wanted)
        change.frozen = True
        # The paper stays known by the key that it could not have, and by the key that a BibLaTeX export gives it.
        for key in (change.claimed_key, syntax.biber_key(change.key)):
            if key != change.key:
                change.further_keys[key] = None
        if change.key == change.claimed_key:
            return None
        why = "cannot be a citation key" if wanted != change.claimed_key else "belongs to another paper"
        return Renamed(change.claimed_key, change.key, why)

    def _assign_further_keys(self, change: PaperChange) -> None:
        """Add the keys that the user used for a paper to its former keys, except its key and keys of other papers."""
        for key in (key for key in change.further_keys if not syntax.is_paper_number(key)):
            owner = self._stored.key_owners.setdefault(key.casefold(), change.number)
            if owner == change.number and key != change.key:
                change.aliases.append(key)

    def _release_key(self, change: PaperChange) -> None:
        key = change.key.casefold()
        if key and self._stored.key_owners.get(key) == change.number:
            del self._stored.key_owners[key]
            self._released_keys.add(key)
        change.key = ""

    def _take_key(self, change: PaperChange, base: str) -> None:
        owners = self._stored.key_owners
        # Many papers may share a base, so the search starts after the last suffix used.
        change.key, self._suffixes[base] = suffixes.next_key(
            base, lambda key: owners.get(key.casefold(), change.number) != change.number, self._suffixes.get(base, 0)
        )
        owners[change.key.casefold()] = change.number


def _improve(
    change: PaperChange, metadata: Metadata, identifiers: Collection[Identifier], previous: PreviousRecord
) -> None:
    """Improve a paper with the metadata of an entry. If its origin stated other metadata before, correct the paper."""
    if not previous.is_corrected:
        change.metadata = combine(change.metadata, metadata)
        return
    change.metadata = corrected(change.metadata, previous.metadata, metadata)
    for identifier in previous.identifiers & change.identifiers:
        if contradict([identifier], identifiers):
            change.dropped_identifiers.add(identifier)
            change.identifiers.discard(identifier)


def _key_of(paper: FetchedPaper, change: PaperChange) -> str | None:
    """Return the key of an entry if it is the citation key of the paper, else None."""
    # A BibLaTeX export leaves some characters out of keys.
    key = paper.key or paper.record_id
    return key if key and key.casefold() in {change.key.casefold(), syntax.biber_key(change.key).casefold()} else None


def _is_own_export(paper: FetchedPaper, change: PaperChange) -> bool:
    if not (key := _key_of(paper, change)):
        return False
    from readq.services.importing.own_export import is_own_export

    return is_own_export(paper, key, change.metadata, change.identifiers)
