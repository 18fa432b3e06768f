"""An import in memory: each arriving paper is matched with what is known, and improves it. Nothing is written here."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from readq.bibtex import keys
from readq.feeds.merge import Metadata, first_metadata, improve, match
from readq.model.identity import title_key
from readq.model.values import FetchedPaper

Identifier = tuple[str, str]
Counts = tuple[Any, ...]
"""Of a sighting: rank, upvotes, comments, submitter."""


class Outcome(Enum):
    """What an arrival was to the library; of a `REFRESHED` one only the counts of a known sighting are new."""

    NEW = auto()
    UPDATED = auto()
    REFRESHED = auto()
    UNCHANGED = auto()


class Arrival(NamedTuple):
    """A paper as a source gave it, and the feed and day of its sighting (None: it was seen nowhere)."""

    paper: FetchedPaper
    feed: int | None
    day: str


class Known(NamedTuple):
    """What the library knows of the papers that may be meant, and every citation key in use, case-folded."""

    by_identifier: dict[Identifier, int]
    by_title_key: dict[str, list[int]]
    identifiers: Mapping[int, set[Identifier]]
    metadata: Mapping[int, Metadata]
    keys_of: Mapping[int, tuple[str, bool]]
    sightings: Mapping[tuple[int, int, str], Counts]
    tags: Mapping[int, set[str]]
    taken: dict[str, int]


class Work:
    """One paper while arrivals are merged into it."""

    def __init__(self, number: int, known: bool, metadata: Metadata) -> None:
        self.number = number
        self.known = known
        self.before = metadata
        self.metadata = metadata
        self.identifiers: set[Identifier] = set()
        self.added_identifiers: set[Identifier] = set()
        self.sightings: dict[tuple[int, str], Counts] = {}
        self.seen: set[tuple[int, str]] = set()
        self.tags: dict[str, None] = {}
        self.note: str | None = None
        self.key = ""
        self.key_before = ""
        self.frozen = False
        self.frozen_before = False
        self.own_key: str | None = None

    @property
    def is_changed(self) -> bool:
        """Whether a known paper is to be written again, sightings and tags aside."""
        return (
            self.metadata != self.before
            or bool(self.added_identifiers)
            or (self.key, self.frozen) != (self.key_before, self.frozen_before)
        )


class Merging:
    """All arrivals of one import, in order; `works` are the papers that they turned out to be."""

    def __init__(self, known: Known, next_number: int) -> None:
        self._known = known
        self._next = next_number
        self.works: dict[int, Work] = {}

    def take(self, arrival: Arrival) -> tuple[Outcome, int]:
        """Merge one arrival; returns what it was, and the paper's number."""
        paper = arrival.paper
        number = match(paper, self._known.by_identifier, self._known.by_title_key, self._identifiers_of)
        work = self._new_work(paper) if number is None else self._work(number)
        before = (work.metadata, len(work.identifiers), len(work.tags), work.own_key)
        work.metadata = improve(work.metadata, paper)
        self._identify(work, paper)
        seen = self._see(work, arrival)
        self.tag(work.number, paper.tags)
        work.own_key = work.own_key or (None if work.frozen else paper.key)
        work.note = work.note or paper.note
        if number is None:
            return Outcome.NEW, work.number
        after = (work.metadata, len(work.identifiers), len(work.tags), work.own_key)
        return seen if after == before else Outcome.UPDATED, work.number

    def tag(self, number: int, tags: Sequence[str]) -> None:
        """Put those of `tags` that it lacks on a paper that has arrived."""
        present = self._known.tags.get(number, ())
        self.works[number].tags.update(dict.fromkeys(tag for tag in tags if tag not in present))

    def _new_work(self, paper: FetchedPaper) -> Work:
        work = Work(self._next, known=False, metadata=first_metadata(paper))
        self.works[work.number] = work
        self._next += 1
        return work

    def _work(self, number: int) -> Work:
        work = self.works.get(number)
        if work is None:
            work = Work(number, known=True, metadata=self._known.metadata[number])
            work.identifiers = set(self._known.identifiers[number])
            work.key, work.frozen = self._known.keys_of[number]
            work.key_before, work.frozen_before = work.key, work.frozen
            self.works[number] = work
        return work

    def _identifiers_of(self, number: int) -> frozenset[Identifier]:
        work = self.works.get(number)
        return frozenset(work.identifiers if work else self._known.identifiers[number])

    def _identify(self, work: Work, paper: FetchedPaper) -> None:
        for identifier in paper.identifiers:
            # What another paper is known by stays with it.
            if self._known.by_identifier.setdefault(identifier, work.number) == work.number:
                if identifier not in work.identifiers:
                    work.added_identifiers.add(identifier)
                work.identifiers.add(identifier)
        works = self._known.by_title_key.setdefault(title_key(work.metadata.title), [])
        if work.number not in works:
            works.append(work.number)

    def _see(self, work: Work, arrival: Arrival) -> Outcome:
        if arrival.feed is None:
            return Outcome.UNCHANGED
        place = (arrival.feed, arrival.day)
        seen = arrival.paper.appearance
        fresh: Counts = (seen.rank, seen.upvotes, seen.comments, seen.submitted_by) if seen else (None,) * 4
        old = work.sightings.get(place) or self._known.sightings.get((work.number, *place))
        # Later counts are better, but a paper that one list names twice has its first place in it.
        better, worse = (old, fresh) if old and place in work.seen else (fresh, old or fresh)
        work.seen.add(place)
        merged = tuple(other if count is None else count for count, other in zip(better, worse, strict=True))
        if merged == old:
            return Outcome.UNCHANGED
        work.sightings[place] = merged
        return Outcome.REFRESHED if old else Outcome.UPDATED

    def settle_keys(self) -> list[str]:
        """Give every paper its citation key; returns a line for each that could not keep its own.

        A key of the reader's own (out of a .bib) is kept and frozen; a provisional key follows the metadata.
        """
        messages = [message for work in list(self.works.values()) if (message := self._settle_own_key(work))]
        for work in self.works.values():
            if not work.frozen:
                self._settle_generated_key(work)
        return messages

    def _settle_own_key(self, work: Work) -> str | None:
        if not work.own_key or work.frozen:
            return None
        wanted = keys.sanitised(work.own_key)
        self._release(work)
        holder = self._known.taken.get(wanted.casefold())
        if holder is not None and not self._work(holder).frozen:
            # Generated and not frozen: it gives way, and gets another one below.
            self._release(self._work(holder))
        self._take_key(work, wanted)
        work.frozen = True
        if work.key == work.own_key:
            return None
        why = "cannot be a citation key" if wanted != work.own_key else "belongs to another paper"
        return f"{work.own_key} {why}: {work.key} instead"

    def _settle_generated_key(self, work: Work) -> None:
        base = _base_key(work.metadata, work.identifiers)
        if work.key and base == _base_key(work.before, work.identifiers - work.added_identifiers):
            return
        self._release(work)
        self._take_key(work, base)

    def _release(self, work: Work) -> None:
        if work.key and self._known.taken.get(work.key.casefold()) == work.number:
            del self._known.taken[work.key.casefold()]
        work.key = ""

    def _take_key(self, work: Work, base: str) -> None:
        taken = self._known.taken
        work.key = keys.unique_key(base, lambda key: taken.get(key.casefold(), work.number) != work.number)
        taken[work.key.casefold()] = work.number


def _base_key(metadata: Metadata, identifiers: set[Identifier]) -> str:
    arxiv = next((value for scheme, value in sorted(identifiers) if scheme == "arxiv"), "")
    return keys.base_key(metadata.authors, metadata.year, metadata.title, fallback=arxiv)
