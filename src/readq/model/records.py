"""The records of a dump: papers, feeds and saved views. Two records are equal exactly if they are dumped as equal text.

Records hold no database ids and nothing from the undo history. So a change that was undone leaves no trace in a dump.
Tuples are in the order of the dump: names in alphabetical order, authors in the order of the paper, answers in the
order in which they were given. Times are UTC text, days are ISO dates.
"""

from dataclasses import dataclass
from typing import NamedTuple

from readq.model.paper_fields import PaperFields
from readq.model.values import Caught


class AnswerRecord(NamedTuple):
    """One answer in a review, with a rating from 1 to 4. Undone answers are not recorded.

    `day` is the local day that the answer counts for. `utc_offset` is the offset of local time from UTC, in seconds.
    `retention` is the desired retention: the probability, from 0 to 1, of remembering a card on its due day.
    `algorithm` is the name of the scheduler. `kind` is `answer` for an answer. It is `read` if the reader did not
    answer the card, but read the paper to the end. `prompt` is the question that was asked: `claim`, `how`, `limit` or
    `use` for the card of a paper, otherwise the text of the question. `recalled` is the text that the reader typed
    before the answer was shown. `taken_ms` is the number of milliseconds that the reader took to answer. `sitting` is
    the start of the review session in milliseconds since 1970. `prompt`, `recalled`, `taken_ms` and `sitting` are None
    if they are not known. `weights` is a JSON array of the scheduler's parameters, or "" for the default parameters.
    """

    at: str
    day: str
    utc_offset: int
    rating: int
    retention: float
    algorithm: str
    kind: str = "answer"
    prompt: str | None = None
    recalled: str | None = None
    taken_ms: int | None = None
    sitting: int | None = None
    weights: str = ""


class CardRecord(NamedTuple):
    """One review card.

    `kind` is `paper` for the card that asks about the paper itself, and `question` for any other card. `question` and
    `answer` are None for the card of the kind `paper`. `enrolled` tells whether the card is in review. `due` is the ISO
    day on which the card is due. It is set only for a card in review without answers: after the first answer, the due
    day is computed from the answers. An AnswerRecord of the kind `read` is not an answer. `buried_until` is the day
    until which the card is not asked, or None. Cards with a higher `priority` are asked first. `retired` is the day on
    which the reader retired the card, or None. `orphaned` is the day on which the question of the card left the note,
    or None. `created` is the time at which the card of a question was made. It identifies the card after its question
    was reworded. `created` is None for the card of the kind `paper`, and in dumps of format 1.
    """

    kind: str
    question: str | None
    answer: str | None
    enrolled: bool
    due: str | None
    buried_until: str | None
    priority: int
    answers: tuple[AnswerRecord, ...]
    retired: str | None = None
    orphaned: str | None = None
    created: str | None = None

    @property
    def is_rated(self) -> bool:
        """Whether the card has answers. An AnswerRecord of the kind `read` is not an answer."""
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
    """One paper with its sightings, tags, note, cards, and the watches that caught it.

    `aliases` are the former citation keys. `trust` is the trust in the most reliable source of the paper. `edited` has
    a text such as `title@2026-11-25T22:01:38Z` for each field that a person set: the name of the field and the time of
    the edit. `trusts` has pairs of a field and the rank of its value (see `readq.model.metadata.Rank`). `trust`,
    `edited` and `trusts` decide which fields other sources can replace. `version` is the newest arXiv version that a
    source reported, `revised` the day on which it was first seen. `other_titles` are the former titles of the paper and
    its titles from other sources, normalised for comparison.
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
    watches: tuple[Caught, ...] = ()
    trusts: tuple[tuple[str, int], ...] = ()
    version: int | None = None
    revised: str | None = None
    other_titles: tuple[str, ...] = ()


class FeedRecord(NamedTuple):
    """A feed from which a sync pulls papers.

    A feed that is not pulled has no FeedRecord. Its name occurs only in imported sightings (appearances of papers).
    """

    name: str
    spec: str
    added: str


class ViewRecord(NamedTuple):
    """A saved view of the list: a query, a sort order, and its position among the views.

    A view can also be a watch, which acts on the papers that arrive. `watch` is its action: `raise`, `lower` or `drop`.
    It is None if the view is no watch.
    """

    name: str
    query: str
    sort: str
    position: int
    watch: str | None = None


class LibraryRecord(NamedTuple):
    """All records of a dump. Papers are sorted by citation key, feeds and views by name."""

    papers: tuple[PaperRecord, ...] = ()
    feeds: tuple[FeedRecord, ...] = ()
    views: tuple[ViewRecord, ...] = ()
