"""The records of a dump, which is a library as text: papers, feeds and saved views.

Two records are equal exactly if they are dumped as equal text. Records hold no database ids and nothing from the undo
history. So a change that was undone leaves no trace in a dump. Tuples are in the order of the dump: names in
alphabetical order, authors in the order of the paper, answers in the order in which they were given. Times are UTC
text, days are ISO dates.
"""

from dataclasses import dataclass
from typing import NamedTuple

from readq.model.paper_fields import PaperFields
from readq.model.values import Caught


class AnswerRecord(NamedTuple):
    """One answer in a review, with a rating from 1 to 4. Undone answers are not recorded.

    - `at`: the time of the answer (UTC text)
    - `day`: the local ISO day for which the answer counts
    - `utc_offset`: the offset of local time from UTC, in seconds
    - `retention`: the desired probability, from 0 to 1, of remembering the card on its due day
    - `algorithm`: the name of the scheduler
    - `kind`: `answer`, or `read` if this is no answer but records that the reader read the paper to the end
    - `prompt`: `claim`, `how`, `limit` or `use` for the card of a paper, otherwise the text of the question
    - `recalled`: the text that the reader typed before the answer was shown
    - `taken_ms`: the number of milliseconds that the reader took to answer
    - `sitting`: the start of the review session, in milliseconds since 1970
    - `weights`: a JSON array of the scheduler's parameters, or "" for the default parameters

    Unknown values of `prompt`, `recalled`, `taken_ms` and `sitting` are None.
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

    - `kind`: `paper` for the card that asks about the paper itself, `question` for the card of a question in the note
    - `question`, `answer`: None for the card of the kind `paper`
    - `enrolled`: whether the card is in review
    - `due`: the ISO day on which a card in review without answers is due, otherwise None
    - `buried_until`: the ISO day before which the card is not asked, or None
    - `priority`: cards with a higher number are asked first
    - `answers`: the answers, oldest first; with them, entries of the kind `read`, which do not count as answers
    - `retired`: the ISO day on which the reader retired the card, or None
    - `orphaned`: the ISO day on which the question of the card left the note, or None
    - `created`: the time at which the card of a question was made, which identifies the card if the question is
      reworded; None for the card of the kind `paper`, and in dumps of format 1
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

    - `aliases`: the former citation keys
    - `trust`: the trust in the most reliable source of the paper
    - `edited`: for each field that a person set, text such as `title@2026-11-25T22:01:38Z` (the field and the time)
    - `trusts`: pairs of a field and the rank of its value (see `readq.model.metadata.Rank`)
    - `version`: the newest arXiv version that a source reported
    - `revised`: the ISO day on which this version was first seen
    - `other_titles`: former titles, and titles from other sources, normalised for comparison

    `trust`, `edited` and `trusts` decide which fields other sources can replace.
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
    """All records of a dump (a library as text). Papers are sorted by citation key, feeds and views by name."""

    papers: tuple[PaperRecord, ...] = ()
    feeds: tuple[FeedRecord, ...] = ()
    views: tuple[ViewRecord, ...] = ()
