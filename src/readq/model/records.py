"""The records of a dump: papers, feeds and saved views. Two records are equal if and only if their dumps are.

Records hold no database ids and nothing of the undo journal. Their only times are those that the reader's data needs,
such as of decisions and answers. So the dump after undoing a change equals the one before it. Tuples are in the order
of the dump: names sorted, authors as on the paper, answers as given. Times are UTC text, days ISO dates.
"""

from dataclasses import dataclass
from typing import NamedTuple

from readq.model.paper_fields import PaperFields


class AnswerRecord(NamedTuple):
    """One answer in a review, with a rating from 1 to 4. Undone answers are not recorded.

    `day` is the local day that the answer counts for, `utc_offset` the offset of local time in seconds, `retention` the
    share of cards to be remembered when they are due, `algorithm` the scheduler.
    """

    at: str
    day: str
    utc_offset: int
    rating: int
    retention: float
    algorithm: str


class CardRecord(NamedTuple):
    """One review card. `question` and `answer` are None for the card of the paper itself.

    `due` is set only for an enrolled card without answers: later due days are computed by replaying the answers.
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
    """One appearance of a paper in a feed, on an ISO day, with its rank, votes, comments and submitter if known."""

    feed: str
    day: str
    rank: int | None
    upvotes: int | None
    comments: int | None
    submitted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord(PaperFields):
    """One paper with its sightings, tags, note and cards.

    `trust` is that of the most reliable source and `edited` holds the edit marks (`readq.model.edit_marks`) of fields
    that a person set: both limit which fields other sources may replace.
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
    """A feed that a sync pulls.

    An import can name a feed that no sync pulls. Such a feed has no FeedRecord; sightings have its name.
    """

    name: str
    spec: str
    added: str


class ViewRecord(NamedTuple):
    """A saved view of the list: a query, a sort order, and the position among the views."""

    name: str
    query: str
    sort: str
    position: int


class LibraryRecord(NamedTuple):
    """A whole dump: papers sorted by key, feeds and views sorted by name."""

    papers: tuple[PaperRecord, ...] = ()
    feeds: tuple[FeedRecord, ...] = ()
    views: tuple[ViewRecord, ...] = ()
