"""Immutable values that all parts of readq share.

Times are text in UTC (`2026-11-23T08:00:00Z`), called instants. Days are local days as ISO dates (`2026-11-23`).
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """The reader's decision about a paper. `INBOX` means that there is none yet."""

    INBOX = "inbox"
    QUEUED = "queued"
    READING = "reading"
    DONE = "done"
    DROPPED = "dropped"


class Rating(IntEnum):
    """How well the reader remembered a card, with the numbers that FSRS uses."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


CONFLICT_HEADING = "## Also written at the same time"
"""The heading between two texts of a note that two processes or machines changed at the same time."""

ALGORITHM = "fsrs-6"
"""The scheduling algorithm. Stored with every answer, because another one could not continue from its numbers."""


class CardState(NamedTuple):
    """The stored scheduling state of a card, as the latest answer left it.

    `stability` is in days, `difficulty` from 1 to 10, `due` and `last_day` (of the latest answer) are days. `reps`
    counts the answers, `lapses` the times that the card was forgotten. Before the first answer `stability`,
    `difficulty`, `interval_days` and `last_day` are None.
    """

    stability: float | None
    difficulty: float | None
    interval_days: int | None
    due: str
    last_day: str | None
    reps: int
    lapses: int


class Trust(IntEnum):
    """How reliable the metadata of a source is. A value from a source of higher trust replaces one of lower trust."""

    PAGE = 10  # text copied off a page: no ids, LaTeX stripped
    SYNDICATION = 20  # RSS and Atom of unknown making
    AGGREGATOR = 25  # Semantic Scholar, OpenAlex: gathered by machines
    HUGGINGFACE = 30  # authors and abstract as on arXiv, no categories
    WEBSITE = 35  # what the page of a paper says of it in its tags
    ARXIV = 40
    BIBTEX = 50  # the reader's own file
    REGISTRY = 60  # Crossref, DataCite: the published record


class Author(NamedTuple):
    """One author of a paper. `name` is the displayed name; the parts are None unless a source or a person gave them.

    If `family` is set and `given` is None, the name has only one part: an organisation or a mononym.
    """

    name: str
    family: str | None = None
    given: str | None = None
    suffix: str | None = None


class Appearance(NamedTuple):
    """An entry of a paper in a feed: ISO day, rank in the list from 1, votes and comments. Stored as a sighting."""

    day: str | None = None
    rank: int | None = None
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str | None = None


class Rejected(NamedTuple):
    """A part of an input that could not be imported (`entry 17`), and the reason (`no title`)."""

    where: str
    why: str


class Sighting(NamedTuple):
    """One stored appearance of a paper in a feed. `list --json` and `show --json` print it under these names."""

    feed: str
    seen: str
    rank: int | None
    upvotes: int | None
    comments: int | None
    submitted_by: str | None


class QueueRow(NamedTuple):
    """One row of a list of papers. `authors` is text with one name a line, `tags` text with spaces between tags.

    `added` and `decided` are instants. `seen`, the day of the newest sighting, and `snoozed_until` are days.
    """

    id: int
    key: str
    title: str
    authors: str
    status: str
    starred: bool
    year: int | None
    upvotes: int | None
    added: str
    seen: str | None
    decided: str | None
    enrolled: bool
    has_note: bool
    tags: str
    snoozed_until: str | None = None


class Paper(NamedTuple):
    """All data of one paper. `list --json` and `show --json` print it under these names.

    `version` is the newest arXiv version that a source reported. `revised` is the day on which it was first seen, None
    for version 1.
    """

    id: int
    key: str
    key_frozen: bool
    title: str
    authors: tuple[str, ...]
    abstract: str | None
    year: int | None
    published: str | None
    venue: str | None
    arxiv_id: str | None
    doi: str | None
    url: str | None
    pdf_url: str | None
    status: str
    starred: bool
    snoozed_until: str | None
    tags: tuple[str, ...]
    note: str | None
    added: str
    decided: str | None
    due: str | None
    enrolled: bool
    sightings: tuple[Sighting, ...]
    version: int | None = None
    revised: str | None = None


class ServiceState(NamedTuple):
    """The rate-limit state of a web service, stored between runs.

    `last_request` is in milliseconds since 1970. Until the instant `blocked_until` no request is sent, for the reason
    `why`.
    """

    name: str
    last_request: int | None = None
    blocked_until: str | None = None
    why: str | None = None
