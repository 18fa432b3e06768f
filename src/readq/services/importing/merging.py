"""An import in memory: each arriving paper improves the work that it is. Nothing is written here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from readq.formats.bibtex import citation_keys as keys
from readq.model import matching as works
from readq.model.fetched_paper import FetchedPaper
from readq.model.matching import Identifier, Identity
from readq.model.metadata import Metadata, combined

Counts = tuple[Any, ...]
"""Of a sighting: rank, upvotes, comments, submitter."""


class Outcome(Enum):
    """What an arrival was to the library; of a `REFRESHED` one only the counts of a known sighting are new."""

    NEW = auto()
    UPDATED = auto()
    REFRESHED = auto()
    UNCHANGED = auto()


class Arrival(NamedTuple):
    """A paper as a source gave it, and the feed and day of its sighting (None: it was seen nowhere).

    `said` is the metadata that it brings.
    """

    paper: FetchedPaper
    said: Metadata
    feed: int | None
    day: str


def identity_of(paper: FetchedPaper, said: Metadata) -> Identity:
    """What a source knows a paper by."""
    return Identity(frozenset(paper.identifiers), frozenset((said.title_key,)))


_NOTHING = Identity(frozenset(), frozenset())


class Known(NamedTuple):
    """What the library knows of the papers that arrive, and whose the keys are that they bring, case-folded."""

    identities: Mapping[int, Identity]
    metadata: Mapping[int, Metadata]
    keys_of: Mapping[int, tuple[str, bool]]
    sightings: Mapping[tuple[int, int, str], Counts]
    tags: Mapping[int, set[str]]
    notes: Mapping[int, str]
    taken: dict[str, int]


class Work:
    """One paper while arrivals are merged into it."""

    def __init__(self, number: int, known: bool, metadata: Metadata, identity: Identity) -> None:
        self.number = number
        self.known = known
        self.before = metadata
        self.metadata = metadata
        self.identifiers = set(identity.identifiers)
        self.added_identifiers: set[Identifier] = set()
        self.titles = set(identity.titles)
        self.added_titles: set[str] = set()
        self.sightings: dict[tuple[int, str], Counts] = {}
        self.seen: set[tuple[int, str]] = set()
        self.tags: dict[str, None] = {}
        self.note: str | None = None
        self.note_before: str | None = None
        self.key = ""
        self.key_before = ""
        self.frozen = False
        self.frozen_before = False
        self.own_key: str | None = None
        self.other_keys: dict[str, None] = {}
        self.aliases: list[str] = []

    @property
    def is_changed(self) -> bool:
        """Whether a known paper is to be written again, sightings and tags aside."""
        return (
            self.metadata != self.before
            or bool(self.added_identifiers)
            or (self.key, self.frozen) != (self.key_before, self.frozen_before)
        )

    @property
    def other_titles(self) -> set[str]:
        """The title keys that the library is to remember beside the paper's own."""
        if not self.known and len(self.added_titles) == 1:
            return set()
        return (self.added_titles | {self.before.title_key}) - {self.metadata.title_key}

    @property
    def state(self) -> tuple[object, ...]:
        """What an arrival may change, sightings aside."""
        return self.metadata, len(self.identifiers), len(self.tags), self.note, self.own_key, len(self.other_keys)


