"""Full records of the reader's own data, as a dump holds them. Two records are equal if and only if their dumps are.

They hold no numbers of papers or cards, nothing of the journal, and no instants except those of decisions and answers,
so an undone step leaves no trace. Tuples are in the order in which they are written: names sorted, authors as on the
paper, answers as they were given.
"""

from dataclasses import dataclass
from typing import NamedTuple

from readq.model.paper_fields import PaperFields


class AnswerRecord(NamedTuple):
    """One rating (1 to 4) that was not undone. `utc_offset` is in seconds, `day` the local day that it counts for."""

    at: str
    day: str
    utc_offset: int
    rating: int
    retention: float
    algorithm: str


class CardRecord(NamedTuple):
    """One review card. `due` is set for a card in review that was never rated; replay computes all later days.

    `question` and `answer` are None for the card of the paper itself.
    """

    kind: str
    question: str | None
    answer: str | None
    enrolled: bool
    due: str | None
    buried_until: str | None
    priority: int
    answers: tuple[AnswerRecord, ...]


class SightingRecord(NamedTuple):
    """One appearance of a paper in a feed."""

    feed: str
    day: str
    rank: int | None
    upvotes: int | None
    comments: int | None
    submitted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord(PaperFields):
    """One paper. `trust` and `edited` say which metadata later sources may replace.

    `edited` holds marks of `readq.model.edit_marks`.
    """

    key: str
    key_frozen: bool
    aliases: tuple[str, ...]
    trust: int
    edited: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]
    sightings: tuple[SightingRecord, ...]
    status: str
    decided: str | None
    starred: bool
    snoozed_until: str | None
    added: str
    tags: tuple[str, ...]
    note: str | None
    cards: tuple[CardRecord, ...]


class FeedRecord(NamedTuple):
    """A source that is pulled. Names that were only used for imports are in the sightings."""

    name: str
    spec: str
    added: str


class ViewRecord(NamedTuple):
    """A saved query."""

    name: str
    query: str
    sort: str
    position: int


class LibraryRecord(NamedTuple):
    """A whole dump: papers by key, feeds and views by name."""

    papers: tuple[PaperRecord, ...] = ()
    feeds: tuple[FeedRecord, ...] = ()
    views: tuple[ViewRecord, ...] = ()
