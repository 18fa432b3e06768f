"""The records of a dump, which is a library as text: papers, feeds and saved views.

Two records are equal exactly if they are dumped as equal text. Records hold no database ids and nothing from the undo
history. So a change that was undone leaves no trace in a dump. Tuples are in the order of the dump: names in
alphabetical order, authors in the order of the paper, answers in the order in which they were given. Times are UTC
text, days are ISO dates.
"""

from dataclasses import dataclass
from typing import NamedTuple

from readq.model.fields.paper_fields import PaperFields
from readq.model.values import Caught


class AnswerRecord(NamedTuple):
    """One answer in a review. Undone answers are not recorded."""

    at: str
    """The time of the answer (UTC text)."""
    day: str
    """The local ISO day for which the answer counts."""
    utc_offset: int
    """The offset of local time from UTC, in seconds."""
    rating: int
    """The rating, from 1 to 4."""
    retention: float
    """The desired probability, from 0 to 1, of remembering the card on its due day."""
    algorithm: str
    """The name of the scheduler."""
    kind: str = "answer"
    """`answer` for an answer. `read` if the record says that the user read the paper to the end."""
    prompt: str | None = None
    """The question that was asked, or None if unknown.

    It is `claim`, `how`, `limit` or `use` for the card of a paper, and the text of the question for a question card.
    """
    recalled: str | None = None
    """The text that the user typed before the answer was shown, or None if unknown."""
    taken_ms: int | None = None
    """The number of milliseconds that the user took to answer, or None if unknown."""
    sitting: int | None = None
    """The start of the review session, in milliseconds since 1970, or None if unknown."""
    weights: str = ""
    """A JSON array of the scheduler's parameters, or "" for the default parameters."""


class CardRecord(NamedTuple):
    """One review card."""

    kind: str
    """`paper` for the card that asks about the paper itself, `question` for the card of a question in the note."""
    question: str | None
    """The question, or None for a card of the kind `paper`."""
    answer: str | None
    """The answer to the question, as in the note. None for a card of the kind `paper`."""
    enrolled: bool
    """Whether the card is in review."""
    due: str | None
    """The ISO day on which the card is due. It is set only if the card is in review and has no answers yet."""
    buried_until: str | None
    """The ISO day before which the card is not asked, or None."""
    priority: int
    """Cards with a higher number are asked first."""
    answers: tuple[AnswerRecord, ...]
    """The answers, oldest first. Entries of the kind `read` are among them, but do not count as answers."""
    retired: str | None = None
    """The ISO day on which the user retired the card (wanted to see it no more), or None."""
    orphaned: str | None = None
    """The ISO day on which the question of the card left the note, or None."""
    created: str | None = None
    """The time at which the card was made (UTC text). It identifies the card if its question is reworded.

    It is None for the card of the kind `paper`, and in dumps of format 1.
    """

    @property
    def is_rated(self) -> bool:
        """Whether the card has answers. An AnswerRecord of the kind `read` does not count as an answer."""
        return any(answer.kind == "answer" for answer in self.answers)


class SightingRecord(NamedTuple):
    """One appearance of a paper in a feed on an ISO day. Rank, votes, comments and submitter are None if not known."""

    feed: str
    day: str
    rank: int | None
    upvotes: int | None
    comments: int | None
    submitted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord(PaperFields):
    """One paper with its sightings (appearances in feeds), tags, note, cards, and the watches that caught it.

    `trust`, `edited` and `trusts` decide which fields other sources can replace.
    """

    key: str
    key_frozen: bool
    aliases: tuple[str, ...]
    """The former citation keys."""
    trust: int
    """The trust in the most reliable source of the paper."""
    edited: tuple[str, ...]
    """Edit marks, one for each field that a person set. A mark is text such as `title@2026-11-25T22:01:38Z`."""
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
    watches: tuple[Caught, ...] = ()
    trusts: tuple[tuple[str, int], ...] = ()
    """Pairs of a field and the rank of its value (see `readq.model.metadata.Rank`)."""
    version: int | None = None
    """The newest arXiv version that a source reported."""
    revised: str | None = None
    """The ISO day on which the version in `version` was first seen, or None."""
    other_titles: tuple[str, ...] = ()
    """Former titles, and titles from other sources, normalised for comparison."""


class FeedRecord(NamedTuple):
    """A feed from which a sync pulls papers.

    A feed that is not pulled has no FeedRecord. Its name occurs only in imported sightings (appearances of papers).
    """

    name: str
    spec: str
    added: str


class ViewRecord(NamedTuple):
    """A saved view of the list: a query, a sort order, and its position among the views."""

    name: str
    query: str
    sort: str
    position: int
    watch: str | None = None
    """What the view does with papers that arrive: `raise`, `lower` or `drop`. It is None if the view does nothing."""


class LibraryRecord(NamedTuple):
    """All records of a dump (a library as text). Papers are sorted by citation key, feeds and views by name."""

    papers: tuple[PaperRecord, ...] = ()
    feeds: tuple[FeedRecord, ...] = ()
    views: tuple[ViewRecord, ...] = ()