class Merging:
    """All arrivals of one import, in order; `works` are the papers that they turned out to be."""

    def __init__(self, known: Known, next_number: int) -> None:
        self._known = known
        self._next = next_number
        self._given_up: set[str] = set()
        self._numbers: dict[works.Work, int] = {}
        self.works: dict[int, Work] = {}

    def take(self, arrival: Arrival, what: works.Work) -> tuple[Outcome, int]:
        """Merge one arrival, which is the work `what`; returns what it was to the library, and the paper's number."""
        paper = arrival.paper
        number = min(what.papers) if what.papers else self._numbers.get(what)
        work = self._new_work(arrival, what) if number is None else self._work(number)
        before = None if number is None else work.state
        if number is not None:
            work.metadata = combined(work.metadata, arrival.said)
        self._identify(work, arrival, what)
        seen = self._see(work, arrival)
        self.tag(work.number, paper.tags)
        self._annotate(work, paper.note)
        self._claim_key(work, paper.key)
        if number is None:
            return Outcome.NEW, work.number
        return seen if work.state == before else Outcome.UPDATED, work.number

    def tag(self, number: int, tags: Sequence[str]) -> None:
        """Put those of `tags` that it lacks on a paper that has arrived."""
        if not tags:
            return
        present = self._known.tags.get(number, ())
        self.works[number].tags.update(dict.fromkeys(tag for tag in tags if tag not in present))

    def _new_work(self, arrival: Arrival, what: works.Work) -> Work:
        work = Work(self._next, False, arrival.said, _NOTHING)
        self._numbers[what] = work.number
        self.works[work.number] = work
        self._next += 1
        return work

    def _work(self, number: int) -> Work:
        work = self.works.get(number)
        if work is None:
            work = Work(number, True, self._known.metadata[number], self._known.identities[number])
            work.key, work.frozen = self._known.keys_of[number]
            work.key_before, work.frozen_before = work.key, work.frozen
            work.note = work.note_before = self._known.notes.get(number)
            self.works[number] = work
        return work

    def _identify(self, work: Work, arrival: Arrival, what: works.Work) -> None:
        # What another work is known by stays with it.
        new = what.identifiers.intersection(arrival.paper.identifiers) - work.identifiers
        work.added_identifiers |= new
        work.identifiers |= new
        title = arrival.said.title_key
        if title not in work.titles:
            work.added_titles.add(title)
            work.titles.add(title)

    def _annotate(self, work: Work, text: str | None) -> None:
        if text and text.strip() not in (work.note or ""):
            work.note = f"{work.note.rstrip()}\n\n{text}" if work.note else text

    def _claim_key(self, work: Work, key: str | None) -> None:
        if not key:
            return
        if not work.frozen and not work.own_key:
            work.own_key = key
        elif key not in (work.own_key, work.key) and key.casefold() not in self._known.taken and keys.is_safe_key(key):
            work.other_keys[key] = None

    def _see(self, work: Work, arrival: Arrival) -> Outcome:
        if arrival.feed is None:
            return Outcome.UNCHANGED
        place = (arrival.feed, arrival.day)
        seen = arrival.paper.appearance
        fresh: Counts = (seen.rank or None, seen.upvotes, seen.comments, seen.submitted_by) if seen else (None,) * 4
        old = work.sightings.get(place) or self._known.sightings.get((work.number, *place))
        # Later counts are better, but a paper that one list names twice has its first place in it.
        better, worse = (old, fresh) if old and place in work.seen else (fresh, old or fresh)
        work.seen.add(place)
        merged = tuple(other if count is None else count for count, other in zip(better, worse, strict=True))
        if merged == old:
            return Outcome.UNCHANGED
        work.sightings[place] = merged
        return Outcome.REFRESHED if old else Outcome.UPDATED

    def settle_keys(self, holders: Callable[[Collection[str]], Mapping[str, int]]) -> list[str]:
        """Give every paper its citation key; returns a line for each that could not keep its own.

        A key of the reader's own (out of a .bib) is kept and frozen; a provisional key follows the metadata. `holders`
        tells which keys of the library begin with one of some texts, case-folded, and whose they are.
        """
        messages = [message for work in list(self.works.values()) if (message := self._settle_own_key(work))]
        for work in self.works.values():
            self._settle_other_keys(work)
        wanted = {work.number: base for work in self.works.values() if (base := _wanted_base(work))}
        for key, holder in holders(set(wanted.values())).items():
            if key not in self._given_up:
                self._known.taken.setdefault(key, holder)
        for number, base in wanted.items():
            self._release(self.works[number])
            self._take_key(self.works[number], base)
        return messages

    def _settle_own_key(self, work: Work) -> str | None:
        if not work.own_key or work.frozen:
            return None
        wanted = keys.safe_key(work.own_key)
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

    def _settle_other_keys(self, work: Work) -> None:
        """The other keys that the reader used for the paper stay valid where nobody else has them."""
        for key in work.other_keys:
            if self._known.taken.setdefault(key.casefold(), work.number) == work.number and key != work.key:
                work.aliases.append(key)

    def _release(self, work: Work) -> None:
        if work.key and self._known.taken.get(work.key.casefold()) == work.number:
            del self._known.taken[work.key.casefold()]
            self._given_up.add(work.key.casefold())
        work.key = ""

    def _take_key(self, work: Work, base: str) -> None:
        taken = self._known.taken
        work.key = keys.unique_key(base, lambda key: taken.get(key.casefold(), work.number) != work.number)
        taken[work.key.casefold()] = work.number


def _wanted_base(work: Work) -> str | None:
    """What a provisional key that is missing, or no longer fits the metadata, is to be made of; None: it stays."""
    if work.frozen:
        return None
    base = _base_key(work.metadata, work.identifiers)
    if work.key and base == _base_key(work.before, work.identifiers - work.added_identifiers):
        return None
    return base


def _base_key(metadata: Metadata, identifiers: set[Identifier]) -> str:
    arxiv = next((value for scheme, value in sorted(identifiers) if scheme == "arxiv"), "")
    return keys.base_key(metadata.authors, metadata.year, metadata.title, fallback=arxiv)
